import { expect, test } from "vitest";
import { createI18n } from "../../i18n/i18n.ts";
import { english } from "../../i18n/testing.ts";
import { ruleReason } from "./rules.ts";

const { t } = createI18n("en", english, "en-GB");

test("a rule is told in words, and a model's own words are left alone", () => {
  expect(ruleReason("keyword:iade et", t)).toContain("iade et");
  expect(ruleReason("closed", t)).toBe(english["rule.closed"]);
  expect(ruleReason("The customer is angry", t)).toBeNull();
  expect(ruleReason("operator", t)).toBeNull();
});
