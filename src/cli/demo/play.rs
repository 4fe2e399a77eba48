//! The play: each step is done, waited for, checked and printed.

use super::client::{ANA, EVA, Person, read};
use super::stage::Stage;
use super::{expect, scene};
use crate::desk::{TicketNumber, TicketStatus};
use crate::mail::InboundMail;
use crate::store::TicketDetail;
use anyhow::{Context, ensure};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a step may take.
const STEP_LIMIT: Duration = Duration::from_secs(20);
/// How often the store is looked at for what a step should have done.
const LOOK: Duration = Duration::from_millis(20);

const QUESTION: &str = "Hello,\n\nthe lamp from order 4711 arrived yesterday, and it does not light up.\n\
                        I have tried two bulbs. What can I do?\n\nEva Sanz\n";
const ADDITION: &str = "It is the model with the brass foot.\n";
const ANSWER: &str = "Dear Eva,\n\na new switch is on its way to you. Please keep the brass foot.\n";
const SECOND_REPLY: &str = "The switch is here, and the lamp lights up. One more thing: where does the old one go?\n";
const LAST_ANSWER: &str = "#solved\n\nIt goes with the small electronics, at any shop that sells them.\n";

/// Plays everything, and prints it.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    let mut play = Play {
        stage,
        read: BTreeMap::new(),
        tokens: vec![],
    };
    let ticket = play.question().await?;
    let answer = play.answer(ticket).await?;
    play.reopening(ticket, &answer).await?;
    play.solution(ticket).await?;
    play.nothing_more()
}

/// How far the play has come.
struct Play<'a> {
    stage: &'a Stage,
    /// Account -> how many of its mails have been read.
    read: BTreeMap<&'static str, usize>,
    /// The reply addresses that were made for the agent.
    tokens: Vec<String>,
}

/// A mail in somebody's mailbox.
struct Arrived {
    octets: Arc<[u8]>,
    mail: InboundMail,
}

impl Play<'_> {
    /// The customer writes, gets a confirmation and answers it; the agent hears of both.
    async fn question(&mut self) -> anyhow::Result<TicketNumber> {
        let question = EVA.writes("The lamp I ordered does not light up", QUESTION)?;
        scene::mail("1. Eva writes to support@acme.example", question.text.as_bytes())?;
        EVA.sends(self.stage, &question).await?;

        let confirmation = self.next_mail(&EVA).await.context("no confirmation came")?;
        scene::mail("2. The gateway opens a ticket and confirms it", &confirmation.octets)?;
        expect::confirmation(&confirmation.mail, "4711")?;
        let ticket = number(&confirmation.mail)?;

        let told = self.notification("of the new ticket", "order 4711").await?;
        scene::mail("3. Ana, who answers for the desk, is told by mail", &told.octets)?;

        let addition = EVA.answers(&confirmation.mail, ADDITION)?;
        scene::mail("4. Eva answers the confirmation", addition.text.as_bytes())?;
        EVA.sends(self.stage, &addition).await?;
        self.ticket(ticket, "have both mails of the customer", |ticket| {
            ticket.incoming().count() == 2
        })
        .await?;
        Ok(ticket)
    }

    /// The agent answers the newest notification; the customer gets that from the desk.
    async fn answer(&mut self, ticket: TicketNumber) -> anyhow::Result<Arrived> {
        let told = self.notification("of what the customer added", "brass foot").await?;
        scene::mail("5. It joins the ticket, and Ana is told", &told.octets)?;
        let answer = ANA.answers(&told.mail, ANSWER)?;
        scene::mail("6. Ana answers in her own mail client", answer.text.as_bytes())?;
        ANA.sends(self.stage, &answer).await?;

        let arrived = self.answer_to_customer("a new switch is on its way").await?;
        scene::mail(
            "7. Eva gets the answer, and nothing else of Ana's mail",
            &arrived.octets,
        )?;
        self.ticket_is(ticket, TicketStatus::Pending).await?;
        Ok(arrived)
    }

    /// The customer answers the agent, which opens the ticket again.
    async fn reopening(&mut self, ticket: TicketNumber, answer: &Arrived) -> anyhow::Result<()> {
        let reply = EVA.answers(&answer.mail, SECOND_REPLY)?;
        scene::mail("8. Eva answers", reply.text.as_bytes())?;
        EVA.sends(self.stage, &reply).await?;
        self.ticket_is(ticket, TicketStatus::Open).await.map(drop)
    }

    /// The agent writes a last answer below a command.
    async fn solution(&mut self, ticket: TicketNumber) -> anyhow::Result<()> {
        let told = self
            .notification("of the customer's answer", "where does the old one")
            .await?;
        scene::mail("9. The ticket is open again, and Ana is told", &told.octets)?;
        let last = ANA.answers(&told.mail, LAST_ANSWER)?;
        scene::mail(
            "10. Ana answers, and solves the ticket in her first line",
            last.text.as_bytes(),
        )?;
        ANA.sends(self.stage, &last).await?;

        let arrived = self.answer_to_customer("with the small electronics").await?;
        scene::mail("11. Eva gets the last answer", &arrived.octets)?;
        self.ticket_is(ticket, TicketStatus::Solved).await?;
        // The server has the mail a moment before the store knows of it.
        let sent = |ticket: &TicketDetail| {
            ticket
                .messages
                .iter()
                .all(|message| message.delivery.as_deref() != Some("queued"))
        };
        let solved = self.ticket(ticket, "have sent everything", sent).await?;
        ensure!(
            solved.head.status == TicketStatus::Solved,
            "the ticket did not stay solved"
        );
        scene::ticket("12. The ticket is solved, and everything is on it", &solved)
    }

    /// Nobody gets a mail that the play did not show.
    fn nothing_more(&self) -> anyhow::Result<()> {
        for (address, read) in &self.read {
            let mails = self.stage.mailstore.mails(address, "INBOX").len();
            ensure!(mails == *read, "{address} has {mails} mails, and should have {read}");
        }
        Ok(())
    }

    async fn notification(&mut self, of: &str, words: &str) -> anyhow::Result<Arrived> {
        let arrived = self.next_mail(&ANA).await;
        let arrived = arrived.with_context(|| format!("the agent was not told {of}"))?;
        expect::notification(&arrived.mail, words)?;
        self.tokens
            .extend(arrived.mail.reply_to.iter().map(|to| to.address.to_string()));
        Ok(arrived)
    }

    async fn answer_to_customer(&mut self, words: &str) -> anyhow::Result<Arrived> {
        let arrived = self.next_mail(&EVA).await.context("no answer reached the customer")?;
        expect::answer(&arrived.mail, &arrived.octets, words, &self.tokens)?;
        Ok(arrived)
    }

    /// The oldest mail in somebody's mailbox that was not read yet, once there is one.
    async fn next_mail(&mut self, person: &Person) -> anyhow::Result<Arrived> {
        let read_before = self.read.entry(person.address).or_default();
        let wanted = *read_before;
        let mailstore = &self.stage.mailstore;
        let mails = mailstore.wait_for(person.address, "INBOX", |mails| mails.len() > wanted, STEP_LIMIT);
        let octets = mails.await?.get(wanted).context("the folder is empty")?.octets.clone();
        *read_before += 1;
        Ok(Arrived {
            mail: read(&octets),
            octets,
        })
    }

    async fn ticket_is(&self, number: TicketNumber, status: TicketStatus) -> anyhow::Result<TicketDetail> {
        let should = format!("be {}", status.as_str());
        self.ticket(number, &should, |ticket| ticket.head.status == status)
            .await
    }

    /// The ticket, once it is as it should be.
    async fn ticket(
        &self,
        number: TicketNumber,
        should: &str,
        is_so: impl Fn(&TicketDetail) -> bool,
    ) -> anyhow::Result<TicketDetail> {
        let deadline = Instant::now() + STEP_LIMIT;
        loop {
            let detail = self.stage.store.read(move |view| view.ticket_detail(number)).await?;
            if let Some(detail) = detail.filter(&is_so) {
                return Ok(detail);
            }
            ensure!(
                Instant::now() < deadline,
                "ticket #{number} should {should}: waited {STEP_LIMIT:?} in vain"
            );
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The number in the tag of the subject, `[#1042-k7f3qa]`.
fn number(mail: &InboundMail) -> anyhow::Result<TicketNumber> {
    let tag = mail.subject.rsplit_once("[#").map(|(_, tag)| tag);
    let number = tag
        .and_then(|tag| tag.split('-').next())
        .and_then(|number| number.parse().ok());
    number.map(TicketNumber).context("the subject has no number")
}
