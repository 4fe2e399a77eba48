//! The header of a forwarded mail, with its values, as clients write it into the text.

use crate::mail::reply_text::header_block::{Field, label, named};
use crate::mail::syntax::charset::clean_line;

/// What such a header says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    /// From, as written.
    pub from: String,
    /// Date.
    pub date: Option<String>,
    /// To.
    pub to: String,
    /// Cc and Bcc.
    pub cc: String,
    /// Subject.
    pub subject: Option<String>,
    /// How many lines it takes.
    pub lines: usize,
}

/// Whether a line above says that a header follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It does.
    Announced,
    /// It must be known by itself.
    Alone,
}

/// Reads the header that starts with the first of these lines; `None` when none does, or it has no From.
pub(super) fn read(lines: &[&str], standing: Standing) -> Option<Block> {
    let first = slot(lines.first()?)?.0;
    if standing == Standing::Alone && first == Slot::Other {
        return None;
    }
    let mut reader = Reader::default();
    for (at, line) in lines.iter().take(LONGEST).enumerate() {
        let goes_on = match slot(line) {
            Some((slot, value)) => reader.open(slot, value, at),
            None if line.trim().is_empty() => reader.blank(),
            None => reader.continued(line, lines.get(at + 1..).unwrap_or_default(), at),
        };
        if !goes_on {
            break;
        }
    }
    reader.finish(standing)
}

/// Lines of a header at most; many recipients take many.
const LONGEST: usize = 60;
/// Octets of a line, and of a value that goes on over several, at most.
const LONGEST_VALUE: usize = 32 * 1024;
/// How far the next field may be from the rest of one.
const NEAR: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    From,
    Date,
    To,
    Copy,
    Subject,
    /// Known, and of no use here.
    Other,
}

/// The field and the value of a header line.
fn slot(line: &str) -> Option<(Slot, &str)> {
    let (label, value) = label(line)?;
    let value = value.trim_start_matches([':', '：']);
    let label = label.as_str();
    let is_technical = label.is_ascii() && label.contains('-') && !label.contains(' ');
    let slot = match () {
        () if COPY.contains(&label) => Slot::Copy,
        () if is_technical || OTHER.contains(&label) => Slot::Other,
        () => match named(label)? {
            Field::From => Slot::From,
            Field::Date => Slot::Date,
            Field::To => Slot::To,
            Field::Subject => Slot::Subject,
        },
    };
    Some((slot, value))
}

/// The names of Cc and Bcc.
#[rustfmt::skip]
const COPY: [&str; 15] = [
    "cc", "bcc", "cco", "cci", "ccn", "con copia", "copia", "copia nascosta", "kopie", "kopie (cc)", "blindkopie", "copie", "copie à", "copie cachée", "com cópia",
];

/// The names of fields that say nothing of who wrote what to whom, Reply-To among them.
#[rustfmt::skip]
const OTHER: [&str; 40] = [
    "sender", "organizer", "reply to", "importance", "priority", "attachments", "security",
    "responder a", "importancia", "prioridad", "datos adjuntos", "adjuntos", "archivos adjuntos",
    "antwort an", "wichtigkeit", "priorität", "anlagen", "anhänge", "anhang", "organisation",
    "répondre à", "rép. à", "rép à", "priorité", "pièces jointes", "pièce jointe",
    "rispondi a", "risposta a", "priorità", "importanza", "allegati", "allegato",
    "responder para", "responder à", "importância", "prioridade", "anexos", "anexo", "organização", "organization",
];

#[derive(Debug, Default)]
struct Reader {
    from: Option<String>,
    date: Option<String>,
    to: Option<String>,
    cc: Option<String>,
    subject: Option<String>,
    /// The field that the next line may go on with.
    current: Option<Slot>,
    after_blank: bool,
    /// Values stand below their names.
    values_below: bool,
    end: usize,
}

impl Reader {
    /// False when it belongs to another header, or to the text.
    fn open(&mut self, slot: Slot, value: &str, at: usize) -> bool {
        if self.after_blank && self.is_full() {
            return false;
        }
        if slot != Slot::Other {
            let known = self.value(slot);
            match known {
                Some(_) if slot != Slot::Copy => return false,
                Some(known) => known.push_str(", "),
                None => *known = Some(String::new()),
            }
            let value = trimmed(value);
            if value.len() > LONGEST_VALUE {
                return false;
            }
            if let Some(known) = known {
                known.push_str(value);
            }
        }
        self.current = Some(slot);
        self.after_blank = false;
        self.end = at + 1;
        true
    }

    fn blank(&mut self) -> bool {
        let was_blank = std::mem::replace(&mut self.after_blank, true);
        !was_blank && self.current.is_some()
    }

    /// A line without a name: the rest of the field above it, or the text.
    fn continued(&mut self, line: &str, below: &[&str], at: usize) -> bool {
        let Some(slot) = self.current.filter(|slot| *slot != Slot::Other) else {
            return false;
        };
        let is_new = |line: &&str| match self::slot(line) {
            Some((Slot::Other, _)) | None => false,
            Some((slot, _)) => self.peek(slot).is_none(),
        };
        let more = below.iter().take(NEAR).any(is_new);
        let (after_blank, values_below) = (self.after_blank, self.values_below);
        let Some(known) = self.value(slot) else { return false };
        let is_address = slot == Slot::From && line.trim_start().starts_with('<');
        let is_list = matches!(slot, Slot::From | Slot::To | Slot::Copy);
        let goes_on = match known.is_empty() {
            true => values_below || more || (slot == Slot::From && line.contains('@')),
            false if after_blank => false,
            false => {
                more || is_address || line.starts_with([' ', '\t']) || (is_list && known.ends_with([',', ';', '<']))
            }
        };
        if goes_on && known.len() + line.len() > LONGEST_VALUE {
            return false;
        }
        if goes_on {
            let is_value = known.is_empty();
            if !is_value && !known.ends_with('<') {
                known.push(' ');
            }
            known.push_str(trimmed(line));
            self.values_below |= is_value && slot == Slot::From;
            self.after_blank = false;
            self.end = at + 1;
        }
        goes_on
    }

    fn value(&mut self, slot: Slot) -> &mut Option<String> {
        match slot {
            Slot::From => &mut self.from,
            Slot::Date => &mut self.date,
            Slot::To => &mut self.to,
            Slot::Subject => &mut self.subject,
            Slot::Copy | Slot::Other => &mut self.cc,
        }
    }

    fn peek(&self, slot: Slot) -> Option<&String> {
        match slot {
            Slot::From => self.from.as_ref(),
            Slot::Date => self.date.as_ref(),
            Slot::To => self.to.as_ref(),
            Slot::Subject => self.subject.as_ref(),
            Slot::Copy | Slot::Other => self.cc.as_ref(),
        }
    }

    fn is_full(&self) -> bool {
        self.from.is_some() && self.date.is_some() && self.to.is_some() && self.subject.is_some()
    }

    /// "From: Madrid, To: Berlin, Date: 12 May" is a question, no header.
    fn finish(self, standing: Standing) -> Option<Block> {
        let from = self.from?;
        let others = [&self.date, &self.to, &self.subject];
        let count = others.iter().filter(|value| value.is_some()).count();
        let is_header = match standing {
            Standing::Announced => count >= 1,
            Standing::Alone => count >= 2 && self.subject.is_some(),
        };
        is_header.then(|| Block {
            from,
            date: self.date.map(|date| clean_line(&date)).filter(|date| !date.is_empty()),
            to: self.to.unwrap_or_default(),
            cc: self.cc.unwrap_or_default(),
            subject: self.subject.map(|subject| clean_line(&subject)),
            lines: self.end,
        })
    }
}

/// Without the white space and the stars of bold text around it.
fn trimmed(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '|')
}
