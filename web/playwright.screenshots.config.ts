import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

/** Draws every page, in both themes and directions, wide and narrow, into screenshots/. */
export default defineConfig(tests, {
  testMatch: /screenshots.*\.ts$/,
  timeout: 300_000,
  use: { actionTimeout: 20_000 },
});
