import "./history.css";
import { type ReactNode, useMemo, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { compared } from "./history-text.ts";
import { Marked } from "./marked.tsx";

export interface Said {
  label: string;
  /** Who wrote it, and when. */
  about?: ReactNode;
  head: string;
  body: string;
}

/** Two texts of one item beside each other. What only one of them says is marked. */
export function Compare({ old, now }: { old: Said; now: Said }) {
  const { t } = useI18n();
  const [isWhole, setIsWhole] = useState(false);
  const heads = useMemo(() => compared(old.head, now.head, true), [old.head, now.head]);
  const bodies = useMemo(() => compared(old.body, now.body, isWhole), [old.body, now.body, isWhole]);
  return (
    <>
      <div className="sides compared">
        <Side said={old} head={<Marked pieces={heads.old} as="del" />} body={<Marked pieces={bodies.old} as="del" />} />
        <Side said={now} head={<Marked pieces={heads.now} as="ins" />} body={<Marked pieces={bodies.now} as="ins" />} />
      </div>
      {bodies.isCut && (
        <label className="check">
          <input type="checkbox" checked={isWhole} onChange={({ target }) => setIsWhole(target.checked)} />
          {t("history.whole")}
        </label>
      )}
    </>
  );
}

function Side({ said, head, body }: { said: Said; head: ReactNode; body: ReactNode }) {
  return (
    <section>
      <h3>{said.label}</h3>
      {said.about}
      <div>
        <p className="head-line" dir="auto">
          {head}
        </p>
        <p dir="auto">{body}</p>
      </div>
    </section>
  );
}
