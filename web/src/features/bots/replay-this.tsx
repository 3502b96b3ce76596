import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { numbersQuery, replaysQuery } from "../../api/queries.ts";
import { Icon } from "../../components/icon.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";

interface Props {
  conversationId: string;
  numberId: string;
}

/** Has the bot that serves the number think again about one conversation, and leads to what comes of it. */
export default function ReplayThis({ conversationId, numberId }: Props) {
  const i18n = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const botId = useQuery(numbersQuery).data?.items.find(({ id }) => id === numberId)?.bot_id;
  const start = useMutation({
    mutationFn: (id: string) =>
      dataOf(
        api.POST("/api/bots/{id}/replay", { params: { path: { id } }, body: { conversation_ids: [conversationId] } }),
      ),
    onSuccess: async (_, id) => {
      await client.invalidateQueries({ queryKey: replaysQuery(id).queryKey });
      await navigate({ to: "/bots/$botId", params: { botId: id }, search: { tab: "replay" } });
    },
    onError: (problem) => toast(sentence(problem, i18n)),
  });
  if (!botId) return null;
  return (
    <button type="button" className="mt-4" disabled={start.isPending} onClick={() => start.mutate(botId)}>
      <Icon name="again" />
      {i18n.t("replay.this")}
    </button>
  );
}
