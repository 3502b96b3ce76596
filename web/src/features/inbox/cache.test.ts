import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { messagesQuery } from "../../api/queries.ts";
import { adopt, type Session } from "../../api/session.ts";
import { catchUp, storeMessage } from "./cache.ts";
import type { Message, MessagePage } from "./model.ts";
import { type LocalSend, sendText } from "./sends.ts";
import { useOnSent } from "./thread-list.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 12, minute)).toISOString();
const message = (id: string, minute: number, more: Partial<Message> = {}) =>
  ({ id, conversation_id: "c", seq: minute, type: "text", text: id, created_at: at(minute), ...more }) as Message;

const network = vi.fn<(path: string, method: string) => unknown>();

beforeEach(() => {
  adopt({ user: { id: "me", name: "Ayşe" }, tenant: { id: "t", name: "Corner Bakery" } } as Session);
  network.mockReset();
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    return Response.json(network(pathname + search, request.method));
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A thread of five messages: from its end, and around the first and the fourth of them. */
function threads() {
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  const hold = (found: string | undefined, page: MessagePage) =>
    client.setQueryData(messagesQuery("c", found).queryKey, {
      pages: [page],
      pageParams: [found ? { around: found } : {}],
    });
  hold(undefined, { items: [message("m4", 4), message("m5", 5)], next_cursor: "4" });
  hold("m1", { items: [message("m1", 1), message("m2", 2)], newer_cursor: "2" });
  hold("m4", { items: [message("m3", 3), message("m4", 4), message("m5", 5)], next_cursor: "3" });
  const shown = (found?: string) =>
    client
      .getQueryData(messagesQuery("c", found).queryKey)
      ?.pages.flatMap(({ items }) => items.map(({ id, text }) => (id === text ? id : `${id}: ${text}`)));
  return { client, shown };
}

test("a message is put into every view of its thread that reaches the end, and replaced where it is known", () => {
  const { client, shown } = threads();
  storeMessage(client, message("m6", 6));
  storeMessage(client, message("m4", 4, { text: "seen" }));
  expect(shown()).toEqual(["m4: seen", "m5", "m6"]);
  expect(shown("m4")).toEqual(["m3", "m4: seen", "m5", "m6"]);
  storeMessage(client, message("m6", 6));
  expect(shown("m1"), "what is between is not known").toEqual(["m1", "m2"]);
});

test("what one writes stands in a thread opened at a message when it is sent", async () => {
  const { client, shown } = threads();
  network.mockReturnValue(message("m6", 6, { text: "We do." }));
  sendText(client, "c", "We do.", null);
  await waitFor(() => expect(shown("m4")?.at(-1)).toBe("m6: We do."));
});

test("news reaches a thread that only a search has opened", async () => {
  const { client, shown } = threads();
  client.removeQueries({ queryKey: messagesQuery("c").queryKey, exact: true });
  network.mockImplementation((path) =>
    path.includes("/messages")
      ? { items: [message("m5", 5, { text: "read" }), message("m6", 6)], next_cursor: "5" }
      : { id: "c", control_version: 1 },
  );
  await catchUp(client, "c", { messages: new Set(["m6"]), hasArrived: false });
  expect(shown("m4")).toEqual(["m3", "m4", "m5: read", "m6"]);
  expect(shown("m1")).toEqual(["m1", "m2"]);
});

test("a thread opened at a message keeps what is before it when it is read again from further down", async () => {
  const { client, shown } = threads();
  network.mockImplementation((path) => {
    if (path.includes("around=m1")) return { items: [message("m1", 1), message("m2", 2)], newer_cursor: "2" };
    if (path.includes("after=2")) return { items: [message("m3", 3), message("m4", 4)], newer_cursor: "4" };
    if (path.includes("after=4")) return { items: [message("m5", 5)] };
    throw new Error(`nobody asks for ${path}`);
  });
  const observer = new InfiniteQueryObserver(client, { ...messagesQuery("c", "m1"), staleTime: 0 });
  const stop = observer.subscribe(() => {});
  await observer.refetch();
  await observer.fetchPreviousPage();
  await observer.fetchPreviousPage();
  expect(shown("m1")).toEqual(["m5", "m3", "m4", "m1", "m2"]);
  await observer.refetch();
  expect(shown("m1")).toEqual(["m5", "m3", "m4", "m1", "m2"]);
  expect(observer.getCurrentResult().hasNextPage).toBe(false);
  stop();
});

test("whoever sends is brought to the end, also where something else is still unsent, and not for a reaction", () => {
  const onSent = vi.fn();
  const send = (key: string, type = "text") => ({ key, body: { type } }) as LocalSend;
  const { rerender } = renderHook(({ sends }) => useOnSent(sends, onSent), {
    initialProps: { sends: [send("failed")] },
  });
  rerender({ sends: [send("failed"), send("a", "reaction")] });
  expect(onSent).not.toHaveBeenCalled();
  rerender({ sends: [send("failed"), send("b")] });
  expect(onSent).toHaveBeenCalledOnce();
  rerender({ sends: [send("b")] });
  rerender({ sends: [] });
  expect(onSent).toHaveBeenCalledOnce();
});
