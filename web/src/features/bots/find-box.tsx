import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { foundQuery } from "../../api/queries.ts";
import { Failure } from "../../components/failure.tsx";
import { TextField } from "../../components/field.tsx";
import { usePaused } from "../../components/paused.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { FoundPassages } from "./found.tsx";

/** What the bot would find for a question, while it is typed. */
export function FindBox({ botId }: { botId: string }) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const q = usePaused(text.trim());
  const { data, error, refetch } = useQuery({
    ...foundQuery(botId, q),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  return (
    <search className="find-box">
      <TextField
        type="search"
        label={t("found.search")}
        hint={t("found.search_hint")}
        maxLength={1000}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {error && <Failure problem={error} retry={refetch} />}
      {q !== "" && data && (
        <div role="status">
          {data.items.length > 0 ? (
            <FoundPassages passages={data.items} label={t("found.title")} />
          ) : (
            <p className="soft">{t("found.none")}</p>
          )}
        </div>
      )}
    </search>
  );
}
