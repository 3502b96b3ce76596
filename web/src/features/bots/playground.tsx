import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { knowledgeQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { type Attempt, historyOf, openers } from "./attempts.ts";
import { MadeCalls } from "./calls.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { FoundPassages } from "./found.tsx";
import { ruleReason } from "./rules.ts";
import { TestEditor } from "./test-editor.tsx";
import { draftOf } from "./test-values.ts";

const OPENERS = 3;
const MAX_TEXT = 4096;
type Settings = Schemas["BotPatch"];

interface Props {
  botId: string;
  /** Null: as they are saved. */
  unsaved: Settings | null;
  /** What somebody wants to say, from elsewhere. */
  opener: Opener | null;
}

/** A new one each time, also of the same words. */
export interface Opener {
  text: string;
}

/** A conversation with the bot that nobody else sees. */
export function Playground({ botId, unsaved, opener }: Props) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const [text, setText] = useState("");
  const { attempts, problem, isBusy, say, again, clear } = useAttempts(botId, unsaved);
  const [isSaving, setIsSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const end = useEndInSight(attempts);
  useEffect(() => {
    if (!opener) return;
    setText(opener.text);
    field.current?.focus();
  }, [opener]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const message = text.trim();
    if (!message || isBusy) return;
    setText("");
    say(message);
  }
  function choose(question: string) {
    say(question);
    field.current?.focus();
  }
  function startOver() {
    clear();
    field.current?.focus();
  }

  if (!mayManage) return <p className="empty">{t("try.managers_only")}</p>;
  return (
    <section className="playground" aria-labelledby="try-title">
      <div className="head">
        <h2 id="try-title">{t("try.title")}</h2>
        {attempts.length > 0 && (
          <span className="acts">
            <button type="button" onClick={() => setIsSaving(true)} disabled={isBusy || problem !== null}>
              <Icon name="save" />
              {t("test.save_attempt")}
            </button>
            <button type="button" onClick={startOver} disabled={isBusy}>
              {t("try.start_over")}
            </button>
          </span>
        )}
      </div>
      <p className="hint">{t(unsaved ? "try.hint_unsaved" : "try.hint")}</p>
      <div className="stage-set">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <div className="tried" role="log" aria-label={t("try.conversation")} tabIndex={0}>
          {attempts.length === 0 && <Opening botId={botId} onChoose={choose} />}
          {attempts.length > 0 && (
            <ol>
              {attempts.map((attempt) => (
                <Exchange key={attempt.id} attempt={attempt} hasFailed={problem !== null} />
              ))}
            </ol>
          )}
          <div ref={end} />
        </div>
        {problem !== null && <Failure problem={problem} retry={again} />}
        <form onSubmit={submit}>
          <textarea
            ref={field}
            dir="auto"
            rows={1}
            maxLength={MAX_TEXT}
            aria-label={t("try.message")}
            placeholder={t("try.message")}
            value={text}
            onChange={({ target }) => setText(target.value)}
            onKeyDown={(event) => takeKeys(event, attempts, text, setText)}
          />
          <button type="submit" className="main" disabled={isBusy || text.trim() === ""}>
            <Icon name="send" />
            <span>{t("try.say")}</span>
          </button>
        </form>
      </div>
      {isSaving && (
        <TestEditor
          botId={botId}
          test={null}
          draft={draftOf(attempts)}
          onClose={(isSaved) => {
            setIsSaving(false);
            if (isSaved) toast(t("test.saved"));
          }}
        />
      )}
    </section>
  );
}

/** Enter says it, Shift and Enter begins a line; up takes what was said last into an empty field. */
function takeKeys(
  event: KeyboardEvent<HTMLTextAreaElement>,
  attempts: Attempt[],
  text: string,
  setText: (text: string) => void,
) {
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  }
  const last = attempts.at(-1);
  if (event.key === "ArrowUp" && text === "" && last) {
    event.preventDefault();
    setText(last.message);
  }
}

function useAttempts(botId: string, unsaved: Settings | null) {
  const [attempts, setAttempts] = useState<Attempt[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const isBusy = problem === null && attempts.at(-1)?.tried === null;

  async function ask(past: Attempt[], message: string) {
    const attempt: Attempt = { id: past.length, message, tried: null };
    setProblem(null);
    setAttempts([...past, attempt]);
    try {
      const body = { message, history: historyOf(past), settings: unsaved };
      const tried = await dataOf(api.POST("/api/bots/{id}/try", { params: { path: { id: botId } }, body }));
      setAttempts([...past, { ...attempt, tried }]);
    } catch (failure) {
      setProblem(failure);
    }
  }

  function clear() {
    setAttempts([]);
    setProblem(null);
  }
  const answered = attempts.filter(({ tried }) => tried !== null);
  return {
    attempts,
    problem,
    isBusy,
    clear,
    say: (message: string) => ask(answered, message),
    again: () => ask(answered, attempts.at(-1)?.message ?? ""),
  };
}

function useEndInSight(attempts: Attempt[]) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempts.length > 0) end.current?.scrollIntoView({ block: "nearest" });
  }, [attempts]);
  return end;
}

/** What to begin with. */
function Opening({ botId, onChoose }: { botId: string; onChoose: (question: string) => void }) {
  const { t } = useI18n();
  const { data } = useInfiniteQuery(knowledgeQuery(botId));
  if (!data) return null;
  const questions = openers(data.pages[0]?.items ?? [], OPENERS);
  return (
    <div className="opening">
      <p className="soft">{t(questions.length > 0 ? "try.empty" : "try.empty_untaught")}</p>
      {questions.map((question) => (
        <button key={question} type="button" onClick={() => onChoose(question)}>
          <bdi>{question}</bdi>
        </button>
      ))}
    </div>
  );
}

function Exchange({ attempt: { message, tried }, hasFailed }: { attempt: Attempt; hasFailed: boolean }) {
  const { t } = useI18n();
  return (
    <>
      <li className="line customer">
        <span className="sr-only">{t("try.customer")}</span>
        <p dir="auto">{message}</p>
      </li>
      {tried ? (
        <Outcome tried={tried} />
      ) : (
        !hasFailed && (
          <li className="line thinking">
            <Icon name="ai" />
            {t("try.thinking")}
          </li>
        )
      )}
    </>
  );
}

/** What the bot would do, and from what it would do it. */
function Outcome({ tried }: { tried: Schemas["TriedBody"] }) {
  const { t, said } = useI18n();
  const { outcome, texts, reason, passages, calls } = tried;
  return (
    <li className={`line bot ${outcome}`}>
      <p className="who">
        <Icon name={outcome === "answer" ? "ai" : outcome === "handoff" ? "human" : "alert"} />
        {t(outcome === "answer" ? "try.answer" : outcome === "handoff" ? "try.handoff" : "try.failed")}
      </p>
      {reason && (
        <p className="why">
          <bdi>{ruleReason(reason, t) ?? said(reason)}</bdi>
        </p>
      )}
      {texts.map((text) => (
        <p key={text} className="text" dir="auto">
          {text}
        </p>
      ))}
      {outcome === "handoff" && texts.length === 0 && <p className="soft">{t("try.nothing_said")}</p>}
      <Facts tried={tried} />
      <MadeCalls calls={calls} />
      <details>
        <summary>{t("found.count", { count: passages.length })}</summary>
        {passages.length > 0 ? (
          <FoundPassages passages={passages} label={t("found.title")} />
        ) : (
          <p className="soft">{t("found.none")}</p>
        )}
      </details>
    </li>
  );
}

/** Language, time, tokens and cost, as far as they are known. */
function Facts({ tried }: { tried: Schemas["TriedBody"] }) {
  const { t, language } = useI18n();
  const figures = useFigures();
  const { language: code, model, took_ms: took } = tried;
  const names = languageNames(language);
  const facts = [
    code ? names.of(code) : t("try.language_unknown"),
    figures.time(took),
    model ?? t("try.no_model"),
    tried.confidence == null ? null : t("try.confidence", { percent: Math.round(tried.confidence * 100) }),
    figures.tokens(tried),
    figures.cost(tried.cost),
  ];
  return <FactsLine facts={facts} label={t("try.facts")} />;
}
