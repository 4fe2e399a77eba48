//! winmail.dat: what Outlook packs into one part (TNEF, MS-OXTNEF). Its files are found and its text is read; compressed
//! RTF, embedded Outlook items and OLE objects are not.

mod cursor;
mod properties;
#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

use crate::mail::syntax::charset;
use cursor::{Attribute, Cursor};
use properties::{Properties, Property, Value};
use std::ops::Range;

/// What stands in a winmail.dat.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tnef {
    /// Its files, in order.
    pub files: Vec<TnefFile>,
    /// Its text.
    pub text: Option<String>,
    /// Its HTML.
    pub html: Option<String>,
    /// Whether there is more in it than this says.
    pub rest: Rest,
}

/// What of a winmail.dat was not understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing that a reader would miss.
    #[default]
    Nothing,
    /// Something: its text as compressed RTF, an item that is no file, damage.
    Something,
}

/// A file in a winmail.dat.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct TnefFile {
    /// The name as it was given.
    pub name: Option<String>,
    /// PR_ATTACH_MIME_TAG.
    pub media_type: Option<String>,
    /// PR_ATTACH_CONTENT_ID.
    pub content_id: Option<String>,
    /// Where its octets lie in those of the winmail.dat.
    pub content: Range<usize>,
}

const SIGNATURE: u32 = 0x223E_9F78;
/// Attributes that are read of one winmail.dat.
const MOST_ATTRIBUTES: usize = 10_000;
/// Files that are taken out of one winmail.dat.
const MOST_FILES: usize = 500;

/// Reads a winmail.dat; `None` when it is none.
pub(crate) fn read(octets: &[u8]) -> Option<Tnef> {
    let mut cursor = Cursor { octets, at: 0 };
    (cursor.u32()? == SIGNATURE).then_some(())?;
    cursor.take(2)?;
    let mut reader = Reader::new(octets);
    for _ in 0..MOST_ATTRIBUTES {
        if cursor.is_at_end() {
            return Some(reader.finish());
        }
        let Some(attribute) = cursor.attribute() else { break };
        reader.attribute(&attribute);
    }
    reader.miss();
    Some(reader.finish())
}

struct Reader<'a> {
    octets: &'a [u8],
    code_page: u32,
    tnef: Tnef,
    /// The file that the next attributes describe.
    file: Option<TnefFile>,
}

impl<'a> Reader<'a> {
    fn new(octets: &'a [u8]) -> Self {
        Self {
            octets,
            code_page: 1252,
            tnef: Tnef::default(),
            file: None,
        }
    }

    /// Notes that there is more than was understood.
    fn miss(&mut self) {
        self.tnef.rest = Rest::Something;
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let content = self.octets.get(attribute.content.clone()).unwrap_or_default();
        if !attribute.is_sound {
            self.miss();
        }
        match attribute.id {
            // attOemCodepage
            0x0006_9007 => {
                let mut cursor = Cursor { octets: content, at: 0 };
                self.code_page = cursor.u32().unwrap_or(self.code_page);
            }
            // attMessageClass
            0x0007_8008 if !is_mail(&self.string(content)) => self.miss(),
            // attBody
            0x0002_800C => self.tnef.text = Some(self.string(content)),
            // attMAPIProps
            0x0006_9003 => self.message(&attribute.content),
            // attAttachRendData: the next file begins
            0x0006_9002 => self.begin_file(),
            // attAttachTitle
            0x0001_8010 => {
                let title = self.string(content);
                self.file().name.get_or_insert(title);
            }
            // attAttachData
            0x0006_800F if !attribute.content.is_empty() => self.file().content = attribute.content.clone(),
            // attAttachment
            0x0006_9005 => self.properties_of_file(&attribute.content),
            // Dates, recipients, a picture of the file's icon: the mail has them, or nobody misses them.
            _ => {}
        }
    }

    fn file(&mut self) -> &mut TnefFile {
        self.file.get_or_insert_default()
    }

    fn begin_file(&mut self) {
        let Some(file) = self.file.replace(TnefFile::default()) else {
            return;
        };
        if file.content.is_empty() && file.name.is_none() {
            return;
        }
        if self.tnef.files.len() < MOST_FILES {
            self.tnef.files.push(file);
        } else {
            self.miss();
        }
    }

    fn message(&mut self, content: &Range<usize>) {
        let mut charset = None;
        let mut html = None;
        let mut properties = Properties::new(self.octets, content.clone());
        for property in properties.by_ref() {
            match property {
                // PR_INTERNET_CPID
                Property {
                    id: 0x3FDE,
                    value: Value::Number(page),
                } => charset = Some(page),
                // PR_BODY
                Property { id: 0x1000, value } => self.tnef.text = self.text(&value).or(self.tnef.text.take()),
                // PR_HTML
                Property { id: 0x1013, value } => html = Some(value),
                // PR_RTF_COMPRESSED
                Property {
                    id: 0x1009,
                    value: Value::Octets(rtf),
                } if !rtf.is_empty() => self.miss(),
                _ => {}
            }
        }
        if properties.is_broken() {
            self.miss();
        }
        let page = self.code_page;
        self.code_page = charset.unwrap_or(page);
        self.tnef.html = html.and_then(|html| self.text(&html)).or(self.tnef.html.take());
        self.code_page = page;
    }

    fn properties_of_file(&mut self, content: &Range<usize>) {
        let mut file = self.file.take().unwrap_or_default();
        let mut long_name = None;
        let mut properties = Properties::new(self.octets, content.clone());
        for property in properties.by_ref() {
            match property {
                // PR_ATTACH_LONG_FILENAME
                Property { id: 0x3707, value } => long_name = self.text(&value),
                // PR_ATTACH_FILENAME, PR_DISPLAY_NAME
                Property {
                    id: 0x3704 | 0x3001,
                    value,
                } if file.name.is_none() => file.name = self.text(&value),
                // PR_ATTACH_MIME_TAG
                Property { id: 0x370E, value } => file.media_type = self.text(&value),
                // PR_ATTACH_CONTENT_ID
                Property { id: 0x3712, value } => file.content_id = self.text(&value),
                // PR_ATTACH_METHOD: an embedded item or an OLE object
                Property {
                    id: 0x3705,
                    value: Value::Number(5 | 6),
                } => self.miss(),
                // PR_ATTACH_DATA_BIN
                Property {
                    id: 0x3701,
                    value: Value::Octets(data),
                } if !data.is_empty() => file.content = data,
                // PR_ATTACH_DATA_OBJ
                Property {
                    id: 0x3701,
                    value: Value::Object,
                } => self.miss(),
                _ => {}
            }
        }
        if properties.is_broken() {
            self.miss();
        }
        file.name = long_name.or(file.name);
        self.file = Some(file);
    }

    fn finish(mut self) -> Tnef {
        self.begin_file();
        self.tnef
    }

    fn text(&self, value: &Value) -> Option<String> {
        let text = match value {
            Value::Text(range) | Value::Octets(range) => self.string(self.octets.get(range.clone())?),
            Value::Wide(range) => {
                let units = self.octets.get(range.clone())?.as_chunks().0;
                let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
                String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
            }
            Value::Number(_) | Value::Object | Value::Other => return None,
        };
        Some(charset::clean_text(&text).into_owned()).filter(|text| !text.trim().is_empty())
    }

    /// Octets in the code page of the winmail.dat, up to the NUL that ends them.
    fn string(&self, octets: &[u8]) -> String {
        let end = memchr::memchr(0, octets).unwrap_or(octets.len());
        let text = charset::decode(octets.get(..end).unwrap_or_default(), Some(&label(self.code_page))).0;
        charset::clean_text(&text).into_owned()
    }
}

/// The message class of a mail, in new and old words; of a meeting, a task or a form it is another.
fn is_mail(class: &str) -> bool {
    ["IPM.Note", "IPM.Microsoft Mail.Note"]
        .iter()
        .any(|known| class.trim().eq_ignore_ascii_case(known))
}

/// The charset of a Windows code page.
fn label(code_page: u32) -> String {
    match code_page {
        65001 => "utf-8".to_owned(),
        20127 => "us-ascii".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", code_page - 28590),
        1250..=1258 | 874 => format!("windows-{code_page}"),
        _ => "windows-1252".to_owned(),
    }
}
