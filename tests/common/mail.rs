//! Mails as tests write and read them.

use super::mime::Part;
use mail_parser::{MessageParser, MimeHeaders};
use std::sync::atomic::{AtomicU64, Ordering};

/// A mail to be sent; by default a short one from the usual customer to the desk.
#[derive(Debug, Clone)]
pub struct MailBuilder {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    attachments: Vec<(String, Vec<u8>)>,
    part: Option<String>,
}

impl Default for MailBuilder {
    fn default() -> Self {
        let date = jiff::fmt::rfc2822::to_string(&jiff::Zoned::now()).unwrap();
        Self {
            headers: vec![],
            body: b"The printer on the second floor has stopped.\r\n".to_vec(),
            attachments: vec![],
            part: None,
        }
        .with_from("Carla Cliente <carla@customer.example>")
        .with_to(super::DESK)
        .with_subject("The printer has stopped")
        .with_header("Date", &date)
        .with_message_id(&fresh_id())
    }
}

impl MailBuilder {
    /// A mail with everything a person's mail has.
    pub fn new() -> Self {
        Self::default()
    }

    /// A reply to `mail`, as the usual customer's mail client writes one.
    pub fn reply_to(mail: &ReceivedMail) -> Self {
        let id = mail.message_id();
        let references = mail
            .header("References")
            .map_or(id.clone(), |ids| format!("{ids} {id}"));
        let subject = mail.header("Subject").unwrap_or_default();
        let to = mail.header("Reply-To").or(mail.header("From")).unwrap_or_default();
        Self::new()
            .with_to(&to)
            .with_subject(&subject)
            .with_header("In-Reply-To", &id)
            .with_references(&references)
            .with_body("Thank you, and one more thing: it smells of smoke.\r\n")
    }

    pub fn with_from(self, mailbox: &str) -> Self {
        self.with_header("From", mailbox)
    }

    pub fn with_to(self, mailboxes: &str) -> Self {
        self.with_header("To", mailboxes)
    }

    pub fn with_subject(self, subject: &str) -> Self {
        self.with_header("Subject", subject)
    }

    /// Ids with their brackets, separated by spaces.
    pub fn with_references(self, ids: &str) -> Self {
        self.with_header("References", ids)
    }

    /// An id with its brackets.
    pub fn with_message_id(self, id: &str) -> Self {
        self.with_header("Message-ID", id)
    }

    /// Sets a header field, in place of the one of that name.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Puts a header field above all others, as a server does that the mail passes.
    pub fn with_top_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(0, (name.to_owned(), value.to_owned()));
        self
    }

    /// Puts on top what the border of the desk's domain adds: its Received and its Authentication-Results, with the
    /// verdict of DMARC on the usual customer.
    pub fn with_dmarc(self, verdict: &str) -> Self {
        self.with_border(&format!("dmarc={verdict} header.from=customer.example"))
    }

    /// The same with these results.
    pub fn with_border(self, results: &str) -> Self {
        let results = format!("mx.acme.example; {results}");
        self.with_top_header(
            "Received",
            "from out.customer.example by mx.acme.example; Sun, 1 Nov 2026 08:00:00 +0000",
        )
        .with_top_header("Authentication-Results", &results)
    }

    /// Puts on top what a milter of the border adds beneath the Received that its MTA is about to write.
    pub fn with_dmarc_beneath(self, from: &str) -> Self {
        let results = format!("mx.acme.example; dmarc=pass header.from={from}");
        self.with_top_header("Authentication-Results", &results)
    }

    /// Leaves out a header field.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The text; lines end CRLF.
    pub fn with_body(mut self, text: &str) -> Self {
        self.body = text.as_bytes().to_vec();
        self
    }

    pub fn with_attachment(mut self, name: &str, octets: &[u8]) -> Self {
        self.attachments.push((name.to_owned(), octets.to_vec()));
        self
    }

    /// This in place of text and attachments.
    pub fn with_part(mut self, part: &Part) -> Self {
        self.part = Some(part.build());
        self
    }

    /// The value of a header field that was set.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The mail's octets.
    pub fn build(&self) -> Vec<u8> {
        let mut out = vec![];
        for (name, value) in &self.headers {
            out.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        out.extend(b"MIME-Version: 1.0\r\n");
        if let Some(part) = &self.part {
            out.extend(part.as_bytes());
            return out;
        }
        let text = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        if self.attachments.is_empty() {
            out.extend(text);
            out.extend(&self.body);
            return out;
        }
        out.extend(b"Content-Type: multipart/mixed; boundary=\"=_test\"\r\n\r\n--=_test\r\n");
        out.extend(text);
        out.extend(&self.body);
        for (name, octets) in &self.attachments {
            out.extend(attachment(name, octets).into_bytes());
        }
        out.extend(b"\r\n--=_test--\r\n");
        out
    }
}

fn attachment(name: &str, octets: &[u8]) -> String {
    let encoded = data_encoding::BASE64.encode(octets);
    let mut part = format!(
        "\r\n--=_test\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    for start in (0..encoded.len()).step_by(76) {
        part.push_str(&encoded[start..encoded.len().min(start + 76)]);
        part.push_str("\r\n");
    }
    part
}

/// A Message-ID, with its brackets, that no other mail of the run has.
pub fn fresh_id() -> String {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    format!("<{}.{serial}@customer.example>", std::process::id())
}

/// A mail the gateway sent, as it arrived.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// Its octets.
    pub octets: Vec<u8>,
}

impl ReceivedMail {
    pub fn new(octets: Vec<u8>) -> Self {
        Self { octets }
    }

    /// The unfolded value of the header field of that name, undecoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let message = MessageParser::new().parse(&self.octets)?;
        let raw = message.header_raw(name)?;
        Some(raw.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Message-ID with its brackets.
    #[track_caller]
    pub fn message_id(&self) -> String {
        self.header("Message-ID").expect("every mail of ours has a Message-ID")
    }

    /// The address in Reply-To.
    #[track_caller]
    pub fn reply_address(&self) -> String {
        let value = self.header("Reply-To").expect("a Reply-To");
        let bare = value
            .rsplit_once('<')
            .map_or(value.as_str(), |(_, rest)| rest.trim_end_matches('>'));
        bare.trim().to_owned()
    }

    /// Decoded subject.
    pub fn subject(&self) -> String {
        let message = MessageParser::new().parse(&self.octets).unwrap();
        message.subject().unwrap_or_default().to_owned()
    }

    /// The tag in the subject, such as `[#1042-k7f3qa]`.
    #[track_caller]
    pub fn tag(&self) -> String {
        let subject = self.subject();
        let start = subject.rfind("[#").expect("a tag in the subject");
        let end = start + subject[start..].find(']').expect("a whole tag");
        subject[start..=end].to_owned()
    }

    /// Every decoded part and header in one text, to look for what must not be in it.
    pub fn everything(&self) -> String {
        let message = MessageParser::new().parse(&self.octets).unwrap();
        let mut all = String::from_utf8_lossy(&self.octets).into_owned();
        all.push_str(message.subject().unwrap_or_default());
        for part in &message.parts {
            all.push_str(part.text_contents().unwrap_or_default());
            all.push_str(part.attachment_name().unwrap_or_default());
        }
        all
    }
}

/// Writes mails into a folder as `import` takes them, beside a file that is none.
pub fn write_folder(folder: &std::path::Path, mails: &[Vec<u8>]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("readme.txt"), "no mail").unwrap();
    for (number, mail) in mails.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.eml")), mail).unwrap();
    }
}
