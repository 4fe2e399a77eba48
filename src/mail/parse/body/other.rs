//! Parts that are attachments and may hold the only text of a mail: winmail.dat and calendars.

use super::{Attached, Found, Package, Piece, Place, Reader, Source};
use crate::mail::parse::calendar;
use crate::mail::parse::structure::Part;
use crate::mail::parse::tnef::{self, Rest};
use crate::mail::syntax::charset;

/// Where a text may be found.
pub(super) enum Other {
    /// In the calendar part of that number.
    Calendar(usize),
    /// In a winmail.dat.
    Winmail(Winmail),
}

/// What a winmail.dat says, and whether it may go when that was taken out.
pub(super) struct Winmail {
    part: usize,
    text: Option<String>,
    html: Option<String>,
    rest: Rest,
}

impl Reader<'_> {
    /// Attaches a part whose content is understood beyond its octets; `false` when it is an ordinary one.
    pub(super) fn open(&mut self, index: usize, place: Place, found: &mut Found) -> bool {
        let Some(part) = self.structure.parts.get(index) else {
            return false;
        };
        if is_winmail(part) {
            return self.open_winmail(index, part, place, found);
        }
        let is_calendar = matches!(part.media_type(), "text/calendar" | "application/ics");
        if is_calendar {
            found.others.push(Other::Calendar(index));
            found.attach(index, place);
        }
        is_calendar
    }

    fn open_winmail(&mut self, index: usize, part: &Part, place: Place, found: &mut Found) -> bool {
        let content = part
            .encoding
            .decode(self.octets.get(part.content.clone()).unwrap_or_default());
        let octets = content.into_octets().into_owned();
        let Some(tnef) = tnef::read(&octets) else {
            return false;
        };
        let package = self.packages.len();
        found.attached.extend((0..tnef.files.len()).map(|file| Attached {
            source: Source::Packed { package, file },
            place: Place::Beside,
        }));
        found.attach(index, place);
        let files = tnef.files;
        self.packages.push(Package {
            part: index,
            octets,
            files,
        });
        found.others.push(Other::Winmail(Winmail {
            part: index,
            text: tnef.text,
            html: tnef.html,
            rest: tnef.rest,
        }));
        true
    }

    /// Takes the text of a mail that has none from the first part that has one; `false` when there is none.
    pub(super) fn fill(&mut self, found: &mut Found, written: &mut Option<String>) -> bool {
        let others = std::mem::take(&mut found.others);
        let has_text = others.iter().any(|other| match other {
            Other::Winmail(winmail) => winmail.fill(found),
            Other::Calendar(_) => false,
        });
        let filled = has_text
            || others
                .iter()
                .any(|other| self.fill_from_calendar(other, found, written));
        found.others = others;
        filled
    }

    fn fill_from_calendar(&mut self, other: &Other, found: &mut Found, written: &mut Option<String>) -> bool {
        let Other::Calendar(index) = other else { return false };
        let Some(part) = self.structure.parts.get(*index) else {
            return false;
        };
        let text = self.decode(part);
        let Some(notice) = calendar::read(&charset::clean_text(&text)) else {
            return false;
        };
        found.pieces.push(Piece::Plain(notice.text));
        *written = Some(notice.written);
        true
    }

    /// Leaves a winmail.dat out whose whole content is shown by other means.
    pub(super) fn drop_understood(found: &mut Found) {
        let understood = |part: usize| {
            found.others.iter().any(
                |other| matches!(other, Other::Winmail(winmail) if winmail.part == part && winmail.rest == Rest::Nothing),
            )
        };
        found
            .attached
            .retain(|attached| !matches!(attached.source, Source::Part(part) if understood(part)));
    }
}

impl Winmail {
    fn fill(&self, found: &mut Found) -> bool {
        if let Some(html) = &self.html {
            if self.text.is_none() {
                found.pieces.push(Piece::Html(found.html.len()));
            }
            found.html.push(html.clone());
        }
        if let Some(text) = &self.text {
            found.pieces.push(Piece::Plain(text.clone()));
        }
        self.html.is_some() || self.text.is_some()
    }
}

fn is_winmail(part: &Part) -> bool {
    let name = || {
        let given = part.disposition.parameter("filename");
        given.or_else(|| part.content_type.parameter("name"))
    };
    matches!(part.media_type(), "application/ms-tnef" | "application/vnd.ms-tnef")
        || name().is_some_and(|name| name.trim().eq_ignore_ascii_case("winmail.dat"))
}
