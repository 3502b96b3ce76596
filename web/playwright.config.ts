import { defineConfig } from "@playwright/test";

const isCi = Boolean(process.env["CI"]);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // Each file has a server of its own; one at a time leaves the machine to it.
  workers: 1,
  forbidOnly: isCi,
  retries: 0,
  // Of a machine that is busy with other things, too; what hangs ends by `expect` long before.
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      // No sandbox, for root in a container has none; and nothing that looks for its maker's servers.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
