import { useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { conversationQuery, messagesQuery, numbersQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Message } from "./model.ts";
import { askedBefore } from "./teaching.ts";

const KnowledgeEditor = lazy(async () => ({
  default: (await import("../bots/knowledge-editor.tsx")).KnowledgeEditor,
}));

interface Lesson {
  botId: string;
  question: string;
}

/** Makes of an answer, and of what the customer had asked, something the bot knows. */
export function Teach({ message }: { message: Message }) {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const client = useQueryClient();
  const { at } = useSearch({ from: "/app/inbox" });
  const [lesson, setLesson] = useState<Lesson | null>(null);
  if (!mayManage || !message.text || message.author === "system") return null;

  async function begin() {
    const { conversation_id: id } = message;
    const conversation = client.getQueryData(conversationQuery(id).queryKey);
    const numbers = await client.fetchQuery(numbersQuery);
    const number = numbers.items.find((it) => it.id === conversation?.number_id);
    if (!number?.bot_id) return toast(t("teach.no_bot"));
    const pages = client.getQueryData(messagesQuery(id, at).queryKey)?.pages ?? [];
    setLesson({
      botId: number.bot_id,
      question: askedBefore(
        message,
        pages.flatMap((page) => page.items),
      ),
    });
  }

  function end(isSaved?: boolean) {
    setLesson(null);
    if (isSaved) toast(t("teach.done"));
  }

  return (
    <>
      <button type="button" className="quote" title={t("teach.begin")} onClick={begin}>
        <Icon name="teach" />
        <span className="sr-only">{t("teach.begin")}</span>
      </button>
      {lesson && (
        <Suspense>
          <KnowledgeEditor
            botId={lesson.botId}
            item={null}
            draft={{ question: lesson.question, answer: message.text }}
            onClose={end}
          />
        </Suspense>
      )}
    </>
  );
}
