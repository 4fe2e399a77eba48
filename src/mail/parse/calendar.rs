//! What a calendar part (RFC 5545) says of its first event, as text.

use crate::mail::syntax::charset;
use jiff::Span;
use jiff::civil::{Date, DateTime};

/// How much of a calendar is read, in octets.
const MOST_READ: usize = 256 * 1024;
/// The longest value of one property that is shown, in characters.
const LONGEST_VALUE: usize = 4_000;
/// How deep components are followed.
const DEEPEST: usize = 16;

/// An event, an answer to one, or its end, as it is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// All of it, in lines with a name each.
    pub text: String,
    /// Summary and description: what a person wrote.
    pub written: String,
}

/// Reads the first event or task; `None` when there is none.
pub(crate) fn read(text: &str) -> Option<Notice> {
    let mut end = text.len().min(MOST_READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let event = Event::read(text.get(..end)?)?;
    let written = [&event.summary, &event.description].map(String::as_str).join("\n");
    Some(Notice {
        text: event.text(),
        written: written.trim().to_owned(),
    })
}

#[derive(Debug, Default)]
struct Event {
    method: String,
    summary: String,
    start: String,
    end: String,
    location: String,
    organiser: String,
    attendee: String,
    answer: String,
    description: String,
}

impl Event {
    fn read(text: &str) -> Option<Self> {
        let mut event = Self::default();
        let mut open: Vec<String> = Vec::new();
        let mut found = false;
        let mut duration = String::new();
        for line in unfolded(text) {
            let Some(line) = ContentLine::parse(&line) else {
                continue;
            };
            match line.name.as_str() {
                "BEGIN" if open.len() < DEEPEST => open.push(line.value.trim().to_ascii_uppercase()),
                "END" => {
                    let closed = open.pop();
                    if matches!(closed.as_deref(), Some("VEVENT" | "VTODO")) {
                        break;
                    }
                }
                "METHOD" => event.method = line.value.trim().to_ascii_uppercase(),
                _ if !matches!(open.last().map(String::as_str), Some("VEVENT" | "VTODO")) => {}
                "DURATION" => duration = line.value,
                _ => {
                    found = true;
                    event.property(&line);
                }
            }
        }
        if event.end.is_empty() && !duration.is_empty() {
            event.end = ended(&event.start, &duration);
        }
        found.then_some(event)
    }

    fn property(&mut self, line: &ContentLine) {
        match line.name.as_str() {
            "SUMMARY" => self.summary = charset::clean_line(&unescaped(&line.value)),
            "LOCATION" => self.location = charset::clean_line(&unescaped(&line.value)),
            "DESCRIPTION" => self.description = charset::clean_text(&unescaped(&line.value)).trim().to_owned(),
            "DTSTART" => self.start = line.time(),
            "DTEND" | "DUE" => self.end = line.time(),
            "ORGANIZER" => self.organiser = line.person(),
            "ATTENDEE" if self.attendee.is_empty() => {
                self.attendee = line.person();
                self.answer = line.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase();
            }
            _ => {}
        }
    }

    fn text(&self) -> String {
        let answer = match self.answer.as_str() {
            "ACCEPTED" => "Accepted",
            "DECLINED" => "Declined",
            "TENTATIVE" => "Accepted tentatively",
            _ => "Answer to an invitation",
        };
        let (kind, attendee) = match self.method.as_str() {
            "REQUEST" => ("Invitation", ""),
            "CANCEL" => ("Cancelled", ""),
            "REPLY" => (answer, self.attendee.as_str()),
            "COUNTER" => ("Another time is proposed", self.attendee.as_str()),
            "DECLINECOUNTER" => ("The proposed time is declined", ""),
            _ => ("Event", ""),
        };
        let end = match self.end.split_once(' ') {
            // The day is said once.
            Some((day, time)) if self.start.split_once(' ').is_some_and(|(other, _)| other == day) => time,
            _ => &self.end,
        };
        let when = match (self.start.is_empty(), end.is_empty()) {
            (false, false) => format!("{} to {end}", self.start),
            _ => format!("{}{end}", self.start),
        };
        let lines = [
            (kind, self.summary.as_str()),
            ("When", &when),
            ("Where", &self.location),
            ("Organiser", &self.organiser),
            ("From", attendee),
        ];
        let mut text: String = lines
            .iter()
            .enumerate()
            .filter(|(at, (_, value))| *at == 0 || !value.is_empty())
            .map(|(_, (name, value))| format!("{name}: {value}").trim_end().to_owned() + "\n")
            .collect();
        if !self.description.is_empty() {
            text = format!("{text}\n{}\n", self.description);
        }
        text
    }
}

/// Lines that begin with white space belong to the line before (RFC 5545 §3.1).
fn unfolded(text: &str) -> impl Iterator<Item = String> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        let mut whole = lines.next()?.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            whole.extend(more.chars().skip(1));
        }
        Some(whole)
    })
}

struct ContentLine {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl ContentLine {
    fn parse(line: &str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = line.char_indices().find(|&(_, c)| {
            is_quoted ^= c == '"';
            c == ':' && !is_quoted
        });
        let (head, value) = line.split_at_checked(colon?.0)?;
        let mut pieces = split_unquoted(head, ';').into_iter();
        let name = pieces.next()?.trim().to_ascii_uppercase();
        let parameters = pieces.filter_map(|piece| {
            let (name, value) = piece.split_once('=')?;
            Some((name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        });
        Some(Self {
            name,
            parameters: parameters.collect(),
            value: value.chars().skip(1).take(LONGEST_VALUE).collect(),
        })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// A name and an address, or one of them.
    fn person(&self) -> String {
        let value = self.value.trim();
        let address = match value.split_once(':') {
            Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto") => address,
            _ => value,
        };
        let person = match self.parameter("CN") {
            Some(name) if !name.eq_ignore_ascii_case(address) => format!("{name} <{address}>"),
            _ => address.to_owned(),
        };
        charset::clean_line(&person)
    }

    /// `2026-11-19 10:00 UTC`, with the name of its zone, or a day alone; what cannot be read as it is.
    fn time(&self) -> String {
        let value = self.value.trim();
        if let Ok(day) = Date::strptime("%Y%m%d", value) {
            return day.to_string();
        }
        let (plain, zone) = match value.strip_suffix(['Z', 'z']) {
            Some(plain) => (plain, Some("UTC")),
            None => (value, self.parameter("TZID")),
        };
        let time = DateTime::strptime("%Y%m%dT%H%M%S", plain);
        let Ok(time) = time else {
            return charset::clean_line(value);
        };
        let zone = zone
            .map(|zone| format!(" {}", charset::clean_line(zone)))
            .unwrap_or_default();
        format!("{}{zone}", time.strftime("%Y-%m-%d %H:%M"))
    }
}

/// The pieces between separators that do not stand in double quotes.
fn split_unquoted(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c: char| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    })
    .collect()
}

/// Start and duration as an end; nothing when one of them cannot be read.
fn ended(start: &str, duration: &str) -> String {
    let (Some(plain), Ok(span)) = (start.get(..16), duration.trim().parse::<Span>()) else {
        return String::new();
    };
    let end = DateTime::strptime("%Y-%m-%d %H:%M", plain).and_then(|time| time.checked_add(span));
    let zone = start.get(16..).unwrap_or_default();
    end.map(|end| format!("{}{zone}", end.strftime("%Y-%m-%d %H:%M")))
        .unwrap_or_default()
}

/// RFC 5545 §3.3.11.
fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(event: &str, expected: &str) {
        assert_eq!(read(event).unwrap().text, expected, "{event}");
    }

    #[test]
    fn an_invitation_says_what_when_and_where() {
        check(
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
             END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nORGANIZER;CN=\"Lind: Eva\":mailto:eva@home.example\r\n\
             SUMMARY;LANGUAGE=en:A\\, b \r\n and c\r\nDTSTART;TZID=\"W. Europe, Standard\":20261119T100000\r\n\
             DTEND;TZID=\"W. Europe, Standard\":20261119T113000\r\nLOCATION:Room 2\\nBack\r\nDESCRIPTION:One\\n\\nTwo\r\n\
             BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Other\r\n",
            "Invitation: A, b and c\nWhen: 2026-11-19 10:00 W. Europe, Standard to 11:30 W. Europe, Standard\n\
             Where: Room 2 Back\nOrganiser: Lind: Eva <eva@home.example>\n\nOne\n\nTwo\n",
        );
    }

    #[test]
    fn days_durations_answers_and_cancellations() {
        check(
            "METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART;VALUE=DATE:20261119\nDTEND;VALUE=DATE:20261121\nEND:VEVENT",
            "Cancelled: x\nWhen: 2026-11-19 to 2026-11-21\n",
        );
        check(
            "METHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20261119T233000Z\nDURATION:PT1H\n\
             ATTENDEE;PARTSTAT=DECLINED;CN=Eva:mailto:eva@home.example\nEND:VEVENT",
            "Declined: x\nWhen: 2026-11-19 23:30 UTC to 2026-11-20 00:30 UTC\nFrom: Eva <eva@home.example>\n",
        );
        check("BEGIN:VTODO\nDUE:soon\nEND:VTODO", "Event:\nWhen: soon\n");
        assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR"), None);
    }

    #[test]
    fn forty_kilobytes_of_anything_are_read_at_once() {
        for line in [" \n", "BEGIN:VEVENT\n", ";=\":", "SUMMARY:x\n ", "END:VEVENT\n", "\\"] {
            read(&line.repeat(40 * 1024 / line.len()));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(BEGIN:VEVENT\n|DTSTART|;|:|=|\"|[0-9TZP]{0,9}|\\PC{0,4}|\n ?|DURATION:P|ATTENDEE){0,40}") {
            if let Some(notice) = read(&format!("BEGIN:VEVENT\n{text}")) {
                prop_assert!(!notice.text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            }
        }
    }
}
