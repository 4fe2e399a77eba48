//! Mail clients, as far as an agent's answer goes: how each writes what she types, and quotes what it answers.

mod layout;
mod shapes;
mod words;

pub use layout::{Links, text_of};
pub use shapes::{OFFER, SHOT};
pub use words::{Language, Words};

use super::mail::{MailBuilder, ReceivedMail};
use super::mime::Part;
use mail_parser::{MessageParser, MimeHeaders};

/// A client and the way it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Thunderbird,
    /// Thunderbird, with the answers between the customer's lines.
    ThunderbirdBetween,
    OutlookDesktop,
    OutlookWeb,
    OutlookPhone,
    AppleMail,
    IPhone,
    GmailWeb,
    Samsung,
    /// Plain text between the customer's lines.
    MuttBetween,
}

impl Client {
    pub const ALL: [Self; 10] = [
        Self::Thunderbird,
        Self::ThunderbirdBetween,
        Self::OutlookDesktop,
        Self::OutlookWeb,
        Self::OutlookPhone,
        Self::AppleMail,
        Self::IPhone,
        Self::GmailWeb,
        Self::Samsung,
        Self::MuttBetween,
    ];

    /// Whether it writes between what it quotes.
    pub fn is_between(self) -> bool {
        matches!(self, Self::ThunderbirdBetween | Self::MuttBetween)
    }

    /// Whether it writes HTML in which the agent's words stand in one piece.
    pub fn writes_html(self) -> bool {
        !self.is_between() && self != Self::IPhone
    }

    /// Her answer to what she sees, without what her server adds.
    pub fn answer(self, seen: &Seen, words: &Words, parts: Parts) -> MailBuilder {
        let mut written = shapes::write(self, seen, words);
        if parts == Parts::HtmlAlone {
            written.body = written.body.html_alone();
        }
        written.headers.iter().fold(
            MailBuilder::reply_to(&seen.mail)
                .with_from("Ana Ruiz <ana@acme.example>")
                .with_message_id(&super::mail::fresh_id().replace("customer.example", "acme.example"))
                .with_part(&written.body),
            |mail, (name, value)| mail.with_header(name, value),
        )
    }
}

/// What of her words a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// All that it writes.
    All,
    /// No plain text beside HTML, as some are set up.
    HtmlAlone,
}

/// What a client adds to a header, and the body it writes.
struct Written {
    headers: Vec<(&'static str, String)>,
    body: Part,
}

/// A mail as a client shows it.
pub struct Seen {
    pub mail: ReceivedMail,
    /// Its text part.
    pub text: String,
    /// The inside of the body of its HTML part.
    pub html: String,
    /// From: the name and the address.
    pub from: (String, String),
    pub subject: String,
    /// What its HTML shows: Content-ID, name, octets.
    pub images: Vec<(String, String, Vec<u8>)>,
}

impl Seen {
    #[track_caller]
    pub fn of(mail: &ReceivedMail) -> Self {
        let message = MessageParser::new().parse(&mail.octets).unwrap();
        let html = message.body_html(0).unwrap().into_owned();
        let start = html.find("<body").unwrap();
        let start = start + html[start..].find('>').unwrap() + 1;
        let from = message.from().and_then(|from| from.first()).unwrap();
        let images = message.parts.iter().filter_map(|part| {
            let id = part.content_id()?.to_owned();
            Some((id, part.attachment_name()?.to_owned(), part.contents().to_vec()))
        });
        Self {
            text: message.body_text(0).unwrap().replace("\r\n", "\n"),
            html: html[start..html.find("</body>").unwrap()].trim().replace("\r\n", "\n"),
            from: (
                from.name().unwrap_or_default().to_owned(),
                from.address().unwrap().to_owned(),
            ),
            subject: message.subject().unwrap().to_owned(),
            images: images.collect(),
            mail: mail.clone(),
        }
    }

    /// `"name" <address>`, escaped for HTML or not.
    pub fn sender(&self) -> String {
        format!("{} <{}>", self.from.0, self.from.1)
    }

    fn sender_html(&self) -> String {
        let (name, address) = &self.from;
        format!("{name} &lt;<a href=\"mailto:{address}\">{address}</a>&gt;")
    }

    /// The images of what is quoted, as parts that come back with the quote.
    fn quoted_images(&self) -> impl Iterator<Item = Part> {
        let image = |(id, name, octets): &(String, String, Vec<u8>)| Part::image(name, id, octets);
        self.images.iter().map(image)
    }
}
