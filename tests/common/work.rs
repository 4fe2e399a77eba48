//! What the scenarios of agents look at: the texts and links of mails to agents, and where a ticket stands.

use super::agents::{AgentDesk, CLIENT, reply};
use super::mail::{MailBuilder, ReceivedMail, fresh_id};
use mail_parser::MessageParser;
use serde_json::Value;

/// Somebody who takes no part in the ticket.
pub const STRANGER: &str = "theo@elsewhere.example";

impl AgentDesk {
    /// A ticket by its number, with messages and events.
    #[track_caller]
    pub fn show(&self, number: u64) -> Value {
        let shown = self.gateway.json(&["ticket", "show", &number.to_string()]);
        shown.into_iter().next().expect("a ticket is shown")
    }

    /// What a person reads who looks at it.
    #[track_caller]
    pub fn printed(&self, number: u64) -> String {
        let outcome = self.gateway.buzon(&["ticket", "show", &number.to_string()]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    }

    /// An agent answers the newest mail she has.
    #[track_caller]
    pub fn answers(&self, agent: &str, body: &str) -> MailBuilder {
        let mail = reply(&self.last_to(agent), agent, body);
        self.receive(&mail);
        mail
    }

    /// The customer answers a mail, and is believed.
    pub fn customer_replies(&self, to: &ReceivedMail, body: &str) {
        self.receive(&MailBuilder::reply_to(to).with_body(body).with_dmarc("pass"));
    }

    /// How many mails each of them has had.
    pub fn counts<const N: usize>(&self, addresses: [&str; N]) -> [usize; N] {
        addresses.map(|address| self.sent_to(address).len())
    }

    /// Who somebody's newest mail went to in its envelope, and from where.
    #[track_caller]
    pub fn reverse_path_of_last_to(&self, address: &str) -> String {
        let mails = self.sink.mails().into_iter().rev();
        let mut to = mails.filter(|mail| mail.recipients.iter().any(|recipient| recipient == address));
        to.next().expect("a mail to that address").reverse_path
    }
}

/// The text part, with plain line ends.
#[track_caller]
pub fn text(mail: &ReceivedMail) -> String {
    let message = MessageParser::new().parse(&mail.octets).unwrap();
    message.body_text(0).expect("a text").replace("\r\n", "\n")
}

/// Name and octets of each attachment.
pub fn attachments(mail: &ReceivedMail) -> Vec<(String, Vec<u8>)> {
    use mail_parser::MimeHeaders;
    let message = MessageParser::new().parse(&mail.octets).unwrap();
    let each = message.attachments();
    each.map(|part| {
        (
            part.attachment_name().unwrap_or_default().to_owned(),
            part.contents().to_vec(),
        )
    })
    .collect()
}

/// The `mailto:` link with that command in its body.
#[track_caller]
pub fn link(mail: &ReceivedMail, command: &str) -> String {
    let text = text(mail);
    let mut links = text.split(['<', '>']).filter(|part| part.starts_with("mailto:"));
    let found = links.find(|link| field(link, "body").lines().next() == Some(command));
    found
        .unwrap_or_else(|| panic!("no link to {command} in\n{text}"))
        .to_owned()
}

/// The mail that a client makes of a `mailto:` link (RFC 6068), sent past the desk's border.
pub fn follow(link: &str, from: &str) -> MailBuilder {
    let to = link.strip_prefix("mailto:").unwrap().split('?').next().unwrap();
    MailBuilder::new()
        .with_from(&format!("Ana Ruiz <{from}>"))
        .with_to(&decoded(to))
        .with_subject(&field(link, "subject"))
        .with_body(&field(link, "body"))
        .with_message_id(&fresh_id().replace("customer.example", "acme.example"))
        .with_header("User-Agent", CLIENT)
        .with_border("dmarc=pass header.from=acme.example")
}

fn field(link: &str, name: &str) -> String {
    let (_, query) = link.split_once('?').unwrap_or_default();
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    let mut named = fields.filter(|(known, _)| *known == name);
    named.next().map(|(_, value)| decoded(value)).unwrap_or_default()
}

fn decoded(text: &str) -> String {
    let mut octets = vec![];
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, ..]) => {
                let digits = [*high, *low];
                octets.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                rest = &behind[2..];
            }
            _ => octets.push(first),
        }
    }
    String::from_utf8(octets).unwrap()
}

/// What happened on a ticket, by kind.
pub fn events(ticket: &Value) -> Vec<&str> {
    let events = ticket["events"].as_array().unwrap();
    events.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

/// Its messages: direction, kind and what was newly written, each on one line.
pub fn messages(ticket: &Value) -> Vec<String> {
    let messages = ticket["messages"].as_array().unwrap();
    let part = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().trim().to_owned();
    let line = |message| {
        let [direction, kind, reply] = ["direction", "kind", "reply"].map(|name| part(message, name));
        format!("{direction} {kind}: {}", reply.replace('\n', " / "))
    };
    messages.iter().map(line).collect()
}

/// The ids a mail refers to.
pub fn references(mail: &ReceivedMail) -> Vec<String> {
    let value = mail.header("References").unwrap_or_default();
    value.split_whitespace().map(str::to_owned).collect()
}
