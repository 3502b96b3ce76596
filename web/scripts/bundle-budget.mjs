// Fails when what a browser loads first is more than it may be: the page, the scripts and styles it names, a dictionary.

import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BUDGET = 250 * 1024;
const DIST = new URL("../dist/", import.meta.url);

const page = await readFile(new URL("index.html", DIST), "utf8");
const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, path]) => path);
if (named.length < 2) throw new Error("the page names no script or no style: is this still how Vite writes it?");

// One dictionary comes with the first screen; the largest counts.
const sizes = await Promise.all(
  (await readdir(new URL("assets/app/", DIST)))
    .filter((name) => /^(en|tr|ar)-.*\.js$/.test(name))
    .map(async (name) => gzipSync(await readFile(new URL(`assets/app/${name}`, DIST))).length),
);
if (sizes.length !== 3) throw new Error("there is not one dictionary for each language");

let total = Math.max(...sizes);
total += gzipSync(page).length;
for (const path of named) total += gzipSync(await readFile(new URL(path, DIST))).length;

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`First load: ${kib(total)} compressed of ${kib(BUDGET)} (${named.length} files and the page)`);
if (total > BUDGET) {
  console.error("Too much. Load what the first screens do not need with lazyRouteComponent or import().");
  process.exit(1);
}
