import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { botsQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { changesOf, isChanged, useBotDraft } from "./bot-draft.ts";
import { BotForm } from "./bot-form.tsx";
import { BotSwitch } from "./bot-switch.tsx";
import { BotTests } from "./bot-tests.tsx";
import { Knowledge } from "./knowledge.tsx";
import { type Opener, Playground } from "./playground.tsx";
import { Replays } from "./replays.tsx";
import { StudioTabs, useTab } from "./studio-tabs.tsx";
import { Tools } from "./tools.tsx";
import { UnansweredQuestions } from "./unanswered.tsx";

export type Bot = Schemas["BotBody"];

/** The bot studio: whether a bot answers, how, and what it knows. */
export function BotsPage() {
  const { t } = useI18n();
  const { botId } = useParams({ strict: false });
  const { data, error, refetch } = useQuery(botsQuery);
  useEffect(() => {
    document.title = `${t("nav.bot")} · Switchboard`;
  }, [t]);
  const bot = data?.items.find((it) => it.id === botId) ?? data?.items[0];
  return (
    <div className="page">
      <h1>{t("bot.title")}</h1>
      {error && <Failure problem={error} retry={refetch} />}
      {data && <BotChoice bots={data.items} chosen={bot} />}
      {data && !bot && <p className="lead">{t("bot.none")}</p>}
      {bot && <Studio key={bot.id} bot={bot} />}
    </div>
  );
}

/** All parts stay, also while another is shown: what is not saved can be tried. */
function Studio({ bot }: { bot: Bot }) {
  const tab = useTab();
  const [draft, setDraft] = useBotDraft(bot);
  const isDirty = isChanged(draft);
  const [question, setQuestion] = useState<Opener | null>(null);
  const navigate = useNavigate();
  function tryOut(text: string) {
    setQuestion({ text });
    void navigate({ to: ".", search: { tab: "try" } });
  }
  return (
    <>
      <BotSwitch bot={bot} />
      <StudioTabs botId={bot.id} />
      <div hidden={tab !== "settings"}>
        <BotForm draft={draft} setDraft={setDraft} />
        <DeleteBot bot={bot} />
      </div>
      <div hidden={tab !== "knowledge"}>
        <Knowledge botId={bot.id} />
      </div>
      <div hidden={tab !== "try"}>
        <Playground botId={bot.id} unsaved={isDirty ? changesOf(draft) : null} opener={question} />
      </div>
      {tab === "tools" && <Tools bot={bot} />}
      {tab === "unanswered" && <UnansweredQuestions botId={bot.id} onTry={tryOut} />}
      {tab === "tests" && <BotTests botId={bot.id} hasUnsaved={isDirty} />}
      {tab === "replay" && <Replays botId={bot.id} hasUnsaved={isDirty} />}
    </>
  );
}

function BotChoice({ bots, chosen }: { bots: Bot[]; chosen: Bot | undefined }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mayManage } = usePermissions();
  const open = (botId: string) => navigate({ to: "/bots/$botId", params: { botId }, search: true });
  const add = useMutation({
    mutationFn: async () => {
      const body = { name: t("bot.new_name", { count: bots.length + 1 }) };
      const bot = await dataOf(api.POST("/api/bots", { body }));
      await client.invalidateQueries({ queryKey: botsQuery.queryKey });
      await open(bot.id);
    },
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  return (
    <div className="flex flex-wrap items-end gap-3">
      {bots.length > 1 && (
        <label className="field grow">
          <span>{t("bot.choose")}</span>
          <select value={chosen?.id} onChange={({ target }) => open(target.value)}>
            {bots.map((bot) => (
              <option key={bot.id} value={bot.id}>
                {bot.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {mayManage && (
        <button type="button" className="my-3" disabled={add.isPending} onClick={() => add.mutate()}>
          <Icon name="plus" />
          {t("bot.add")}
        </button>
      )}
    </div>
  );
}

function DeleteBot({ bot }: { bot: Bot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mayManage } = usePermissions();
  const [asks, setAsks] = useState(false);
  async function remove() {
    setAsks(false);
    try {
      await dataOf(api.DELETE("/api/bots/{id}", { params: { path: { id: bot.id } } }));
      await client.invalidateQueries({ queryKey: botsQuery.queryKey });
      await navigate({ to: "/bots" });
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
  }
  if (!mayManage) return null;
  return (
    <div className="mt-8 border-t border-line pt-4">
      <button type="button" className="bad" onClick={() => setAsks(true)}>
        <Icon name="trash" />
        {t("bot.delete")}
      </button>
      <Confirm
        open={asks}
        title={t("bot.delete_title", { name: bot.name })}
        text={t("bot.delete_text")}
        verb={t("delete")}
        onConfirm={remove}
        onCancel={() => setAsks(false)}
      />
    </div>
  );
}
