import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { labelsQuery, teamQuery } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { type Choice, Choices } from "../../components/choices.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { LabelDot } from "./labels.tsx";
import type { Conversation } from "./model.ts";
import { useOrganise } from "./organise.ts";
import { localTime, snoozeTimes } from "./snooze.ts";

export type Kind = "assign" | "label" | "snooze";

interface Props {
  kind: Kind | null;
  conversations: Conversation[];
  onClose: () => void;
}

/** Whose it is to be, which labels it has, until when it waits: chosen by a few letters, for one or for many. */
export function OrganiseDialog({ kind, conversations, onClose }: Props) {
  const { t } = useI18n();
  return (
    <Dialog title={kind ? t(`organise.${kind}`) : ""} open={kind !== null} onClose={onClose}>
      {kind === "assign" && <Assign conversations={conversations} onDone={onClose} />}
      {kind === "label" && <LabelThem conversations={conversations} />}
      {kind === "snooze" && <Snooze conversations={conversations} onDone={onClose} />}
    </Dialog>
  );
}

interface PartProps {
  conversations: Conversation[];
  onDone: () => void;
}

function Assign({ conversations, onDone }: PartProps) {
  const { t } = useI18n();
  const { user } = useSession();
  const organise = useOrganise();
  const { data } = useQuery(teamQuery);
  const others = data?.items.filter((person) => person.id !== user.id && person.role !== "viewer") ?? [];
  const give = (assignee: string | null, words: string) => {
    onDone();
    organise(conversations, { assignee_id: assignee }, words);
  };
  const isOf = (id: string | null) => conversations.every((it) => (it.assignee_id ?? null) === id);
  const choices: Choice[] = [
    {
      id: "me",
      words: t("assign.me"),
      more: user.name,
      sign: <Icon name="human" />,
      isChosen: isOf(user.id),
      choose: () => give(user.id, t("assign.done_me")),
    },
    {
      id: "nobody",
      words: t("assign.nobody"),
      sign: <Icon name="circle" />,
      isChosen: isOf(null),
      choose: () => give(null, t("assign.done_nobody")),
    },
    ...others.map(({ id, name, email }) => ({
      id,
      words: name,
      more: email,
      sign: <Icon name="human" />,
      isChosen: isOf(id),
      choose: () => give(id, t("assign.done", { name })),
    })),
  ];
  return (
    <Choices
      label={t("assign.label")}
      placeholder={t("assign.placeholder")}
      choices={choices}
      nothing={t("assign.nothing")}
    />
  );
}

function LabelThem({ conversations }: { conversations: Conversation[] }) {
  const { t } = useI18n();
  const organise = useOrganise();
  const { data } = useQuery(labelsQuery);
  const labels = data?.items ?? [];
  const choices = labels.map((label) => {
    const isChosen = conversations.every((it) => it.label_ids.includes(label.id));
    const change = isChosen ? { remove_labels: [label.id] } : { add_labels: [label.id] };
    const words = t(isChosen ? "label.taken_off" : "label.put_on", { name: label.name });
    return {
      id: label.id,
      words: label.name,
      sign: <LabelDot colour={label.colour} />,
      isChosen,
      choose: () => organise(conversations, change, words),
    };
  });
  return (
    <Choices
      label={t("label.label")}
      placeholder={t("label.placeholder")}
      choices={choices}
      nothing={t(labels.length === 0 ? "label.none" : "label.nothing")}
    />
  );
}

function Snooze({ conversations, onDone }: PartProps) {
  const { t, moment } = useI18n();
  const organise = useOrganise();
  const [custom, setCustom] = useState(() => localTime(snoozeTimes(new Date()).at(-1)?.at ?? new Date()));
  const until = (at: Date) => {
    onDone();
    const time = at.toISOString();
    organise(conversations, { state: "snoozed", snoozed_until: time }, t("snooze.done", { time: moment(time) }));
  };
  function atCustom(event: FormEvent) {
    event.preventDefault();
    until(new Date(custom));
  }
  const choices = snoozeTimes(new Date()).map(({ name, at }) => ({
    id: name,
    words: t(`snooze.${name}`),
    more: moment(at.toISOString()),
    sign: <Icon name="clock" />,
    choose: () => until(at),
  }));
  return (
    <>
      <Choices
        label={t("snooze.label")}
        placeholder={t("snooze.placeholder")}
        choices={choices}
        nothing={t("snooze.nothing")}
      />
      <form className="until" onSubmit={atCustom}>
        <label>
          <span>{t("snooze.at")}</span>
          <input
            type="datetime-local"
            required
            min={localTime(new Date())}
            value={custom}
            onChange={({ target }) => setCustom(target.value)}
          />
        </label>
        <button type="submit">{t("snooze.verb")}</button>
      </form>
    </>
  );
}
