import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { sentence } from "../../api/problem.ts";
import { peopleQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { useSession } from "../../api/session.ts";
import { PagedTable } from "../../components/paged-table.tsx";
import { Removal } from "../../components/removal.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { Invitations } from "./invitations.tsx";
import { mayChange, type Role, rolesToGive } from "./roles.ts";

type Person = Schemas["PersonBody"];

/** Who works here, and who is invited to. */
export function People() {
  const { t } = useI18n();
  const { mayManage } = usePermissions();
  const query = useInfiniteQuery(peopleQuery);
  const [leaving, setLeaving] = useState<Person | null>(null);
  return (
    <section>
      <p className="hint">{t("people.hint")}</p>
      <PagedTable
        query={query}
        label={t("settings.people")}
        head={[t("people.name"), t("field.email"), t("field.role"), t("people.seen"), t("keys_page.state")]}
        empty={t("people.empty")}
        row={(person) => <PersonRow key={person.id} person={person} onRemove={() => setLeaving(person)} />}
      />
      <Removal
        item={leaving}
        title={t("people.remove_title", { name: leaving?.name ?? "" })}
        text={t("people.remove_text")}
        verb={t("people.remove")}
        remove={({ id }) => dataOf(api.DELETE("/api/people/{id}", { params: { path: { id } } }))}
        queryKey={peopleQuery.queryKey}
        onClose={() => setLeaving(null)}
      />
      {mayManage && <Invitations />}
    </section>
  );
}

function PersonRow({ person, onRemove }: { person: Person; onRemove: () => void }) {
  const { t, isKey, ago } = useI18n();
  const { user } = useSession();
  const { mayManage } = usePermissions();
  const role = `role.${person.role}`;
  const isSelf = person.id === user.id;
  const isOurs = mayManage && !isSelf && mayChange(user.role, person.role);
  return (
    <tr>
      <td dir="auto">{person.name}</td>
      <td>
        <bdi dir="ltr">{person.email}</bdi>
      </td>
      <td>{isOurs ? <RoleChoice person={person} /> : isKey(role) ? t(role) : person.role}</td>
      <td>{person.last_seen_at ? <Time at={person.last_seen_at}>{ago(person.last_seen_at)}</Time> : "–"}</td>
      <td>
        {isSelf && t("people.you")}
        {isOurs && (
          <button type="button" onClick={onRemove}>
            {t("people.remove")}
            <span className="sr-only">: {person.name}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

function RoleChoice({ person }: { person: Person }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const { user } = useSession();
  async function give(role: Role) {
    try {
      await dataOf(api.PATCH("/api/people/{id}", { params: { path: { id: person.id } }, body: { role } }));
      toast(t("saved"));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: peopleQuery.queryKey });
  }
  return (
    <select
      aria-label={t("people.role_of", { name: person.name })}
      value={person.role}
      onChange={({ target }) => give(target.value as Role)}
    >
      {rolesToGive(user.role).map((role) => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </select>
  );
}
