import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { Icon } from "../../components/icon.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { directionOf, useReading } from "./reading.ts";
import type { Original } from "./sends.ts";

interface Props {
  conversationId: string;
  /** What was written. */
  text: string;
  /** What it is to be in. */
  language: string;
  onSend: (text: string, original?: Original) => void;
  onBack: () => void;
}

const LONGEST = 4096;
const TITLE = "reply-preview";

/** What would leave, to be looked at and changed first. */
export default function ReplyPreview({ conversationId, text, language, onSend, onBack }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const { reads } = useReading();
  const query = useQuery({
    queryKey: ["draft-translation", conversationId, text, language],
    queryFn: () =>
      dataOf(
        api.POST("/api/conversations/{id}/translation", {
          params: { path: { id: conversationId } },
          body: { text, language },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const { data } = query;
  const isAsWritten = data !== undefined && !data.translator;
  // It was in the customer's language already: what leaves is what was written, and seen.
  useEffect(() => {
    if (isAsWritten) onSend(text);
  });
  if (isAsWritten) return null;
  const original = { text, language: data?.original_language ?? reads };
  return (
    <section className="suggestion preview">
      <p className="head" id={TITLE}>
        <Icon name="translate" />
        {t("translate.preview", { language: languageNames(i18n.language).of(language) ?? language })}
      </p>
      {query.isError && (
        <p className="wrong" role="alert">
          {sentence(query.error, i18n)}
        </p>
      )}
      {query.isPending && <p role="status">{t("translate.busy")}</p>}
      {data && (
        <Checked said={data.text} language={language} onSend={(said) => onSend(said, original)} onBack={onBack} />
      )}
      {query.isError && (
        <div className="buttons start">
          <button type="button" className="main" onClick={() => query.refetch()}>
            {t("try_again")}
          </button>
          <button type="button" onClick={() => onSend(text)}>
            {t("translate.send_as_written")}
          </button>
          <button type="button" onClick={onBack}>
            {t("cancel")}
          </button>
        </div>
      )}
    </section>
  );
}

interface CheckedProps {
  said: string;
  language: string;
  onSend: (said: string) => void;
  onBack: () => void;
}

function Checked({ said, language, onSend, onBack }: CheckedProps) {
  const { t } = useI18n();
  const [text, setText] = useState(said);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = () => text.trim() && onSend(text.trim());
  function pressed(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Escape") onBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <>
      <textarea
        ref={field}
        aria-labelledby={TITLE}
        lang={language}
        dir={directionOf(language)}
        rows={2}
        maxLength={LONGEST}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={pressed}
      />
      <div className="buttons start">
        <button type="button" className="main" disabled={!text.trim()} onClick={send}>
          {t("translate.send")}
        </button>
        <button type="button" onClick={onBack}>
          {t("cancel")}
        </button>
      </div>
    </>
  );
}
