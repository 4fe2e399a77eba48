//! Times (`"30s" "15m" "24h" "14d"`) and sizes (`"25MiB"`).

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::Deserialize;

/// A length of time as the config writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Period(pub SignedDuration);

/// A number of octets as the config writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Size(pub u64);

const KIB: u64 = 1024;
const MIB: u64 = KIB * KIB;

impl Period {
    /// So many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(SignedDuration::from_secs(seconds))
    }

    /// So many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// So many hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// So many times 24 hours.
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }
}

impl Size {
    /// So many KiB.
    pub const fn kib(number: u64) -> Self {
        Self(number * KIB)
    }

    /// So many MiB.
    pub const fn mib(number: u64) -> Self {
        Self(number * MIB)
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is not a time like \"30s\", \"15m\", \"24h\" or \"14d\"");
        let span: Span = text.trim().parse().map_err(|_| wrong())?;
        // The config knows no calendar: a day is 24 hours, and months there are none.
        let duration = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| wrong())?;
        if duration.is_negative() {
            return Err(wrong());
        }
        Ok(Self(duration))
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let trimmed = text.trim();
        let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
        let size = trimmed.split_at_checked(digits).and_then(|(number, unit)| {
            let factor = match unit.trim() {
                "B" => 1,
                "KiB" => KIB,
                "MiB" => MIB,
                "GiB" => MIB * KIB,
                "kB" | "KB" => 1_000,
                "MB" => 1_000_000,
                "GB" => 1_000_000_000,
                _ => return None,
            };
            number.parse::<u64>().ok()?.checked_mul(factor)
        });
        size.map(Self)
            .ok_or_else(|| format!("`{text}` is not a size like \"64KiB\" or \"25MiB\""))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let (number, unit) = match seconds {
            0 => (0, "s"),
            s if s % 86_400 == 0 => (s / 86_400, "d"),
            s if s % 3_600 == 0 => (s / 3_600, "h"),
            s if s % 60 == 0 => (s / 60, "m"),
            s => (s, "s"),
        };
        write!(f, "{number}{unit}")
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            octets if octets % MIB == 0 => write!(f, "{}MiB", octets / MIB),
            octets if octets % KIB == 0 => write!(f, "{}KiB", octets / KIB),
            octets => write!(f, "{octets}B"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Period, Size};

    #[test]
    fn times_have_a_unit_and_a_day_has_24_hours() {
        let read = |text: &str| Period::try_from(text.to_owned());
        assert_eq!(read("30s"), Ok(Period::seconds(30)));
        assert_eq!(read("15m"), Ok(Period::minutes(15)));
        assert_eq!(read("14d"), Ok(Period::hours(14 * 24)));
        assert_eq!(read("0s"), Ok(Period::seconds(0)));
        for bad in ["", "30", "s", "2 months", "1y", "-3d", "99999999999999999999d"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_have_a_unit() {
        let read = |text: &str| Size::try_from(text.to_owned());
        assert_eq!(read("25MiB"), Ok(Size::mib(25)));
        assert_eq!(read("64 KiB"), Ok(Size::kib(64)));
        for bad in ["", "25", "MiB", "25Mb", "-1MiB", "1.5MiB", "99999999999999GiB"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn both_are_written_as_they_are_read() {
        assert_eq!(Period::days(3).to_string(), "3d");
        assert_eq!(Period::minutes(90).to_string(), "90m");
        assert_eq!(Size::mib(25).to_string(), "25MiB");
    }
}
