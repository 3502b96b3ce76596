import { useQuery } from "@tanstack/react-query";
import { labelsQuery } from "../../api/queries.ts";
import type { Label } from "./model.ts";

export const COLOURS = ["grey", "red", "yellow", "green", "teal", "blue", "pink", "brown"] as const;

/** The colour of a label. Its name stands beside it. */
export const LabelDot = ({ colour }: { colour: string }) => (
  <span className={`label-dot ${colour}`} aria-hidden="true" />
);

export function LabelTag({ label }: { label: Label }) {
  return (
    <span className="label-tag">
      <LabelDot colour={label.colour} />
      <bdi>{label.name}</bdi>
    </span>
  );
}

/** The labels of these ids, by name. */
export function useLabels(ids: string[]): Label[] {
  const { data } = useQuery(labelsQuery);
  return data?.items.filter((label) => ids.includes(label.id)) ?? [];
}
