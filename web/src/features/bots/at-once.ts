import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sentence } from "../../api/problem.ts";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

interface AtOnce<T> {
  /** As the server has it. */
  value: T;
  store: (value: T) => Promise<unknown>;
  /** Of the query that `value` is from. */
  queryKey: QueryKey;
  /** Changes of one scope reach the server one after another, so that the last wish is what stays. */
  scope: string;
}

/**
 * A setting that takes effect at once, without saving: as it is, or is about to be, and what changes it.
 *
 * The wish is a state of its own because a mutation tells of its variables a tick late: React would put the control
 * back within the click, and whoever looks right after it would see that nothing happened.
 */
export function useAtOnce<T>({ value, store, queryKey, scope }: AtOnce<T>) {
  const i18n = useI18n();
  const client = useQueryClient();
  const [wish, setWish] = useState<{ value: T } | null>(null);
  const { mutate } = useMutation({
    scope: { id: scope },
    mutationFn: (wanted: { value: T }) => store(wanted.value),
    onError: (problem) => toast(sentence(problem, i18n)),
    onSettled: async (_answer, _problem, wanted) => {
      await client.invalidateQueries({ queryKey });
      setWish((latest) => (latest === wanted ? null : latest));
    },
  });
  function change(next: T) {
    const wanted = { value: next };
    setWish(wanted);
    mutate(wanted);
  }
  return [wish ? wish.value : value, change] as const;
}
