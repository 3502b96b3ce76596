import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { sentence } from "../api/problem.ts";
import { useI18n } from "../i18n/provider.tsx";
import { Confirm } from "./dialog.tsx";
import { toast } from "./toast.tsx";

interface RemovalProps<T> {
  /** What is to go; null: nothing is asked. */
  item: T | null;
  title: string;
  text: string;
  verb?: string;
  remove: (item: T) => Promise<unknown>;
  /** The list it goes from, which is read again whether it went or not. */
  queryKey: QueryKey;
  onClose: () => void;
}

/** Asks, removes, and tells what kept it. */
export function Removal<T>({ item, title, text, verb, remove, queryKey, onClose }: RemovalProps<T>) {
  const i18n = useI18n();
  const client = useQueryClient();
  async function confirmed() {
    if (item === null) return;
    onClose();
    try {
      await remove(item);
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey });
  }
  return (
    <Confirm
      open={item !== null}
      title={title}
      text={text}
      verb={verb ?? i18n.t("delete")}
      onConfirm={confirmed}
      onCancel={onClose}
    />
  );
}
