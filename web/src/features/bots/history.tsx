import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { knowledgeKey } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Compare } from "./compared.tsx";
import { bodyOf, headOf, type KnowledgeItem, useWhole } from "./item-words.ts";
import { useWriterName } from "./writer.ts";

type Version = Schemas["VersionBody"];

interface Props {
  botId: string;
  item: KnowledgeItem;
  onClose: () => void;
}

/** What an item said before, beside what it says now. */
export default function History({ botId, item, onClose }: Props) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<number | null>(null);
  const { data, error, refetch } = useQuery({
    // Each change of the item leaves another.
    queryKey: [...knowledgeKey(botId), "versions", item.id, item.version],
    queryFn: ({ signal }) => {
      const params = { path: { id: botId, item_id: item.id } };
      return dataOf(api.GET("/api/bots/{id}/knowledge/{item_id}/versions", { params, signal }));
    },
  });
  const versions = data?.items ?? [];
  const shown = versions.find(({ number }) => number === chosen) ?? versions[0];
  return (
    <Dialog title={t("history.title")} open onClose={onClose}>
      <div className="history">
        {error && <Failure problem={error} retry={refetch} />}
        {data && !shown && <p className="empty">{t("history.never")}</p>}
        {shown && (
          <>
            <Versions versions={versions} shown={shown} onChoose={setChosen} />
            <Chosen key={shown.number} botId={botId} item={item} number={shown.number} onClose={onClose} />
          </>
        )}
      </div>
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}

interface VersionsProps {
  versions: Version[];
  shown: Version;
  onChoose: (number: number) => void;
}

function Versions({ versions, shown, onChoose }: VersionsProps) {
  const { t, moment } = useI18n();
  const nameOf = useWriterName();
  return (
    <fieldset className="versions">
      <legend>{t("history.earlier")}</legend>
      {versions.map((version) => (
        <label key={version.number}>
          <input type="radio" name="version" checked={version === shown} onChange={() => onChoose(version.number)} />
          <span>
            <Time at={version.written_at}>{moment(version.written_at)}</Time>
            <bdi className="soft">{nameOf(version)}</bdi>
          </span>
        </label>
      ))}
      <p className="hint">{t("history.kept")}</p>
    </fieldset>
  );
}

interface ChosenProps extends Props {
  number: number;
}

function Chosen({ botId, item, number, onClose }: ChosenProps) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const restore = useRestore(botId, item, onClose);
  const { data, error, refetch } = useQuery({
    queryKey: [...knowledgeKey(botId), "version", item.id, number],
    queryFn: ({ signal }) => {
      const params = { path: { id: botId, item_id: item.id, number } };
      return dataOf(api.GET("/api/bots/{id}/knowledge/{item_id}/versions/{number}", { params, signal }));
    },
  });
  const { whole, ...reading } = useWhole(botId, item);
  if (error) return <Failure problem={error} retry={refetch} />;
  if (reading.error) return <Failure problem={reading.error} retry={reading.refetch} />;
  if (!data || !whole) return <div aria-busy="true" />;
  const isSame = data.title === headOf(whole) && data.text === bodyOf(whole);
  const now = { ...item, written_at: item.updated_at };
  const mayRestore = mayManage && item.type !== "page";
  return (
    <div>
      <Compare
        old={{ label: t("replay.then"), about: <About text={data} />, head: data.title, body: data.text }}
        now={{ label: t("replay.now"), about: <About text={now} />, head: headOf(whole), body: bodyOf(whole) }}
      />
      {isSame && <p className="hint">{t("history.same")}</p>}
      {item.type === "page" && <p className="hint">{t("history.page")}</p>}
      {mayRestore && !isSame && (
        <div className="buttons start">
          <button type="button" className="main" onClick={() => restore(number)}>
            {t("history.restore")}
          </button>
        </div>
      )}
    </div>
  );
}

function About({ text }: { text: Pick<Version, "actor" | "actor_id" | "written_at"> }) {
  const { moment } = useI18n();
  const who = useWriterName()(text);
  return (
    <p className="soft">
      <Time at={text.written_at}>{moment(text.written_at)}</Time>
      {who && (
        <>
          {" · "}
          <bdi>{who}</bdi>
        </>
      )}
    </p>
  );
}

/** Has the item say it again. That is undone by having it say what it says until now. */
function useRestore(botId: string, item: KnowledgeItem, onDone: () => void) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  async function restore(number: number, done: () => void) {
    const params = { path: { id: botId, item_id: item.id, number } };
    try {
      await dataOf(api.POST("/api/bots/{id}/knowledge/{item_id}/versions/{number}/restore", { params }));
      done();
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: knowledgeKey(botId) });
  }
  const undo = { label: t("undo"), act: () => void restore(item.version, () => toast(t("history.undone"))) };
  return (number: number) =>
    restore(number, () => {
      onDone();
      toast(t("history.restored"), undo);
    });
}
