// Files that customers send, and how they do.

import { deflateSync } from "node:zlib";

import type { Page } from "@playwright/test";

/** A picture of one colour, as a PNG (RFC 2083). */
export function picture(width: number, height: number, [red, green, blue]: [number, number, number]): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([red, green, blue]))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Two seconds of silence, as MPEG-1 Layer III: each frame is a header and zeros. The simulator hears what stands behind. */
export const sound = (): Buffer =>
  Buffer.concat([
    ...Array.from({ length: 80 }, () => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), Buffer.alloc(413)])),
    Buffer.from("SPOKEN=Could you write Deniz on the cake?"),
  ]);

interface Attached {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** The customer attaches something on the phone page. */
export async function attachOnPhone(phone: Page, what: string, file: Attached) {
  await phone.getByRole("button", { name: "Send something" }).click();
  const chooser = phone.waitForEvent("filechooser");
  await phone.getByRole("button", { name: what, exact: true }).click();
  await (await chooser).setFiles(file);
}
