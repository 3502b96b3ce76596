import type { I18n } from "../i18n/i18n.ts";
import type { components } from "./schema.ts";

type Body = Partial<components["schemas"]["Problem"] & Pick<components["schemas"]["NotSignedIn"], "ticket">>;

/** What the API says is wrong; `status` 0: it could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: components["schemas"]["FieldError"][];
  /** For the second step, with `second_factor_required`. */
  readonly ticket: string | null;

  constructor(status: number, body?: Body) {
    super(body?.detail ?? body?.title ?? `status ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body?.code ?? (status === 0 ? "offline" : "internal");
    this.errors = body?.errors ?? [];
    this.ticket = body?.ticket ?? null;
  }
}

/** A problem as a sentence in the reader's language where we have one, else as the API tells it. */
export function sentence(problem: unknown, { t, isKey, said }: I18n): string {
  if (!(problem instanceof Problem)) return t("problem.internal");
  // Fields have other names on a screen than in the API, and are marked where they stand on one.
  if (problem.code === "invalid") {
    return t("problem.invalid", { what: [...new Set(problem.errors.map(({ message }) => said(message)))].join("; ") });
  }
  const key = `problem.${problem.code}`;
  return isKey(key) ? t(key) : problem.message;
}
