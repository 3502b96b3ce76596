//! When people are there.

use switchboard_store::{
    Day, Millis, Zone,
    bot::{Hours, Period},
};

use crate::bot::InvalidSetting;

/// Minutes of a day.
const DAY: u16 = 24 * 60;
const MOST_PERIODS: usize = 70;
const MOST_HOLIDAYS: usize = 400;
/// The next opening is looked for in so many days.
const AHEAD: i64 = 60;

pub(crate) fn check(hours: &Hours) -> Result<(), InvalidSetting> {
    let error = |message| Err(InvalidSetting { field: "hours", message });
    if hours.periods.len() > MOST_PERIODS || hours.holidays.len() > MOST_HOLIDAYS {
        return error("must have at most 70 periods and 400 holidays");
    }
    if hours.holidays.iter().any(|day| Day::parse(day).is_none()) {
        return error("has a holiday that is no day such as \"2026-12-25\"");
    }
    for period in &hours.periods {
        if !(1..=7).contains(&period.day) {
            return error("has a period whose day is not 1 (Monday) to 7 (Sunday)");
        }
        match (minute(&period.from), minute(&period.to)) {
            (Some(from), Some(to)) if from != to && from < DAY => {}
            _ => return error("has a period that is not from one time to another, such as \"09:00\" to \"18:30\""),
        }
    }
    Ok(())
}

/// Whether people are there. A period that ends before it begins ends on the next day.
pub(crate) fn are_open(hours: &Hours, zone: &Zone, at: Millis) -> bool {
    let now = zone.local(at);
    let today = periods(hours, now.day).any(|(from, to)| now.minute >= from && (now.minute < to || to < from));
    let since_yesterday = periods(hours, now.day.plus(-1)).any(|(from, to)| to < from && now.minute < to);
    today || since_yesterday
}

/// When people are there next; `None`: not in the next two months.
pub(crate) fn opens_next(hours: &Hours, zone: &Zone, at: Millis) -> Option<Millis> {
    let today = zone.local(at).day;
    (0..AHEAD).find_map(|days| {
        let day = today.plus(days);
        periods(hours, day).map(|(from, _)| zone.moment(day, from)).filter(|opening| *opening > at).min()
    })
}

/// What begins on a day, in minutes.
fn periods(hours: &Hours, day: Day) -> impl Iterator<Item = (u16, u16)> {
    let is_holiday = hours.holidays.iter().any(|holiday| Day::parse(holiday) == Some(day));
    let of_day = move |period: &&Period| !is_holiday && period.day == day.weekday();
    hours.periods.iter().filter(of_day).filter_map(|period| Some((minute(&period.from)?, minute(&period.to)?)))
}

/// From `09:30`; midnight at the end of a day is `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2)?;
    let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    let (hour, minute): (u16, u16) = (number(hour)?, number(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY).then_some(total)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn period(day: u8, from: &str, to: &str) -> Period {
        Period { day, from: from.into(), to: to.into() }
    }

    /// Monday in two parts, Friday into the night, and a Monday off. In Istanbul it is three hours later than in UTC.
    fn bakery() -> (Hours, Zone) {
        let periods = vec![period(1, "09:00", "12:00"), period(1, "13:00", "18:00"), period(5, "20:00", "02:00")];
        let hours = Hours { periods, holidays: vec!["2026-03-09".into()] };
        assert_eq!(check(&hours), Ok(()));
        (hours, Zone::parse("Europe/Istanbul").unwrap())
    }

    fn at(text: &str) -> Millis {
        Millis::from_rfc3339(text).unwrap()
    }

    // 2026-03-02 is a Monday.
    #[rstest]
    #[case("2026-03-02T05:59:59Z", false)]
    #[case("2026-03-02T06:00:00Z", true)]
    #[case("2026-03-02T09:00:00Z", false)]
    #[case("2026-03-02T10:00:00Z", true)]
    #[case("2026-03-02T15:00:00Z", false)]
    #[case("2026-03-06T20:59:00Z", true)]
    #[case("2026-03-06T22:59:00Z", true)]
    #[case("2026-03-06T23:00:00Z", false)]
    #[case("2026-03-09T06:30:00Z", false)]
    fn people_are_there_in_their_periods_and_not_on_holidays(#[case] moment: &str, #[case] open: bool) {
        let (hours, zone) = bakery();
        assert_eq!(are_open(&hours, &zone, at(moment)), open);
    }

    #[rstest]
    #[case("2026-03-02T04:00:00Z", "2026-03-02T06:00:00Z")]
    #[case("2026-03-02T09:30:00Z", "2026-03-02T10:00:00Z")]
    #[case("2026-03-02T16:00:00Z", "2026-03-06T17:00:00Z")]
    #[case("2026-03-07T01:00:00Z", "2026-03-13T17:00:00Z")]
    fn the_next_opening_passes_over_holidays(#[case] moment: &str, #[case] opening: &str) {
        let (hours, zone) = bakery();
        assert_eq!(opens_next(&hours, &zone, at(moment)), Some(at(opening)));
    }

    #[test]
    fn who_is_never_there_opens_never() {
        let hours = Hours { periods: Vec::new(), holidays: Vec::new() };
        let zone = Zone::parse("UTC").unwrap();
        assert!(!are_open(&hours, &zone, at("2026-03-02T06:00:00Z")));
        assert_eq!(opens_next(&hours, &zone, at("2026-03-02T06:00:00Z")), None);
    }

    #[rstest]
    #[case(period(0, "09:00", "18:00"))]
    #[case(period(8, "09:00", "18:00"))]
    #[case(period(1, "9:00", "18:00"))]
    #[case(period(1, "09:00", "09:00"))]
    #[case(period(1, "24:00", "09:00"))]
    #[case(period(1, "09:60", "18:00"))]
    #[case(period(1, "+9:00", "18:00"))]
    #[case(period(1, "09:00", "24:01"))]
    fn a_period_that_cannot_be_is_refused(#[case] wrong: Period) {
        assert!(check(&Hours { periods: vec![wrong], holidays: Vec::new() }).is_err());
    }

    #[test]
    fn a_day_may_last_until_midnight() {
        let hours = Hours { periods: vec![period(1, "00:00", "24:00")], holidays: Vec::new() };
        let zone = Zone::parse("UTC").unwrap();
        assert_eq!(check(&hours), Ok(()));
        assert!(are_open(&hours, &zone, at("2026-03-02T23:59:59Z")));
        assert!(!are_open(&hours, &zone, at("2026-03-03T00:00:00Z")));
    }
}
