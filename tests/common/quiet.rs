//! What holds of a mail that is not believed: nothing changes, and the right person hears of it.

use super::agents::AgentDesk;
use super::mail::{MailBuilder, ReceivedMail};
use serde_json::Value;

/// The desk as customers see it: every ticket, and what went out to anybody outside.
#[derive(Debug, PartialEq)]
struct Shown {
    tickets: Vec<Value>,
    left: Vec<String>,
}

impl AgentDesk {
    /// Takes in a mail that must change no ticket and leave the desk by no mail. What is recorded of it as an event
    /// may be there.
    #[track_caller]
    pub fn ignores(&self, mail: &MailBuilder) {
        let before = self.shown(Value::clone);
        self.receive(mail);
        assert_eq!(self.shown(Value::clone), before, "after\n{}", text(mail));
    }

    /// The same for a mail that becomes a message of its ticket, and changes nothing else.
    #[track_caller]
    pub fn only_appends(&self, mail: &MailBuilder) {
        let bare = |ticket: &Value| {
            let mut ticket = ticket.clone();
            drop(ticket.as_object_mut().unwrap().remove("messages"));
            ticket
        };
        let (before, messages) = (self.shown(bare), self.messages());
        self.receive(mail);
        assert_eq!(self.shown(bare), before, "after\n{}", text(mail));
        assert_eq!(
            self.messages().len(),
            messages.len() + 1,
            "messages after\n{}",
            text(mail)
        );
    }

    /// The messages of the only ticket.
    #[track_caller]
    pub fn messages(&self) -> Vec<Value> {
        self.ticket()["messages"].as_array().unwrap().clone()
    }

    /// The kinds of what happened on the only ticket.
    #[track_caller]
    pub fn event_kinds(&self) -> Vec<String> {
        let ticket = self.ticket();
        let events = ticket["events"].as_array().unwrap().iter();
        events.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// What kind of sender a mail that came in was taken for.
    #[track_caller]
    pub fn class_of(&self, mail: &MailBuilder) -> String {
        let id = mail.header("Message-ID").trim_matches(['<', '>']);
        let explained = self.gateway.json(&["explain", "--message-id", id]);
        explained[0]["class"].as_str().unwrap().to_owned()
    }

    /// How often each of the desk's people was written to.
    pub fn told(&self) -> Vec<(String, usize)> {
        let of = |agent: &str| (agent.to_owned(), self.sent_to(agent).len());
        [super::ANA, super::BEN].map(of).to_vec()
    }

    /// The newest mail to an agent, which must be a request for her consent that holds these texts.
    #[track_caller]
    pub fn request_to(&self, agent: &str, expected: &[&str]) -> ReceivedMail {
        let request = self.last_to(agent);
        let everything = request.everything();
        // Lines to agents are wrapped behind a bar.
        let words = everything.split_whitespace().filter(|word| *word != "┃");
        let plain = words.collect::<Vec<_>>().join(" ");
        for expected in ["is held", "within 24 hours"].iter().chain(expected) {
            assert!(plain.contains(expected), "{expected:?} in\n{everything}");
        }
        assert_eq!(request.header("Auto-Submitted").as_deref(), Some("auto-replied"));
        request
    }

    /// Why each mail was set aside.
    pub fn set_aside(&self) -> Vec<String> {
        let quarantine = self.gateway.quarantine();
        let reasons = quarantine.iter().map(|row| row["reason"].as_str().unwrap().to_owned());
        reasons.collect()
    }

    fn shown(&self, ticket: impl Fn(&Value) -> Value) -> Shown {
        let bare = |mut ticket: Value| {
            let fields = ticket.as_object_mut().unwrap();
            let events = fields.remove("events").unwrap();
            // Who takes part shows only in what happened.
            let joined = events.as_array().unwrap().iter();
            let joined = joined
                .filter(|event| event["kind"] == "participant_added")
                .cloned()
                .collect();
            fields.insert("joined".to_owned(), Value::Array(joined));
            fields.remove("updated_at");
            ticket
        };
        let left = self.sink.mails().into_iter();
        let left = left.filter(|mail| mail.recipients.iter().any(|to| !to.ends_with("@acme.example")));
        Shown {
            tickets: self.tickets().into_iter().map(bare).map(|it| ticket(&it)).collect(),
            left: left
                .map(|mail| String::from_utf8_lossy(&mail.octets).into_owned())
                .collect(),
        }
    }
}

fn text(mail: &MailBuilder) -> String {
    String::from_utf8_lossy(&mail.build()).into_owned()
}

/// The mail as it would come in without passing the desk's border.
pub fn without_border(mail: MailBuilder) -> MailBuilder {
    mail.without("Authentication-Results").without("Received")
}

/// The mail as the border judges one that only claims to be from the desk's domain.
pub fn forged(mail: MailBuilder) -> MailBuilder {
    without_border(mail).with_border("dmarc=fail header.from=acme.example")
}
