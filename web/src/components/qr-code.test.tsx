import { render, screen } from "@testing-library/react";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { darkFields, QrCode } from "./qr-code.tsx";

test("every dark field is drawn where it is", () => {
  expect(
    darkFields([
      [true, false],
      [false, true],
    ]),
  ).toBe("M0 0h1v1h-1zM1 1h1v1h-1z");
});

test("the code is named for who cannot see it, and holds the address", () => {
  const address = "https://wa.me/902125550110";
  render(<QrCode text={address} label="Code that opens WhatsApp" />);
  const path = screen.getByRole("img", { name: "Code that opens WhatsApp" }).querySelector("path");
  const { data } = encode(address, { border: 2 });
  expect(path?.getAttribute("d")?.match(/M/g)).toHaveLength(data.flat().filter(Boolean).length);
});
