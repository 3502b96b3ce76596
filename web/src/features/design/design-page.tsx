import { useEffect, useState } from "react";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ControlTag, NeedsPerson } from "../inbox/conversation-row.tsx";

const SURFACES = ["page", "panel", "sunk", "line", "edge"];
const PAIRS = [
  ["text", "page"],
  ["soft", "page"],
  ["on-accent", "accent"],
  ["accent", "accent-tint"],
  ["ai", "ai-tint"],
  ["on-ai", "ai"],
  ["human", "human-tint"],
  ["on-human", "human"],
  ["bad", "bad-tint"],
] as const;
const SIZES = ["xs", "sm", "work", "read", "head", "title"];
const STEPS = [1, 2, 3, 4, 6, 8];

/** The value of a token, as the stylesheet has it. */
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The design language, drawn from the tokens themselves. */
export function DesignPage() {
  const { t } = useI18n();
  useEffect(() => {
    document.title = `${t("design.title")} · Switchboard`;
  }, [t]);
  return (
    <main className="page wide">
      <h1>{t("design.title")}</h1>
      <p className="lead">{t("design.lead")}</p>
      <Section title={t("design.colour")}>
        <div className="flex flex-wrap gap-3">
          {PAIRS.map(([text, ground]) => (
            <Pair key={text + ground} text={text} ground={ground} />
          ))}
          {SURFACES.map((name) => (
            <div key={name} className="grid gap-1 text-sm">
              <span
                className="block h-10 w-32 rounded-md border border-edge"
                ref={painted("backgroundColor", `color-${name}`)}
              />
              <code>{name}</code>
            </div>
          ))}
        </div>
      </Section>
      <Section title={t("design.control")}>
        <div className="flex flex-wrap items-center gap-4">
          <ControlTag control="ai" />
          <ControlTag control="human" />
          <NeedsPerson />
        </div>
      </Section>
      <Section title={t("design.type")}>
        {SIZES.map((size) => (
          <p key={size} dir="ltr" className="text-start" ref={painted("fontSize", `text-${size}`)}>
            <code className="me-3 text-sm text-soft">{size}</code>
            Switchboard · Günaydın · مرحبًا · 0123456789
          </p>
        ))}
      </Section>
      <Section title={t("design.space")}>
        <div className="flex items-end gap-4">
          {STEPS.map((step) => (
            <div key={step} className="grid justify-items-center gap-1 text-sm">
              <span className="block bg-accent" ref={squared(step)} />
              <code>{step * 4} px</code>
            </div>
          ))}
        </div>
      </Section>
      <Section title={t("design.controls")}>
        <Controls />
      </Section>
    </main>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="mt-8 grid gap-3">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const painted = (property: "backgroundColor" | "fontSize", name: string) => (element: HTMLElement | null) => {
  if (element) element.style[property] = `var(--${name})`;
};

const squared = (step: number) => (element: HTMLElement | null) => {
  if (!element) return;
  element.style.inlineSize = `calc(${token("spacing")} * ${step})`;
  element.style.blockSize = element.style.inlineSize;
};

function Pair({ text, ground }: { text: string; ground: string }) {
  const paint = (element: HTMLElement | null) => {
    if (!element) return;
    element.style.color = `var(--color-${text})`;
    element.style.backgroundColor = `var(--color-${ground})`;
  };
  return (
    <div className="grid gap-1 text-sm">
      <span className="grid h-10 w-32 place-items-center rounded-md border border-line" ref={paint}>
        Aa Şş ع
      </span>
      <code>
        {text} / {ground}
      </code>
    </div>
  );
}

function Controls() {
  const { t } = useI18n();
  const [isOn, setIsOn] = useState(true);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <button type="button" className="main">
        {t("save")}
      </button>
      <button type="button">{t("cancel")}</button>
      <button type="button" className="bad">
        <Icon name="trash" />
        {t("delete")}
      </button>
      <label className="switch">
        <input type="checkbox" role="switch" aria-checked={isOn} checked={isOn} onChange={() => setIsOn(!isOn)} />
        <span>{t("bot.answers")}</span>
      </label>
    </div>
  );
}
