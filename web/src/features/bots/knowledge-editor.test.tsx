import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createI18n } from "../../i18n/i18n.ts";
import { I18nProvider } from "../../i18n/provider.tsx";
import { turkish } from "../../i18n/testing.ts";
import type { KnowledgeItem } from "./item-words.ts";
import { KnowledgeEditor } from "./knowledge-editor.tsx";

// However slow the machine.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 30_000 });

let requests: Request[] = [];
beforeEach(() => {
  requests = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    requests.push(request);
    return Response.json({});
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const TEXT = { id: "i", type: "text", title: "Delivery", text: "We deliver.", version: 3 } as KnowledgeItem;
const words = (key: "knowledge.title" | "knowledge.text" | "knowledge.file" | "problem.too_large") =>
  turkish[key] as string;

/** The editor, as an owner in Turkey sees it. */
function edit(item: KnowledgeItem | null) {
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <I18nProvider initial={createI18n("tr", turkish, "tr")}>
        <KnowledgeEditor botId="bot" item={item} onClose={onClose} />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return onClose;
}

const choose = (kind: "knowledge.text_kind" | "knowledge.file_kind") =>
  fireEvent.click(screen.getByLabelText(turkish[kind] as string));
const submit = () => fireEvent.submit(document.querySelector("form") as HTMLFormElement);
const textBox = () => screen.getByLabelText<HTMLTextAreaElement>(words("knowledge.text"), { selector: "textarea" });

test("of something that is corrected, what has not changed is not sent", async () => {
  const onClose = edit(TEXT);
  fireEvent.change(screen.getByLabelText(words("knowledge.title")), { target: { value: "Home delivery" } });
  submit();
  await waitFor(() => expect(onClose).toHaveBeenCalledWith(true));
  expect(await requests[0]?.json()).toEqual({ title: "Home delivery", version: 3 });
});

test("a text that is written may be as long as is taken, and one that was read from a file longer", () => {
  edit(null);
  choose("knowledge.text_kind");
  expect(textBox().maxLength).toBe(200_000);
  cleanup();
  edit({ ...TEXT, type: "file" } as KnowledgeItem);
  expect(textBox().maxLength).toBe(1_000_000);
});

test("a file that is too large is refused before it is sent, in the reader's language", async () => {
  const onClose = edit(null);
  choose("knowledge.file_kind");
  const file = new File(["%PDF"], "scan.pdf");
  Object.defineProperty(file, "size", { value: 12 * 1024 * 1024 });
  const field = screen.getByLabelText(words("knowledge.file"), { selector: "[type=file]" });
  fireEvent.change(field, { target: { files: [file] } });
  submit();
  expect(await screen.findByText(words("problem.too_large"))).toBeTruthy();
  expect(requests).toEqual([]);
  expect(onClose).not.toHaveBeenCalled();
});
