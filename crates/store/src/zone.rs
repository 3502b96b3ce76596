//! Days and hours as people live them: a moment on the clock on their wall, and back.

use std::fmt;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::Millis;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A time zone, by its name in the IANA's database, which is part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A moment on the wall of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    pub day: Day,
    /// Since midnight.
    pub minute: u16,
}

impl Zone {
    pub fn parse(name: &str) -> Option<Self> {
        // "Local" and the like would be the machine's.
        let known = name == "UTC" || name.contains('/');
        known.then(|| TimeZone::get(name).ok()).flatten().map(Self)
    }

    /// What a tenant has set; UTC where this version does not know it any more.
    pub fn of(name: &str) -> Self {
        Self::parse(name).unwrap_or(Self(TimeZone::UTC))
    }

    pub fn local(&self, at: Millis) -> Local {
        let at = Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(self.0.clone());
        let minute = i16::from(at.hour()) * 60 + i16::from(at.minute());
        Local { day: Day(at.date()), minute: minute.unsigned_abs() }
    }

    /// When the clock on the wall shows so many minutes after midnight of a day; what it never shows, when summer time
    /// begins, is as much later.
    pub fn moment(&self, day: Day, minute: u16) -> Millis {
        let day = if minute >= DAY { day.plus(1) } else { day };
        let minute = i16::try_from(minute % DAY).unwrap_or(0);
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
        let time = Time::new(hour, minute, 0, 0).unwrap_or_default();
        let at = day.0.to_datetime(time).to_zoned(self.0.clone());
        Millis(at.map(|at| at.timestamp().as_millisecond()).unwrap_or_default())
    }

    /// When a day begins.
    pub fn start(&self, day: Day) -> Millis {
        self.moment(day, 0)
    }
}

impl Local {
    /// Such as `09:30`.
    pub fn time(&self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

impl Day {
    /// From `2026-12-31`.
    pub fn parse(text: &str) -> Option<Self> {
        let written = text.len() == "2026-12-31".len();
        written.then(|| text.parse().ok()).flatten().map(Self)
    }

    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// 1: Monday; 7: Sunday.
    pub fn weekday(self) -> u8 {
        self.0.weekday().to_monday_one_offset().unsigned_abs()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> Millis {
        Millis::from_rfc3339(text).unwrap()
    }

    #[rstest]
    #[case("Europe/Istanbul", "2026-03-01T21:30:00Z", "2026-03-02", 30, 1)]
    #[case("America/New_York", "2026-03-02T02:00:00Z", "2026-03-01", 21 * 60, 7)]
    #[case("Asia/Kathmandu", "2026-03-01T18:15:00Z", "2026-03-02", 0, 1)]
    #[case("UTC", "2026-03-01T23:59:59.999Z", "2026-03-01", 23 * 60 + 59, 7)]
    fn a_moment_is_on_the_day_of_its_place(
        #[case] zone: &str,
        #[case] moment: &str,
        #[case] day: &str,
        #[case] minute: u16,
        #[case] weekday: u8,
    ) {
        let local = Zone::parse(zone).unwrap().local(at(moment));
        assert_eq!((local.day.to_string().as_str(), local.minute, local.day.weekday()), (day, minute, weekday));
    }

    #[test]
    fn a_day_lasts_as_long_as_the_clocks_say() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let hours = |day: &str| {
            let day = Day::parse(day).unwrap();
            (zone.start(day.plus(1)).0 - zone.start(day).0) / 3_600_000
        };
        assert_eq!([hours("2026-03-28"), hours("2026-03-29"), hours("2026-10-25")], [24, 23, 25]);
        // 02:30 does not exist that night.
        let day = Day::parse("2026-03-29").unwrap();
        assert_eq!(zone.moment(day, 150), at("2026-03-29T01:30:00Z"));
        assert_eq!(zone.moment(day, DAY), zone.start(day.plus(1)));
    }

    #[rstest]
    #[case("")]
    #[case("Local")]
    #[case("Mars/Olympus")]
    #[case("../../etc/passwd")]
    fn what_is_no_zone_is_refused(#[case] name: &str) {
        assert_eq!(Zone::parse(name), None);
        assert_eq!(Zone::of(name), Zone::parse("UTC").unwrap());
    }

    #[rstest]
    #[case("2026-02-29")]
    #[case("2026-1-1")]
    #[case("20260101")]
    #[case("2026-01-01T00:00")]
    fn what_is_no_day_is_refused(#[case] text: &str) {
        assert_eq!(Day::parse(text), None);
    }
}
