import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { matches } from "../features/shell/match.ts";
import { useI18n } from "../i18n/provider.tsx";

/** Something to choose from a list by a few letters. */
export interface Choice {
  id: string;
  words: string;
  /** More to find it by, shown at the end. */
  more?: string | undefined;
  sign?: ReactNode;
  /** Of those of which one may choose several. */
  isChosen?: boolean | undefined;
  choose: () => unknown;
}

interface Props {
  label: string;
  placeholder: string;
  choices: Choice[];
  /** What to say where nothing matches. */
  nothing: string;
  /** Choices shown at once; all, unless given. */
  shown?: number;
  /** What is typed, for whoever looks for choices elsewhere. */
  onType?: (text: string) => void;
}

/** A text that narrows a list down. The focus stays in the text; the keys that choose are heard there. */
export function Choices({ label, placeholder, choices, nothing, shown, onType }: Props) {
  const { t } = useI18n();
  const listId = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = choices.filter(({ words, more }) => matches(text, [words, more ?? ""])).slice(0, shown);
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.nativeEvent.isComposing) return;
    if (step) setAt((was) => Math.min(Math.max(was + step, 0), found.length - 1));
    else if (event.key === "Enter") found[at]?.choose();
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <input
        role="combobox"
        aria-label={label}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found[at] && `${listId}-${found[at].id}`}
        placeholder={placeholder}
        value={text}
        dir="auto"
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
          onType?.(target.value);
        }}
        onKeyDown={pressed}
      />
      <div id={listId} role="listbox" aria-label={t("palette.found")}>
        {found.map((choice, index) => (
          <Option
            key={choice.id}
            id={`${listId}-${choice.id}`}
            choice={choice}
            isAt={index === at}
            onPoint={() => setAt(index)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="hint p-2">{nothing}</p>}
    </div>
  );
}

interface OptionProps {
  id: string;
  choice: Choice;
  isAt: boolean;
  onPoint: () => void;
}

function Option({ id, choice, isAt, onPoint }: OptionProps) {
  const { t } = useI18n();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard in the text above
    <div id={id} role="option" tabIndex={-1} aria-selected={isAt} onPointerMove={onPoint} onClick={choice.choose}>
      {choice.sign}
      <bdi>{choice.words}</bdi>
      {choice.isChosen && <span className="chosen">{t("chosen")}</span>}
      {choice.more && <bdi className="ms-auto text-soft">{choice.more}</bdi>}
    </div>
  );
}
