import { useI18n } from "../../i18n/provider.tsx";

interface Tokens {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
}

/** What an answer took, in words; null: it is not told. */
export function useFigures() {
  const { t, number } = useI18n();
  const money = (cost: number, options?: Intl.NumberFormatOptions) =>
    number(cost, { style: "currency", currency: "USD", maximumSignificantDigits: 2, ...options });
  return {
    time: (ms: number) =>
      number(ms / 1000, {
        style: "unit",
        unit: "second",
        unitDisplay: "short",
        ...(ms < 1000 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 1 }),
      }),
    tokens: ({ prompt_tokens: read, completion_tokens: written }: Tokens) =>
      read != null && written != null ? t("try.tokens", { read, written }) : null,
    cost: (cost: number | null | undefined) => (cost == null ? null : money(cost)),
    difference: (cost: number) => money(cost, { signDisplay: "exceptZero" }),
  };
}

/** Small facts in a row, as far as they are known. */
export function FactsLine({ facts, label }: { facts: (string | null | undefined)[]; label: string }) {
  const known = facts.filter((fact) => typeof fact === "string");
  return (
    <ul className="facts-line" aria-label={label}>
      {known.map((fact) => (
        <li key={fact}>
          <bdi>{fact}</bdi>
        </li>
      ))}
    </ul>
  );
}
