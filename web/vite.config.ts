import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env["SWITCHBOARD_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    // The first browsers that know `light-dark()`, in which every colour is written once.
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsDir: "assets/app",
    // The server's Content-Security-Policy allows no inline script, and images of our own only.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": SERVER } },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "happy-dom" },
});
