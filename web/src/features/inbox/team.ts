import { useQuery } from "@tanstack/react-query";
import { teamQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { useI18n } from "../../i18n/provider.tsx";
import type { Person } from "./model.ts";

const NOBODY: Person[] = [];

/** The people one works with. */
export const useTeam = (): Person[] => useQuery(teamQuery).data?.items ?? NOBODY;

/** What to call somebody of the business: "you", their name, or that they have left. */
export function usePersonName(): (id: string) => string {
  const { t } = useI18n();
  const { user } = useSession();
  const team = useTeam();
  return (id) => (id === user.id ? t("author.you") : (team.find((person) => person.id === id)?.name ?? t("team.left")));
}
