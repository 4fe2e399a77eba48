//! The mail that tells an agent what happened on a ticket, and that she answers.

use super::bar::foreign;
use super::facts::{FileFacts, TicketFacts, files};
use super::line::{LONGEST_NAME, LONGEST_VALUE, line, person};
use super::link::Link;
use super::link_kind::LinkKind;
use super::phrases::{AgentPhrases, Phrases};
use super::subject::reply_subject;
use super::{Rendered, TemplateError, Templates};
use crate::desk::decision::{Cause, Mark};
use crate::desk::ticket::{Priority, TicketNumber, TicketStatus};
use crate::mail::{Alignment, EmailAddress, Mailbox};
use minijinja::{Value, context};

/// What a notification is made from.
#[derive(Debug, Clone, Copy)]
pub struct NotificationContext<'a> {
    /// `desk.locale`: agents are written to in the desk's language, else in English.
    pub language: &'a str,
    /// Why this agent hears of it.
    pub cause: &'a Cause,
    /// Who assigned or moved the ticket, where one of that is the cause: a colleague's name, or the desk's.
    pub by: &'a str,
    /// The ticket, as it stands now.
    pub ticket: TicketFacts<'a>,
    /// Its tag: `[#1042-k7f3qa]`.
    pub subject_tag: &'a str,
    /// Who wrote the text that is shown; named where it isn't the customer.
    pub writer: Option<&'a Mailbox>,
    /// Whether it is proven that they did; `None` where no mail of anybody's is shown.
    pub proof: Option<SenderProof<'a>>,
    /// What is remarkable about that mail.
    pub marks: &'a [Mark],
    /// Other tickets of that customer, newest first; at most [`MOST_EARLIER`] are shown.
    pub earlier: &'a [EarlierTicket<'a>],
    /// The text that is shown; may be empty.
    pub text: &'a str,
    /// The same as HTML, sanitised: it is put into the mail as it is, but for what could pass for a line of ours.
    pub html: Option<&'a str>,
    /// The files that come with this mail.
    pub attached: &'a [FileFacts<'a>],
    /// Files that were left out for their size.
    pub left_out: &'a [FileFacts<'a>],
    /// What she can do with one click, the most usual first.
    pub links: &'a [Link],
}

/// Whether From is proven.
#[derive(Debug, Clone, Copy)]
pub struct SenderProof<'a> {
    /// Whether it is.
    pub alignment: Alignment,
    /// The result that says so: `dmarc=pass`.
    pub reason: &'a str,
}

/// Another ticket of the same customer.
#[derive(Debug, Clone, Copy)]
pub struct EarlierTicket<'a> {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: TicketStatus,
    /// Its subject.
    pub subject: &'a str,
}

/// The folder of its templates.
pub(super) const KIND: &str = "notification";
/// How many earlier tickets are shown.
pub const MOST_EARLIER: usize = 5;
/// The most characters of an earlier ticket's subject.
const LONGEST_EARLIER: usize = 60;

impl Templates {
    /// The notification of one agent.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn notification(&self, context: &NotificationContext<'_>) -> Result<Rendered, TemplateError> {
        let (language, phrases, agents) = self.agents_language(context.language, KIND)?;
        let shown = Shown {
            text: foreign(context.text.trim(), &self.phrases),
            html: context.html.map(|html| foreign(html, &self.phrases)),
        };
        self.render(language, KIND, &context.values(language, phrases, agents, shown))
    }

    /// The subject of every mail on a ticket, for a language that may have no words of its own. Links carry it, too.
    ///
    /// # Errors
    /// As [`Self::confirmation`].
    pub fn ticket_subject(&self, subject: &str, tag: &str, language: &str) -> Result<String, TemplateError> {
        let (_, phrases) = self.language(language, language)?;
        Ok(reply_subject(subject, tag, &phrases.no_subject))
    }
}

/// The foreign text of a mail, made safe to stand between lines of ours.
pub(super) struct Shown {
    text: String,
    html: Option<String>,
}

impl NotificationContext<'_> {
    fn values(&self, language: &str, phrases: &Phrases, agents: &AgentPhrases, shown: Shown) -> Value {
        let earlier: Vec<_> = self.earlier.iter().take(MOST_EARLIER).collect();
        let earlier: Vec<_> = earlier.into_iter().map(|ticket| ticket.values(agents)).collect();
        let links: Vec<_> = self
            .links
            .iter()
            .map(|link| context! { label => link.kind.label(agents), href => link.href.as_str() })
            .collect();
        let not_confirmed = match self.cause {
            Cause::NewTicket { not_confirmed } => not_confirmed.as_deref(),
            _ => None,
        };
        let head = context! {
            language => language,
            write_above => agents.write_above.as_str(),
            subject => reply_subject(self.ticket.subject, self.subject_tag, &phrases.no_subject),
            ticket => self.ticket.values(phrases, agents),
            writer => self.writer.map(|writer| person(&writer.name, Some(&writer.address))),
            alignment => self.proof.map(|proof| proof.key()),
            reason => self.proof.map(|proof| line(proof.reason, LONGEST_VALUE)),
            marks => self.marks.iter().map(|mark| mark.as_str()).collect::<Vec<_>>(),
            not_confirmed => not_confirmed.map(|reason| line(reason, LONGEST_VALUE)),
            earlier => earlier,
        };
        let body = context! {
            text => shown.text,
            html => shown.html.map(Value::from_safe_string),
            attached => files(self.attached),
            left_out => files(self.left_out),
            links => links,
        };
        context! { ..self.why(), ..head, ..body }
    }

    /// Why she is told: `cause`, whose `name` is in it, and what a server said.
    fn why(&self) -> Value {
        let (name, report) = match self.cause {
            Cause::NewTicket { .. } | Cause::CustomerReplied | Cause::ThirdPartyWrote | Cause::UnverifiedWrote => {
                (String::new(), "")
            }
            Cause::Assigned { .. } | Cause::Moved { .. } => (line(self.by, LONGEST_NAME), ""),
            Cause::ColleagueAnswered { name } => (line(name, LONGEST_NAME), ""),
            Cause::NotDelivered { recipient, report } => (recipient.to_string(), report.as_str()),
        };
        context! { cause => self.cause.as_str(), name => name, report => line(report, LONGEST_VALUE) }
    }
}

impl SenderProof<'_> {
    fn key(&self) -> &'static str {
        match self.alignment {
            Alignment::Yes => "yes",
            Alignment::No => "no",
            Alignment::Unknown => "unknown",
        }
    }
}

impl EarlierTicket<'_> {
    fn values(&self, agents: &AgentPhrases) -> Value {
        context! {
            number => self.number.to_string(),
            status => agents.status(self.status),
            subject => line(self.subject, LONGEST_EARLIER),
        }
    }
}

/// Values that reach every branch of the templates.
pub(super) fn examples(language: &str, phrases: &Phrases, agents: &AgentPhrases) -> Vec<Value> {
    let Some(address) = EmailAddress::parse("eva@home.example") else {
        return vec![];
    };
    let person = Mailbox {
        name: "Eva Lind".to_owned(),
        address,
    };
    let plain = NotificationContext {
        language,
        cause: &Cause::CustomerReplied,
        by: "",
        ticket: TicketFacts {
            number: TicketNumber(1042),
            subject: "",
            requester_name: "",
            requester: None,
            queue: "general",
            status: TicketStatus::New,
            priority: Priority::Normal,
            assignee: None,
            tags: &[],
        },
        subject_tag: "[#1042-k7f3qa]",
        writer: None,
        proof: None,
        marks: &[],
        earlier: &[],
        text: "",
        html: None,
        attached: &[],
        left_out: &[],
        links: &[],
    };
    let shown = |html: Option<&str>| Shown {
        text: String::new(),
        html: html.map(str::to_owned),
    };
    let mut examples = vec![plain.values(language, phrases, agents, shown(None))];
    for (cause, alignment) in causes(&person)
        .iter()
        .zip([Alignment::Yes, Alignment::No, Alignment::Unknown].into_iter().cycle())
    {
        let full = full_example(plain, cause, &person, alignment);
        let files = [FileFacts { name: "a.pdf", size: 1 }];
        let earlier = [EarlierTicket {
            number: TicketNumber(7),
            status: TicketStatus::Solved,
            subject: "Lamp",
        }];
        let links = [Link::new(LinkKind::Solve, &person.address, "")];
        let full = NotificationContext {
            attached: &files,
            left_out: &files,
            earlier: &earlier,
            links: &links,
            ..full
        };
        examples.push(full.values(language, phrases, agents, shown(Some("<p>x</p>"))));
    }
    examples
}

fn causes(person: &Mailbox) -> [Cause; 9] {
    let not_confirmed = |why: Option<&str>| Cause::NewTicket {
        not_confirmed: why.map(str::to_owned),
    };
    let by = person.address.clone();
    [
        not_confirmed(None),
        not_confirmed(Some("dmarc=fail")),
        Cause::CustomerReplied,
        Cause::ThirdPartyWrote,
        Cause::UnverifiedWrote,
        Cause::Assigned { by: Some(by.clone()) },
        Cause::Moved { by },
        Cause::NotDelivered {
            recipient: person.address.clone(),
            report: "550 5.1.1 no such user".to_owned(),
        },
        Cause::ColleagueAnswered {
            name: person.name.clone(),
        },
    ]
}

fn full_example<'a>(
    plain: NotificationContext<'a>,
    cause: &'a Cause,
    person: &'a Mailbox,
    alignment: Alignment,
) -> NotificationContext<'a> {
    const MARKS: [Mark; 6] = [
        Mark::ThirdParty,
        Mark::Unverified,
        Mark::Limited,
        Mark::Automatic,
        Mark::Stale,
        Mark::Cut,
    ];
    NotificationContext {
        cause,
        by: &person.name,
        ticket: TicketFacts {
            requester_name: &person.name,
            requester: Some(&person.address),
            assignee: Some("Ana Ruiz"),
            ..plain.ticket
        },
        writer: Some(person),
        proof: Some(SenderProof {
            alignment,
            reason: "dmarc=pass",
        }),
        marks: &MARKS,
        ..plain
    }
}

#[cfg(test)]
mod tests {
    use super::causes;
    use crate::desk::decision::Cause;
    use crate::template::tests::agents::mailbox;
    use std::collections::BTreeSet;

    /// How many causes there are; whoever adds one adds it to the examples, which are all that is tried at load.
    const CAUSES: usize = 8;

    fn number(cause: &Cause) -> usize {
        match cause {
            Cause::NewTicket { .. } => 0,
            Cause::CustomerReplied => 1,
            Cause::ThirdPartyWrote => 2,
            Cause::UnverifiedWrote => 3,
            Cause::Assigned { .. } => 4,
            Cause::Moved { .. } => 5,
            Cause::NotDelivered { .. } => 6,
            Cause::ColleagueAnswered { .. } => CAUSES - 1,
        }
    }

    #[test]
    fn the_templates_are_tried_with_every_cause() {
        let tried: BTreeSet<usize> = causes(&mailbox("Eva", "eva@home.example")).iter().map(number).collect();
        assert_eq!(tried, (0..CAUSES).collect());
    }
}
