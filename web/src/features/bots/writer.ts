import type { Schemas } from "../../api/client.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { usePersonName } from "../inbox/team.ts";

/** Who wrote what an item of the knowledge says; null: from before that was written down. */
export function useWriterName(): (text: Pick<Schemas["VersionBody"], "actor" | "actor_id">) => string | null {
  const { t } = useI18n();
  const nameOf = usePersonName();
  return ({ actor, actor_id: id }) => {
    if (!actor) return null;
    if (actor === "system") return t("history.web");
    return actor === "person" && id ? nameOf(id) : t("author.api");
  };
}
