import { useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { contactQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useAttempt } from "../../components/attempt.ts";
import { WrongLine } from "../../components/form.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import type { Contact } from "./model.ts";

/** The number that a customer gave: with words that say what it is worth, and a way to be rid of it. */
export function GivenPhone({ contact, phone }: { contact: Contact; phone: string }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { mayReply } = usePermissions();
  const { problem, isBusy, attempt } = useAttempt();

  const remove = () =>
    attempt(async () => {
      const params = { path: { id: contact.id } };
      const fresh = await dataOf(api.PATCH("/api/contacts/{id}", { params, body: { given_phone: null } }));
      client.setQueryData(contactQuery(contact.id).queryKey, fresh);
    });

  return (
    <>
      <bdi dir="ltr">{phone}</bdi>
      {mayReply && (
        <button
          type="button"
          className="plain"
          title={t("contact.given_phone_remove")}
          disabled={isBusy}
          onClick={remove}
        >
          <Icon name="trash" />
          <span className="sr-only">{t("contact.given_phone_remove")}</span>
        </button>
      )}
      <p className="hint">{t("contact.given_phone_hint")}</p>
      <WrongLine problem={problem} />
    </>
  );
}
