import { useState } from "react";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Conversation } from "./model.ts";

// Suggestions that were taken or dropped, by conversation: they do not come back while this page is open.
const done = new Map<string, string>();

/** What the AI would have said when a person took over, until it is taken or dropped. */
export function useSuggestion({ id, suggestion }: Conversation, mayWrite: boolean) {
  const [, setDropped] = useState("");
  const shown = mayWrite && suggestion && done.get(id) !== suggestion ? suggestion : null;
  const drop = () => {
    if (!suggestion) return;
    done.set(id, suggestion);
    setDropped(suggestion);
  };
  return [shown, drop] as const;
}

export function Suggestion({ text, onTake, onDrop }: { text: string; onTake: () => void; onDrop: () => void }) {
  const { t } = useI18n();
  return (
    <div className="suggestion">
      <p className="head">
        <Icon name="ai" />
        {t("suggestion.title")}
      </p>
      <p className="text" id="suggestion" dir="auto">
        {text}
      </p>
      <div className="buttons start">
        <button type="button" onClick={onTake}>
          {t("suggestion.take")}
          <span className="key" aria-hidden="true">
            Tab
          </span>
        </button>
        <button type="button" onClick={onDrop}>
          {t("suggestion.drop")}
          <span className="key" aria-hidden="true">
            Esc
          </span>
        </button>
      </div>
    </div>
  );
}
