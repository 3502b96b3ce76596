import { Link } from "@tanstack/react-router";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { MadeCalls } from "./calls.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { FoundPassages } from "./found.tsx";
import { Marked } from "./marked.tsx";
import { differences } from "./replay-diff.ts";
import { SIGNS } from "./replay-summary.tsx";
import { outcomeOf, type Result } from "./replay-values.ts";
import { ruleReason } from "./rules.ts";

/** What a customer said, with what they were told beside what they would be told now. */
export function ReplayResult({ result }: { result: Result }) {
  const { t, moment } = useI18n();
  const { contact, said_at, asked, conversation_id, message_id, other_sources } = result;
  const outcome = outcomeOf(result);
  return (
    <li>
      <p className="source soft">
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: conversation_id }}
          search={{ at: message_id }}
          title={t("replay.open")}
        >
          <bdi>{contact ?? t("author.customer")}</bdi>
          <span className="sr-only">: {t("replay.open")}</span>
        </Link>
        <Time at={said_at}>{moment(said_at)}</Time>
      </p>
      <p className={`outcome ${outcome}`}>
        <Icon name={SIGNS[outcome]} />
        {t(`replay.outcome.${outcome}`)}
        {other_sources && <span className="change">{t("replay.other_sources")}</span>}
      </p>
      <div className="asked">
        {asked.map((text, index) => (
          <p key={index} dir="auto">
            {text}
          </p>
        ))}
      </div>
      <Sides result={result} />
      {outcome !== "waiting" && (
        <details>
          <summary>
            {t("replay.sources")}
            <span className="sr-only">: {asked.at(-1)}</span>
          </summary>
          <Sources result={result} />
        </details>
      )}
    </li>
  );
}

function Sides({ result }: { result: Result }) {
  const { t, said: inWords } = useI18n();
  const { answers, said, handed_over, reason, outcome, calls } = result;
  const why = reason && (ruleReason(reason, t) ?? inWords(reason));
  const byAi = answers.filter(({ author }) => author === "ai");
  const others = answers.filter(({ author }) => author !== "ai");
  const then = byAi.map(({ text }) => text).join("\n\n");
  const marks = outcome === "differs" && said ? differences(then, said) : null;
  return (
    <div className="sides">
      <section>
        <h3>{t("replay.then")}</h3>
        {then && (
          <div className="ai">
            <Who author="ai" />
            <p dir="auto">{marks ? <Marked pieces={marks.old} as="del" /> : then}</p>
          </div>
        )}
        {others.map(({ author, text }, index) => (
          <div key={index} className={author}>
            <Who author={author} />
            <p dir="auto">{text}</p>
          </div>
        ))}
      </section>
      <section>
        <h3>{t("replay.now")}</h3>
        {outcome == null && <p className="soft">{t("replay.outcome.waiting")}</p>}
        {outcome === "error" && (
          <p className="wrong">
            {t("test.no_answer")} {why && <bdi>{why}</bdi>}
          </p>
        )}
        {outcome != null && outcome !== "error" && (
          <div className={handed_over ? "system" : "ai"}>
            <Who author={handed_over ? "system" : "ai"} />
            {handed_over && why && (
              <p className="soft">
                <bdi>{why}</bdi>
              </p>
            )}
            <p dir="auto">{marks ? <Marked pieces={marks.now} as="ins" /> : (said ?? t("replay.nothing_said"))}</p>
          </div>
        )}
        <MadeCalls calls={calls} />
      </section>
    </div>
  );
}

function Who({ author }: { author: string }) {
  const { t, isKey } = useI18n();
  const key = `author.${author}`;
  if (author === "system") {
    return (
      <span className="who">
        <Icon name="human" />
        {t("test.handed_over")}
      </span>
    );
  }
  return (
    <span className="who">
      <Icon name={author === "ai" ? "ai" : "person"} />
      {isKey(key) ? t(key) : author}
    </span>
  );
}

function Sources({ result }: { result: Result }) {
  const { t } = useI18n();
  const figures = useFigures();
  const { sources_then, passages, took_ms } = result;
  return (
    <>
      <FactsLine
        label={t("try.facts")}
        facts={[took_ms == null ? null : figures.time(took_ms), figures.tokens(result), figures.cost(result.cost)]}
      />
      <div className="sides">
        <section>
          <h3>{t("replay.then")}</h3>
          {sources_then.length === 0 && <p className="soft">{t("found.none")}</p>}
          {sources_then.length > 0 && (
            <ol className="found" aria-label={t("replay.then")}>
              {sources_then.map(({ item_id, title, text }, index) => (
                <li key={`${item_id}-${index}`}>
                  {title && <p dir="auto">{title}</p>}
                  <p className="soft" dir="auto">
                    {text}
                  </p>
                </li>
              ))}
            </ol>
          )}
        </section>
        <section>
          <h3>{t("replay.now")}</h3>
          {passages.length > 0 ? (
            <FoundPassages passages={passages} label={t("replay.now")} />
          ) : (
            <p className="soft">{t("found.none")}</p>
          )}
        </section>
      </div>
    </>
  );
}
