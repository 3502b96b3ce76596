import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Problem } from "../api/problem.ts";
import { createI18n } from "../i18n/i18n.ts";
import { I18nProvider } from "../i18n/provider.tsx";
import { saidAr } from "../i18n/said.ar.ts";
import { saidTr } from "../i18n/said.tr.ts";
import { arabic, turkish } from "../i18n/testing.ts";
import { errorOf } from "./attempt.ts";
import { TextField } from "./field.tsx";
import { WrongLine } from "./form.tsx";

afterEach(cleanup);

const SAID = "a test that expects nothing would always pass: say what must come of it";
const PROBLEM = new Problem(422, {
  code: "invalid",
  detail: `must_say ${SAID}`,
  errors: [{ field: "must_say", message: SAID }],
});

test.each([
  ["tr", turkish, saidTr],
  ["ar", arabic, saidAr],
] as const)("what is wrong with a form is told in %s, without names of the API", (language, words, sentences) => {
  render(
    <I18nProvider initial={createI18n(language, words, language, Date.now, sentences)}>
      <TextField label="Label" error={errorOf(PROBLEM, "must_say")} />
      <WrongLine problem={PROBLEM} />
    </I18nProvider>,
  );
  const told = sentences[SAID] as string;
  expect(screen.getByText(told, { selector: ".error" })).toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain(told);
  expect(document.body.textContent).not.toMatch(/must_say|expects/);
});
