import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { phoneLink, useDemo } from "../../api/demo.ts";
import { sentence } from "../../api/problem.ts";
import { botsQuery, numbersQuery } from "../../api/queries.ts";
import { usePermissions } from "../../api/roles.ts";
import { Icon } from "../../components/icon.tsx";
import { QrCode } from "../../components/qr-code.tsx";
import { Time } from "../../components/time.tsx";
import { toast } from "../../components/toast.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { NumberActions } from "./number-actions.tsx";
import { Sync } from "./sync.tsx";

type PhoneNumber = Schemas["NumberBody"];

/** The numbers: whether they work, how Meta sees them, which bot answers. */
export function Numbers({ numbers }: { numbers: PhoneNumber[] }) {
  const { t } = useI18n();
  return (
    <ul className="numbers" aria-label={t("connect.numbers")}>
      {numbers.map((number) => (
        <NumberItem key={number.id} number={number} />
      ))}
    </ul>
  );
}

function NumberItem({ number }: { number: PhoneNumber }) {
  const { t, isKey, said } = useI18n();
  const { mayManage } = usePermissions();
  const word = `number.${number.status}`;
  const isConnected = number.status === "connected";
  return (
    <li className={number.status}>
      <Icon name={isConnected ? "tick" : "alert"} />
      <div>
        <strong>
          <bdi dir="ltr">{number.display_phone_number}</bdi>
        </strong>
        <span className="state">
          {number.verified_name && (
            <>
              <bdi>{number.verified_name}</bdi> ·{" "}
            </>
          )}
          {isKey(word) ? t(word) : number.status}
        </span>
        {number.problem && (
          <p className="error" dir="auto">
            {said(number.problem)}
          </p>
        )}
        <Health number={number} />
        <BotChoice number={number} />
        {number.coexistence && isConnected && <Sync number={number} />}
        {mayManage && <NumberActions number={number} />}
      </div>
      {isConnected && <WriteTo number={number} />}
    </li>
  );
}

/** How Meta sees the number. */
function Health({ number }: { number: PhoneNumber }) {
  const { t, isKey, ago } = useI18n();
  const quality = `quality.${number.quality}`;
  return (
    <dl className="health">
      {isKey(quality) && (
        <div className={String(number.quality).toLowerCase()}>
          <dt>{t("number.quality")}</dt>
          <dd>{t(quality)}</dd>
        </div>
      )}
      {number.messaging_limit && (
        <div>
          <dt>{t("number.limit")}</dt>
          <dd>
            <bdi dir="ltr">{limitOf(number.messaging_limit)}</bdi>
          </dd>
        </div>
      )}
      {number.last_webhook_at && (
        <div>
          <dt>{t("number.heard")}</dt>
          <dd>
            <Time at={number.last_webhook_at}>{ago(number.last_webhook_at)}</Time>
          </dd>
        </div>
      )}
      {number.coexistence && (
        <div>
          <dt>{t("number.coexistence")}</dt>
          <dd>{t("yes")}</dd>
        </div>
      )}
    </dl>
  );
}

/** `TIER_2K` as `2K`. */
const limitOf = (tier: string) =>
  tier
    .replace(/^TIER_/, "")
    .replaceAll("_", " ")
    .toLowerCase()
    .replace(/k$/, "K");

function BotChoice({ number }: { number: PhoneNumber }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useQueryClient();
  const { mayManage } = usePermissions();
  const { data: bots } = useQuery(botsQuery);
  async function choose(botId: string | null) {
    try {
      const params = { path: { id: number.id } };
      await dataOf(api.PATCH("/api/numbers/{id}", { params, body: { bot_id: botId } }));
    } catch (problem) {
      toast(sentence(problem, i18n));
    }
    await client.invalidateQueries({ queryKey: numbersQuery.queryKey });
  }
  if (!bots) return null;
  return (
    <label className="inline-field">
      <span>{t("number.bot")}</span>
      <select
        value={number.bot_id ?? ""}
        disabled={!mayManage}
        onChange={({ target }) => choose(target.value === "" ? null : target.value)}
      >
        <option value="">{t("number.people_alone")}</option>
        {bots.items.map((bot) => (
          <option key={bot.id} value={bot.id}>
            {bot.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where to write to it from: the demo's phone, or a real one, whose camera reads the code. */
function WriteTo({ number }: { number: PhoneNumber }) {
  const { t } = useI18n();
  const { demo, isPending } = useDemo();
  if (isPending) return null;
  if (demo) return <WriteLink href={phoneLink(demo, number.phone_number_id)} words={t("connect.open_phone")} />;
  const href = `https://wa.me/${number.display_phone_number.replace(/\D/g, "")}`;
  return (
    <div className="write-to">
      <QrCode text={href} label={t("connect.qr", { number: number.display_phone_number })} />
      <p className="hint">{t("connect.scan")}</p>
      <WriteLink href={href} words={t("connect.write")} />
    </div>
  );
}

const WriteLink = ({ href, words }: { href: string; words: string }) => (
  <a className="button main" href={href} target="_blank" rel="noopener">
    {words}
  </a>
);
