import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useContext } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { messagesQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { toast } from "../../components/toast.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import type { Message } from "./model.ts";
import { CustomerLanguage, directionOf } from "./reading.ts";

/** So much of it is shown at once, in characters. */
const SHORT = 280;

/** What trying again does not change. */
const FINAL: Record<string, "transcript.silent" | "transcript.too_long"> = {
  silent: "transcript.silent",
  too_long: "transcript.too_long",
  too_large: "transcript.too_long",
};

/** What a voice note says. */
export default function Transcript({ message }: { message: Message }) {
  const { t } = useI18n();
  const { transcript } = message;
  if (!transcript) return null;
  if (transcript.state === "waiting")
    return (
      <p className="transcript soft" role="status">
        {t("transcript.waiting")}
      </p>
    );
  if (transcript.text) return <Spoken text={transcript.text} language={transcript.language ?? null} />;
  // Where nobody listens, there is nothing to tell.
  if (transcript.problem === "not_set_up") return null;
  const why = FINAL[transcript.problem ?? ""];
  const failed = transcript.problem === "budget" ? "problem.budget_used_up" : "transcript.failed";
  return (
    <p className="transcript soft">
      {t(why ?? failed)} {!why && <Again message={message} />}
    </p>
  );
}

function Spoken({ text, language }: { text: string; language: string | null }) {
  const { t, language: reader } = useI18n();
  const customer = useContext(CustomerLanguage);
  const spoken = language ?? customer;
  const name = spoken ? (languageNames(reader).of(spoken) ?? spoken) : null;
  const words = (
    <p className="text" {...(spoken ? { lang: spoken, dir: directionOf(spoken) } : { dir: "auto" })}>
      {text}
    </p>
  );
  const title = name ? t("transcript.title_in", { language: name }) : t("transcript.title");
  return (
    <div className="transcript">
      {text.length <= SHORT ? (
        <>
          <p className="soft">{title}</p>
          {words}
        </>
      ) : (
        <details>
          <summary className="soft">{title}</summary>
          {words}
        </details>
      )}
    </div>
  );
}

/** Has somebody listen once more. */
function Again({ message }: { message: Message }) {
  const i18n = useI18n();
  const client = useQueryClient();
  const { mayReply } = usePermissions();
  const again = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST("/api/conversations/{id}/messages/{message_id}/transcript", {
          params: { path: { id: message.conversation_id, message_id: message.id } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: messagesQuery(message.conversation_id).queryKey }),
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  if (!mayReply) return null;
  return (
    <button type="button" className="link" disabled={again.isPending} onClick={() => again.mutate()}>
      {i18n.t("try_again")}
    </button>
  );
}
