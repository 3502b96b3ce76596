import { useQuery } from "@tanstack/react-query";
import { useContext, useState } from "react";
import { sentence } from "../../api/problem.ts";
import { Icon } from "../../components/icon.tsx";
import { languageNames } from "../../i18n/languages.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { languageOf } from "./customer-language.ts";
import type { Message } from "./model.ts";
import { CustomerLanguage, directionOf, useReading } from "./reading.ts";
import { translationQuery, useCanTranslate } from "./translating.ts";

/** What a message says in the reader's language, under what it says; and what was written before it was translated. */
export default function Translated({ message }: { message: Message }) {
  const original = message.translations.find((it) => it.is_original);
  const { reads } = useReading();
  const customer = useContext(CustomerLanguage);
  const canTranslate = useCanTranslate();
  const spoken = languageOf(message, customer);
  const isRead = spoken === reads || original?.language === reads;
  return (
    <>
      {original && <Said text={original.text} language={original.language} isOriginal />}
      {canTranslate && !isRead && <InOwn message={message} spoken={spoken} />}
    </>
  );
}

/** Once asked for, or without being asked where the reader has everything of this language translated. */
function InOwn({ message, spoken }: { message: Message; spoken: string | null }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { reads, isAlways } = useReading();
  const [isAsked, setIsAsked] = useState(false);
  const enabled = isAsked || isAlways(spoken);
  const query = useQuery({ ...translationQuery(message, reads), enabled });
  if (!enabled)
    return (
      <button type="button" className="link translate" onClick={() => setIsAsked(true)}>
        {t("translate.verb")}
      </button>
    );
  if (query.isError)
    return (
      <p className="translation soft" role="alert">
        {sentence(query.error, i18n)}{" "}
        <button type="button" className="link" onClick={() => query.refetch()}>
          {t("try_again")}
        </button>
      </p>
    );
  if (query.isPending)
    return (
      <p className="translation soft" role="status">
        {t("translate.busy")}
      </p>
    );
  return query.data && <Said text={query.data.text} language={reads} />;
}

function Said({ text, language, isOriginal }: { text: string; language: string; isOriginal?: boolean }) {
  const { t, language: reader } = useI18n();
  const name = languageNames(reader).of(language) ?? language;
  return (
    <div className="translation">
      <p className="soft">
        <Icon name="translate" />
        {isOriginal ? t("translate.original", { language: name }) : name}
      </p>
      <p className="text" lang={language} dir={directionOf(language)}>
        {text}
      </p>
    </div>
  );
}
