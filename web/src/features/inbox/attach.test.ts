import { expect, test } from "vitest";
import { bodiesOf, isTooLarge, kindOf, plannedKind } from "./attach.ts";

const MIB = 1024 * 1024;

test.each([
  ["image/jpeg", "image"],
  ["image/webp", "sticker"],
  ["image/svg+xml", "document"],
  ["video/mp4", "video"],
  ["video/quicktime", "document"],
  ["audio/ogg", "audio"],
  ["application/pdf", "document"],
  ["", "document"],
] as const)("%s goes as %s", (type, kind) => {
  expect(kindOf({ type })).toBe(kind);
});

test("a picture that is too large goes as a document, and what is too large for that does not go", () => {
  expect(plannedKind({ type: "image/png", size: 5 * MIB })).toBe("image");
  expect(plannedKind({ type: "image/png", size: 5 * MIB + 1 })).toBe("document");
  expect(plannedKind({ type: "audio/ogg", size: 17 * MIB })).toBe("audio");
  expect(isTooLarge({ size: 17 * MIB }, "audio")).toBe(true);
  expect(isTooLarge({ size: 101 * MIB }, "document")).toBe(true);
});

test("the text is the caption of the first file that can have one", () => {
  const files = [
    { id: "1", kind: "audio" },
    { id: "2", kind: "image" },
  ] as const;
  expect(bodiesOf([...files], " Look ")).toEqual([
    { type: "audio", media: { id: "1" } },
    { type: "image", media: { id: "2" }, caption: "Look" },
  ]);
  expect(bodiesOf([{ id: "1", kind: "audio" }], "Listen")).toEqual([
    { text: "Listen" },
    { type: "audio", media: { id: "1" } },
  ]);
  expect(bodiesOf([{ id: "1", kind: "image" }], "x".repeat(1025))[0]).toEqual({ text: "x".repeat(1025) });
  expect(bodiesOf([{ id: "1", kind: "image" }], "")).toEqual([{ type: "image", media: { id: "1" } }]);
});
