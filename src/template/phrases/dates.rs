//! Days, as a language writes them.

use super::fill;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// How a language writes days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatePhrases {
    /// `{day}`, `{month}` and `{year}` in order.
    day: String,
    /// The months, January first.
    months: Vec<String>,
}

const MONTHS: usize = 12;

impl DatePhrases {
    /// `26 November 2026`
    pub(crate) fn day(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
        let (day, year) = (at.day().to_string(), at.year().to_string());
        let month = self.months.get(month).map_or("", String::as_str);
        fill(&self.day, &[("day", &day), ("month", month), ("year", &year)])
    }

    /// `26 November 2026, 10:02`
    pub(crate) fn minute(&self, at: Timestamp, zone: &TimeZone) -> String {
        let time = at.to_zoned(zone.clone()).strftime("%H:%M");
        format!("{}, {time}", self.day(at, zone))
    }

    pub(super) fn lacks(&self) -> Option<String> {
        (self.months.len() != MONTHS).then(|| format!("dates.months has {} of {MONTHS}", self.months.len()))
    }
}
