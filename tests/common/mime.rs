//! Mails in the MIME shapes that mail clients write.

use std::fmt::Write as _;

/// A part, or several.
#[derive(Debug, Clone)]
pub enum Part {
    /// One part: its header without Content-Transfer-Encoding, and its content.
    Leaf(String, Vec<u8>),
    /// `multipart/…`: the subtype with its parameters, and the parts.
    Several(&'static str, Vec<Part>),
}

impl Part {
    pub fn text(text: &str) -> Self {
        Self::leaf("Content-Type: text/plain; charset=\"utf-8\"", text.as_bytes())
    }

    /// RFC 3676, as Thunderbird writes it.
    pub fn flowed(text: &str) -> Self {
        let header = "Content-Type: text/plain; charset=UTF-8; format=flowed";
        Self::leaf(header, text.as_bytes())
    }

    pub fn html(html: &str) -> Self {
        Self::leaf("Content-Type: text/html; charset=\"utf-8\"", html.as_bytes())
    }

    /// What HTML shows by its Content-ID.
    pub fn image(name: &str, content_id: &str, octets: &[u8]) -> Self {
        let header = format!(
            "Content-Type: image/png; name=\"{name}\"\r\nContent-Disposition: inline; filename=\"{name}\"\r\n\
             Content-ID: <{content_id}>"
        );
        Self::leaf(&header, octets)
    }

    /// `disposition` is `attachment`, or `inline` as Apple Mail has it.
    pub fn file(disposition: &str, media_type: &str, name: &str, octets: &[u8]) -> Self {
        let header = format!(
            "Content-Disposition: {disposition}; filename=\"{name}\"\r\nContent-Type: {media_type}; name=\"{name}\""
        );
        Self::leaf(&header, octets)
    }

    fn leaf(header: &str, octets: &[u8]) -> Self {
        Self::Leaf(header.to_owned(), octets.to_vec())
    }

    /// Without what there is of it as plain text beside HTML.
    pub fn html_alone(self) -> Self {
        match self {
            Self::Several("alternative", mut parts) => parts.pop().unwrap(),
            Self::Several(kind, parts) => Self::Several(kind, parts.into_iter().map(Self::html_alone).collect()),
            leaf @ Self::Leaf(..) => leaf,
        }
    }

    /// Its header and content, with CRLF line ends.
    pub fn build(&self) -> String {
        self.with_boundary("1")
    }

    fn with_boundary(&self, boundary: &str) -> String {
        match self {
            Self::Leaf(header, octets) if header.contains("Type: text/") => {
                let text = String::from_utf8(octets.clone()).unwrap();
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                format!("{header}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}")
            }
            Self::Leaf(header, octets) => {
                let encoded = data_encoding::BASE64.encode(octets);
                let lines = encoded.as_bytes().chunks(76);
                let lines: Vec<&str> = lines.map(|line| std::str::from_utf8(line).unwrap()).collect();
                format!(
                    "{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                    lines.join("\r\n")
                )
            }
            Self::Several(kind, parts) => {
                let mark = format!("----=_Part_{boundary}_");
                let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{mark}\"\r\n");
                for (at, part) in parts.iter().enumerate() {
                    let inside = part.with_boundary(&format!("{boundary}{at}"));
                    write!(out, "\r\n--{mark}\r\n{inside}").unwrap();
                }
                write!(out, "\r\n--{mark}--\r\n").unwrap();
                out
            }
        }
    }
}
