import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { unansweredQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Failure } from "../../components/failure.tsx";
import { Icon } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { KnowledgeEditor } from "./knowledge-editor.tsx";
import { TestEditor } from "./test-editor.tsx";
import { draftFor } from "./test-values.ts";

type Group = Schemas["UnansweredBody"];

interface Props {
  botId: string;
  /** Says it to the bot, elsewhere. */
  onTry: (question: string) => void;
}

/** What customers asked and the bot did not know, to be taught or put away. */
export function UnansweredQuestions({ botId, onTry }: Props) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(unansweredQuery(botId));
  const [lesson, setLesson] = useState<Group | null>(null);
  const [taught, setTaught] = useState<string | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  const settle = useSettle(botId);
  const groups = data?.items ?? [];
  return (
    <section aria-labelledby="unanswered-title">
      <div className="head">
        <h2 id="unanswered-title">{t("unanswered.title")}</h2>
      </div>
      <p className="hint">{t("unanswered.hint")}</p>
      {taught !== null && (
        <div className="taught" role="status">
          <p>
            <Icon name="tick" />
            {t("teach.done")} <bdi>{taught}</bdi>
          </p>
          <span className="acts">
            <button type="button" onClick={() => onTry(taught)}>
              {t("bot.tab.try")}
            </button>
            <button type="button" onClick={() => setTested(taught)}>
              {t("test.add")}
            </button>
          </span>
        </div>
      )}
      {error && <Failure problem={error} retry={refetch} />}
      {data && groups.length === 0 && <p className="empty">{t("unanswered.empty")}</p>}
      {groups.length > 0 && (
        <ul className="tests unanswered">
          {groups.map((group) => (
            <Question
              key={group.ids.at(-1)}
              group={group}
              onTeach={() => setLesson(group)}
              onDismiss={() => settle.mutate({ group, how: "dismissed" })}
            />
          ))}
        </ul>
      )}
      {lesson && (
        <KnowledgeEditor
          botId={botId}
          item={null}
          draft={{ question: lesson.question, answer: "" }}
          onClose={(isSaved) => {
            setLesson(null);
            if (!isSaved) return;
            setTaught(lesson.question);
            settle.mutate({ group: lesson, how: "taught" });
          }}
        />
      )}
      {tested !== null && (
        <TestEditor
          botId={botId}
          test={null}
          draft={draftFor(tested)}
          onClose={(isSaved) => {
            setTested(null);
            if (isSaved) toast(t("test.saved"));
          }}
        />
      )}
    </section>
  );
}

interface Settling {
  group: Group;
  how: "taught" | "dismissed";
}

/** Settles the questions of a group; what was put away can be taken back. */
function useSettle(botId: string) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const params = { path: { id: botId } };
  const read = () => client.invalidateQueries({ queryKey: unansweredQuery(botId).queryKey });
  const fail = (problem: unknown) => toast(sentence(problem, i18n));
  const reopen = (ids: string[]) =>
    dataOf(api.POST("/api/bots/{id}/unanswered/reopen", { params, body: { ids } }))
      .catch(fail)
      .finally(read);
  return useMutation({
    mutationFn: ({ group: { ids }, how }: Settling) =>
      dataOf(api.POST("/api/bots/{id}/unanswered/resolve", { params, body: { ids, how } })),
    onSuccess: (_, { group, how }) => {
      if (how === "taught") return;
      toast(t("unanswered.dismissed"), { label: t("undo"), act: () => reopen(group.ids) });
    },
    onError: fail,
    onSettled: read,
  });
}

interface QuestionProps {
  group: Group;
  onTeach: () => void;
  onDismiss: () => void;
}

function Question({ group, onTeach, onDismiss }: QuestionProps) {
  const { t, ago, language } = useI18n();
  const { mayManage } = usePermissions();
  const names = languageNames(language);
  const { question, count, last_asked_at: last, languages, examples } = group;
  return (
    <li>
      <div className="words">
        <strong dir="auto">{question}</strong>
        <p className="source soft">
          <span>{t("unanswered.count", { count })}</span>
          <Time at={last}>{t("unanswered.last", { when: ago(last) })}</Time>
          {languages.length > 0 && <bdi>{languages.map((code) => names.of(code) ?? code).join(", ")}</bdi>}
        </p>
      </div>
      {mayManage && (
        <span className="acts">
          <button type="button" className="main" onClick={onTeach}>
            <Icon name="teach" />
            {t("unanswered.teach")}
            <span className="sr-only">: {question}</span>
          </button>
          <button type="button" onClick={onDismiss}>
            {t("unanswered.dismiss")}
            <span className="sr-only">: {question}</span>
          </button>
        </span>
      )}
      <details>
        <summary>
          {t("unanswered.examples")}
          <span className="sr-only">: {question}</span>
        </summary>
        <ul className="examples">
          {examples.map((example) => (
            <li key={example.id}>
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId: example.conversation_id }}
                search={example.message_id ? { at: example.message_id } : {}}
                dir="auto"
              >
                {example.question}
              </Link>
              <Time at={example.asked_at}>{ago(example.asked_at)}</Time>
              {example.detail && <bdi className="soft">{example.detail}</bdi>}
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
