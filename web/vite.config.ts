import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Gives the service worker the name of this build, which is that of all its files. */
function namedBuild(): Plugin {
  return {
    name: "named-build",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (!dir) return;
      const name = createHash("sha256").update(Object.keys(bundle).sort().join("\n")).digest("hex").slice(0, 16);
      const worker = join(dir, "sw.js");
      const source = await readFile(worker, "utf8");
      if (!source.includes(UNNAMED)) throw new Error("sw.js has no place for the name of the build");
      await writeFile(worker, source.replace(UNNAMED, `const BUILD = "${name}";`));
    },
  };
}

const UNNAMED = 'const BUILD = "dev";';
const SERVER = process.env["SWITCHBOARD_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwind(), namedBuild()],
  build: {
    // The first browsers that know `light-dark()`, in which every colour is written once.
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsDir: "assets/app",
    // The server's Content-Security-Policy allows no inline script, and images of our own only.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": SERVER } },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "happy-dom", testTimeout: 60_000 },
});
