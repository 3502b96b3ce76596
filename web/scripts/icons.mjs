// Draws the icons of the installed app from the mark, in Chromium: node scripts/icons.mjs

import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "@playwright/test";

const PUBLIC = new URL("../public/", import.meta.url);
const mark = await readFile(new URL("icon.svg", PUBLIC), "utf8");
// A mask may cut a fifth from every side: the mark gets smaller, and its ground fills the square.
const maskable = mark
  .replace(' rx="7"', "")
  .replace("<g ", '<g transform="translate(16 16) scale(.72) translate(-16 -16)" ');

const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium" });
for (const [name, size, svg] of [
  ["icon-192.png", 192, mark],
  ["icon-512.png", 512, mark],
  ["icon-maskable-512.png", 512, maskable],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await writeFile(new URL(name, PUBLIC), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
