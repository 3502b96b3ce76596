import { expect, test } from "vitest";
import type { Conversation } from "./model.ts";
import { changed, undoing } from "./organise.ts";

const SOON = "2026-03-11T09:00:00.000Z";
const it = {
  id: "a",
  assignee_id: "ayşe",
  label_ids: ["cake"],
  state: "snoozed",
  snoozed_until: SOON,
} as Conversation;
const before = Date.parse(SOON) - 1;

test("a change shows what will be, and its opposite leads back", () => {
  const change = { assignee_id: null, add_labels: ["cake", "bread"], state: "resolved" };
  const after = changed(it, change);
  expect(after).toMatchObject({ assignee_id: null, label_ids: ["cake", "bread"], state: "resolved" });
  expect(after.snoozed_until).toBeNull();
  const { id, ...back } = undoing(it, change, before);
  expect(id).toBe("a");
  expect(changed(after, back)).toEqual(it);
});

test("what was not changed is not undone", () => {
  expect(undoing(it, { add_labels: ["cake"], remove_labels: ["bread"] }, before)).toEqual({
    id: "a",
    add_labels: [],
    remove_labels: [],
  });
});

test("a snooze that is over is not begun again", () => {
  expect(undoing(it, { state: "resolved" }, Date.parse(SOON))).toMatchObject({ state: "open" });
});
