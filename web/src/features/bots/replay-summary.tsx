import { Icon, type IconName } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { FactsLine, useFigures } from "./facts.tsx";
import { countOf, doneOf, isOver, OUTCOMES, type Outcome, type Replay } from "./replay-values.ts";

export const SIGNS: Record<Outcome | "waiting", IconName> = {
  differs: "edit",
  now_answered: "ai",
  now_handed_over: "human",
  same: "tick",
  error: "alert",
  waiting: "clock",
};

/** How far a replay is, and what has come of it. */
export function ReplaySummary({ replay }: { replay: Replay }) {
  const { t } = useI18n();
  const figures = useFigures();
  const { started_at, finished_at, left_out, state, conversations } = replay;
  const took = started_at && finished_at ? Date.parse(finished_at) - Date.parse(started_at) : null;
  return (
    <>
      {!isOver(replay) && <Progress replay={replay} />}
      {state === "stopped" && <p className="hint">{t("replay.stopped")}</p>}
      {doneOf(replay) > 0 && (
        <p role="status" className="counts">
          {OUTCOMES.filter((outcome) => countOf(replay, outcome) > 0).map((outcome) => (
            <span key={outcome} className={`outcome ${outcome}`}>
              <Icon name={SIGNS[outcome]} />
              {t(`replay.count.${outcome}`, { count: countOf(replay, outcome) })}
            </span>
          ))}
        </p>
      )}
      <FactsLine
        label={t("replay.facts")}
        facts={[
          t("replay.of", { count: conversations }),
          took == null ? null : figures.time(took),
          figures.tokens(replay),
          figures.cost(replay.cost),
        ]}
      />
      {left_out > 0 && <p className="hint">{t("replay.left_out", { count: left_out })}</p>}
    </>
  );
}

function Progress({ replay }: { replay: Replay }) {
  const { t } = useI18n();
  const done = doneOf(replay);
  const words = replay.state === "queued" ? t("test.queued") : t("replay.progress", { done, results: replay.results });
  return (
    <div className="progress">
      <p role="status">{words}</p>
      <progress max={replay.results} value={done} aria-label={words} />
    </div>
  );
}
