import { Dialog } from "../../components/dialog.tsx";
import type { Key } from "../../i18n/dictionary.ts";
import { useI18n } from "../../i18n/provider.tsx";

const KEYS: [string, Key][] = [
  ["J K", "keys.move"],
  ["Enter", "keys.open"],
  ["T", "keys.takeover"],
  ["H", "keys.handback"],
  ["R", "keys.reply"],
  ["N", "keys.note"],
  ["A", "keys.assign"],
  ["L", "keys.label"],
  ["S", "keys.snooze"],
  ["E", "keys.resolve"],
  ["X", "keys.select"],
  ["I", "keys.contact"],
  ["/", "keys.find"],
  ["/", "keys.canned"],
  ["Ctrl K", "keys.palette"],
  ["Esc", "keys.leave"],
  ["Tab", "keys.suggestion"],
  ["Shift Enter", "keys.line"],
  ["?", "keys.help"],
];

/** The keyboard, written down. */
export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t("keys.title")} open={open} onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key} dir="ltr">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <div className="buttons">
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
