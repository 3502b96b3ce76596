import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { replayResultsQuery, replaysQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { SelectField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { Removal } from "../../components/removal.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { ReplayResult } from "./replay-result.tsx";
import { ReplayStart } from "./replay-start.tsx";
import { ReplaySummary } from "./replay-summary.tsx";
import { FILTERS, type Filter, isOver, type Replay, stepOf } from "./replay-values.ts";

interface Props {
  botId: string;
  /** Settings that a replay does not know of. */
  hasUnsaved: boolean;
}

/** What the bot would say today to what customers said once. */
export function Replays({ botId, hasUnsaved }: Props) {
  const { t, moment } = useI18n();
  const { mayManage } = usePermissions();
  const query = useQuery(replaysQuery(botId));
  const [chosen, choose] = useState<string | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const [doomed, setDoomed] = useState<Replay | null>(null);
  const replays = query.data?.items ?? [];
  const replay = replays.find(({ id }) => id === chosen) ?? replays[0];
  const isUnderWay = replays[0] !== undefined && !isOver(replays[0]);
  return (
    <section className="replays" aria-labelledby="replay-title">
      <div className="head">
        <h2 id="replay-title">{t("replay.title")}</h2>
        {mayManage && (
          <button type="button" className="main" disabled={isUnderWay} onClick={() => setIsStarting(true)}>
            <Icon name="again" />
            {t("replay.new")}
          </button>
        )}
      </div>
      <p className="hint">{t("replay.hint")}</p>
      {hasUnsaved && <p className="hint">{t("replay.hint_unsaved")}</p>}
      {query.error && <Failure problem={query.error} retry={query.refetch} />}
      {query.isSuccess && !replay && <p className="empty">{t("replay.empty")}</p>}
      {replay && (
        <div className="test-run">
          {replays.length > 1 && (
            <SelectField
              label={t("replay.which")}
              value={replay.id}
              onChange={({ target }) => choose(target.value === replays[0]?.id ? null : target.value)}
            >
              {replays.map(({ id, created_at, conversations }) => (
                <option key={id} value={id}>
                  {t("replay.at", { when: moment(created_at), count: conversations })}
                </option>
              ))}
            </SelectField>
          )}
          <ReplaySummary replay={replay} />
          {mayManage && <Acts botId={botId} replay={replay} onDelete={() => setDoomed(replay)} />}
        </div>
      )}
      {replay && <Results key={replay.id} botId={botId} replay={replay} />}
      {isStarting && (
        <ReplayStart
          botId={botId}
          onClose={() => {
            setIsStarting(false);
            choose(null);
          }}
        />
      )}
      <Removal
        item={doomed}
        title={t("replay.delete_title")}
        text={t("replay.delete_text")}
        remove={({ id }) =>
          dataOf(api.DELETE("/api/bots/{id}/replays/{item_id}", { params: { path: { id: botId, item_id: id } } }))
        }
        queryKey={replaysQuery(botId).queryKey}
        onClose={() => setDoomed(null)}
      />
    </section>
  );
}

/** Ends one that is under way, or deletes it. */
function Acts({ botId, replay, onDelete }: { botId: string; replay: Replay; onDelete: () => void }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST("/api/bots/{id}/replays/{item_id}/stop", { params: { path: { id: botId, item_id: replay.id } } }),
      ),
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: () => client.invalidateQueries({ queryKey: replaysQuery(botId).queryKey }),
  });
  return (
    <span className="acts">
      {isOver(replay) ? (
        <button type="button" onClick={onDelete}>
          <Icon name="trash" />
          {t("delete")}
        </button>
      ) : (
        <button type="button" disabled={stop.isPending} onClick={() => stop.mutate()}>
          <Icon name="stopped" />
          {t("replay.stop")}
        </button>
      )}
    </span>
  );
}

function Results({ botId, replay }: { botId: string; replay: Replay }) {
  const { t } = useI18n();
  const [filter, setFilter] = useState<Filter>("all");
  const query = useInfiniteQuery({
    ...replayResultsQuery(botId, replay.id, filter, stepOf(replay)),
    placeholderData: keepPreviousData,
  });
  const results = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className="filter-bar">
        <SelectField
          label={t("replay.show")}
          value={filter}
          onChange={({ target }) => setFilter(FILTERS.find((it) => it === target.value) ?? "all")}
        >
          {FILTERS.map((it) => (
            <option key={it} value={it}>
              {t(`replay.outcome.${it}`)}
            </option>
          ))}
        </SelectField>
      </div>
      {query.error && <Failure problem={query.error} retry={query.refetch} />}
      {query.isSuccess && results.length === 0 && <p className="empty">{t("replay.none")}</p>}
      {results.length > 0 && (
        <ol className="tests replayed" aria-label={t("replay.title")}>
          {results.map((result) => (
            <ReplayResult key={result.position} result={result} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <button type="button" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t("more")}
        </button>
      )}
    </>
  );
}
