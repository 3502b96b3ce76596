import { afterEach, expect, test, vi } from "vitest";
import { api } from "./client.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** For how many seconds a call is waited for. */
async function secondsFor(call: () => Promise<unknown>): Promise<number> {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({})));
  const limit = vi.spyOn(AbortSignal, "timeout");
  await call();
  return Number(limit.mock.lastCall?.[0]) / 1000;
}

const path = { id: "01" };

test("a call has half a minute", async () => {
  expect(await secondsFor(() => api.GET("/api/bots/{id}", { params: { path } }))).toBe(30);
});

test("a bot that is tried out has the time that models and tools may take", async () => {
  const body = { message: "Hello" };
  expect(await secondsFor(() => api.POST("/api/bots/{id}/try", { params: { path }, body }))).toBe(180);
});

test("a file has the time that it may take to arrive, and to be read", async () => {
  const body = { file: "menu.pdf" };
  expect(await secondsFor(() => api.POST("/api/bots/{id}/knowledge/files", { params: { path }, body }))).toBe(360);
});

test("tools and models that are tried, and what translates, have their own time", async () => {
  const item = { id: "01", item_id: "02" };
  expect(
    await secondsFor(() => api.POST("/api/bots/{id}/tools/{item_id}/refresh", { params: { path: item } })),
  ).toBeGreaterThan(30);
  const message = { id: "01", message_id: "02" };
  const translation = "/api/conversations/{id}/messages/{message_id}/translation";
  expect(
    await secondsFor(() => api.POST(translation, { params: { path: message }, body: { language: "tr" } })),
  ).toBeGreaterThan(60);
});
