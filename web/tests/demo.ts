// Starts `switchboard demo` as a newcomer would, on ports and in a folder of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { test } from "@playwright/test";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? fileURLToPath(new URL("../../target", import.meta.url));
const PROGRAM = join(TARGET, "debug", "switchboard");

/** A demo of the test file that asks for it. */
export class Demo {
  /** Where the dashboard is, with a slash at the end. */
  dashboard = "";
  phone = "";
  private folder = "";
  private process: ChildProcess | undefined;

  constructor(private readonly settings: Record<string, string> = {}) {}

  /** On free ports at first, on the same ones when it is started again. */
  async start(): Promise<void> {
    this.folder ||= await mkdtemp(join(tmpdir(), "switchboard-demo-"));
    const port = (url: string) => (url ? new URL(url).port : "0");
    const options = [
      "demo",
      "--port",
      port(this.dashboard),
      "--simulator-port",
      port(this.phone),
      "--data-dir",
      this.folder,
    ];
    const env = { ...process.env, ...this.settings };
    const started = spawn(PROGRAM, options, { stdio: ["ignore", "pipe", "inherit"], env });
    this.process = started;
    for await (const line of createInterface({ input: started.stdout })) {
      const [, what, url] = /^\s*(Dashboard|Phone)\s+(\S+)/.exec(line) ?? [];
      if (what === "Dashboard" && url) this.dashboard = url;
      if (what === "Phone" && url) this.phone = url;
      if (line.startsWith("Ctrl-C")) return;
    }
    throw new Error(`${PROGRAM} did not start`);
  }

  async stop(): Promise<void> {
    const process = this.process;
    if (!process || process.exitCode !== null) return;
    const ended = once(process, "exit");
    process.kill("SIGTERM");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Sets something in the simulator: a delay, a fault, a message of a customer. */
  async simulate(method: "PUT" | "POST", path: string, body: unknown): Promise<void> {
    const answer = await fetch(new URL(`/sim/${path}`, this.phone), {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** What stands behind `#token=` in the newest mail to somebody, whose subject names `about`. */
  async tokenFor(email: string, about = ""): Promise<string> {
    for (let looks = 0; looks < 100; looks++) {
      const answer = await fetch(new URL(`/sim/mails?${new URLSearchParams({ to: email })}`, this.phone));
      const { items }: { items: { subject: string; text: string }[] } = await answer.json();
      const token = items.findLast(({ subject }) => subject.includes(about))?.text.match(/#token=(\S+)/)?.[1];
      if (token) return token;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no mail to ${email} about ${about}`);
  }

  /** What the simulated model has been asked so far. */
  async modelRequests(): Promise<number> {
    const answer = await fetch(new URL("/sim/model/requests", this.phone));
    const body: unknown = await answer.json();
    const requests = Array.isArray(body) ? body : Object.values(body as Record<string, unknown>).find(Array.isArray);
    if (!requests) throw new Error("no list of requests");
    return requests.length;
  }
}

/** A demo that runs while the tests of this file do; `settings`: of its environment. */
export function useDemo(settings?: Record<string, string>): Demo {
  const demo = new Demo(settings);
  test.beforeAll(() => demo.start());
  test.afterAll(() => demo.remove());
  return demo;
}
