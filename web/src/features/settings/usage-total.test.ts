import { expect, test } from "vitest";
import type { Schemas } from "../../api/client.ts";
import { totalOf } from "./usage-total.ts";

const day = (received: number, cost: number | null) =>
  ({
    received,
    by_ai: 1,
    by_people: 0,
    by_system: 0,
    failed: 0,
    answered: 1,
    handed_over: 0,
    prompt_tokens: 10,
    completion_tokens: 2,
    cost,
  }) as Schemas["NumberDayBody"];

test("days add up, and a cost is only told where there is one", () => {
  expect(totalOf([day(2, null), day(3, null)])).toMatchObject({ received: 5, by_ai: 2, prompt_tokens: 20, cost: null });
  expect(totalOf([day(2, 0.25), day(3, null)]).cost).toBe(0.25);
});
