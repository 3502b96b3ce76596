import { Popover } from "@base-ui/react/popover";
import { type RefObject, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { EMOJI, type EmojiGroup, emojiOf, noteEmoji, recentEmoji } from "./emoji.ts";

interface Props {
  anchor: RefObject<HTMLElement | null>;
  /** Where one goes on writing. */
  field: RefObject<HTMLElement | null>;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

/** Emoji to choose from: those used last, then by what they are about. */
export default function EmojiPicker({ anchor, field, onPick, onClose }: Props) {
  const { t } = useI18n();
  const [recent] = useState(recentEmoji);
  const pick = (emoji: string) => {
    noteEmoji(emoji);
    onPick(emoji);
  };
  const grid = (all: string[], label: string) => (
    <section key={label} aria-label={label}>
      <h3>{label}</h3>
      <div className="grid">
        {all.map((emoji) => (
          <button key={emoji} type="button" className="plain" onClick={() => pick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
  return (
    <Popover.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" align="start" sideOffset={8} className="emoji-place">
          <Popover.Popup className="emoji" finalFocus={field} aria-label={t("emoji.label")}>
            {recent.length > 0 && grid(recent, t("emoji.recent"))}
            {(Object.keys(EMOJI) as EmojiGroup[]).map((group) => grid(emojiOf(group), t(`emoji.${group}`)))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
