import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { tenantQuery } from "../../api/queries.ts";
import { Icon } from "../../components/icon.tsx";
import { useI18n } from "../../i18n/provider.tsx";
import { addPeriod, copyToAll, type HoursValues, keep, type Period, WEEKDAYS, weekdayName } from "./hours.ts";

interface Props {
  hours: HoursValues;
  onChange: (hours: HoursValues) => void;
  error: string | undefined;
}

/** When people are there: several periods a day, and days off. */
export function HoursField({ hours, onChange, error }: Props) {
  const { t, said } = useI18n();
  const { data: tenant } = useQuery(tenantQuery);
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={hours.isKept}
          onChange={({ target }) => onChange(keep(hours, target.checked))}
        />
        {t("hours.keep")}
      </label>
      {hours.isKept && (
        <>
          <p className="hint">
            {t("hours.zone", { zone: tenant?.time_zone ?? "" })}{" "}
            <Link to="/settings/business">{t("hours.zone_change")}</Link>
          </p>
          <ul className="week">
            {WEEKDAYS.map((day) => (
              <Weekday key={day} day={day} hours={hours} onChange={onChange} />
            ))}
          </ul>
          <Holidays hours={hours} onChange={onChange} />
        </>
      )}
      {error && (
        <p className="error" role="alert">
          {said(error)}
        </p>
      )}
    </>
  );
}

function Weekday({ day, hours, onChange }: Omit<Props, "error"> & { day: number }) {
  const { t, language } = useI18n();
  const name = weekdayName(day, language);
  const periods = hours.periods.flatMap((period, index) => (period.day === day ? [{ period, index }] : []));
  const put = (index: number, part: Partial<Period>) =>
    onChange({ ...hours, periods: hours.periods.map((it, at) => (at === index ? { ...it, ...part } : it)) });
  const drop = (index: number) => onChange({ ...hours, periods: hours.periods.filter((_, at) => at !== index) });
  return (
    <li>
      <strong>{name}</strong>
      <div className="periods">
        {periods.length === 0 && <span className="soft">{t("hours.closed")}</span>}
        {periods.map(({ period, index }) => (
          <span key={index} className="period">
            <input
              type="time"
              required
              aria-label={`${name}: ${t("hours.from")}`}
              value={period.from}
              onChange={({ target }) => put(index, { from: target.value })}
            />
            <span aria-hidden="true">–</span>
            <input
              type="time"
              required
              aria-label={`${name}: ${t("hours.to")}`}
              value={period.to}
              onChange={({ target }) => put(index, { to: target.value })}
            />
            <button type="button" className="plain" title={t("hours.remove")} onClick={() => drop(index)}>
              <Icon name="close" />
              <span className="sr-only">{`${t("hours.remove")}: ${name} ${period.from}`}</span>
            </button>
          </span>
        ))}
      </div>
      <span className="day-tools">
        <button type="button" className="plain" title={t("hours.add")} onClick={() => onChange(addPeriod(hours, day))}>
          <Icon name="plus" />
          <span className="sr-only">{`${t("hours.add")}: ${name}`}</span>
        </button>
        <button type="button" className="plain" title={t("hours.copy")} onClick={() => onChange(copyToAll(hours, day))}>
          <Icon name="copy" />
          <span className="sr-only">{`${t("hours.copy")}: ${name}`}</span>
        </button>
      </span>
    </li>
  );
}

function Holidays({ hours, onChange }: Omit<Props, "error">) {
  const { t, date } = useI18n();
  const [day, setDay] = useState("");
  function add() {
    if (!day) return;
    onChange({ ...hours, holidays: [...new Set([...hours.holidays, day])].sort() });
    setDay("");
  }
  return (
    <div className="holidays">
      <label className="field">
        <span>{t("hours.holidays")}</span>
        <span className="period">
          <input type="date" value={day} onChange={({ target }) => setDay(target.value)} />
          <button type="button" disabled={!day} onClick={add}>
            {t("hours.add_holiday")}
          </button>
        </span>
      </label>
      <ul>
        {hours.holidays.map((holiday) => (
          <li key={holiday}>
            {date(holiday)}
            <button
              type="button"
              className="plain"
              title={t("hours.remove")}
              onClick={() => onChange({ ...hours, holidays: hours.holidays.filter((it) => it !== holiday) })}
            >
              <Icon name="close" />
              <span className="sr-only">{`${t("hours.remove")}: ${date(holiday)}`}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
