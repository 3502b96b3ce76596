import { Fragment } from "react";
import type { Piece } from "./replay-diff.ts";

/** What only one of the two says stands out, without the space behind it. */
export function Marked({ pieces, as: Tag }: { pieces: Piece[]; as: "del" | "ins" }) {
  return pieces.map(({ text, isOther }, index) => {
    if (!isOther) return text;
    const words = text.trimEnd();
    return (
      <Fragment key={index}>
        <Tag>{words}</Tag>
        {text.slice(words.length)}
      </Fragment>
    );
  });
}
