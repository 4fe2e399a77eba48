//! The play: each step is done, waited for, checked and printed.

use super::customer::{self, answer, question, send};
use super::stage::{CUSTOMER, INBOX, Stage};
use crate::cli::output::Stdout;
use crate::desk::TicketNumber;
use crate::mail::{EmailAddress, InboundMail};
use crate::store::TicketDetail;
use anyhow::{Context, ensure};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a step may take.
const STEP_LIMIT: Duration = Duration::from_secs(20);
/// How often the store is looked at for what a step should have done.
const LOOK: Duration = Duration::from_millis(20);

/// Plays everything, and prints it.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    let first = question();
    show("1. Eva writes to support@acme.example", &first)?;
    send(stage, &first, &address(INBOX)?).await?;

    let octets = confirmation(stage)
        .await
        .context("no confirmation reached the customer")?;
    let confirmation = customer::read(&octets);
    show(
        "2. The gateway opened a ticket and confirms it",
        &String::from_utf8_lossy(&octets),
    )?;
    check_confirmation(&confirmation)?;
    let opened = ticket(stage, 1).await.context("there is no ticket")?;

    let reply = answer(&confirmation)?;
    show("3. Eva answers that mail", &reply)?;
    let reply_to = confirmation
        .reply_to
        .first()
        .context("the confirmation has no Reply-To")?;
    send(stage, &reply, &reply_to.address.clone()).await?;

    let grown = ticket(stage, 2).await.context("the reply did not reach the ticket")?;
    ensure!(
        grown.head.number == opened.head.number,
        "the reply went to another ticket"
    );
    let sent = stage.mailstore.mails(CUSTOMER, "INBOX").len();
    ensure!(
        sent == 1,
        "a reply is not confirmed again, yet the customer has {sent} mails"
    );
    show("4. The answer is on the same ticket", &summary(&grown))
}

async fn confirmation(stage: &Stage) -> anyhow::Result<Arc<[u8]>> {
    let mails = stage
        .mailstore
        .wait_for(CUSTOMER, "INBOX", |mails| !mails.is_empty(), STEP_LIMIT)
        .await?;
    Ok(mails.first().context("the folder is empty")?.octets.clone())
}

fn check_confirmation(mail: &InboundMail) -> anyhow::Result<()> {
    ensure!(
        mail.header("Auto-Submitted").eq(["auto-replied"]),
        "it is not marked as an automatic answer"
    );
    ensure!(
        !mail.text.contains("brass") && !mail.text.contains("4711"),
        "it repeats the customer's own text"
    );
    Ok(())
}

/// The only ticket, once it has so many mails of the customer's.
async fn ticket(stage: &Stage, mails: usize) -> anyhow::Result<TicketDetail> {
    let deadline = Instant::now() + STEP_LIMIT;
    loop {
        let detail = stage.store.read(|view| view.ticket_detail(TicketNumber(1))).await?;
        if let Some(detail) = detail.filter(|detail| detail.incoming().count() >= mails) {
            return Ok(detail);
        }
        ensure!(Instant::now() < deadline, "waited {STEP_LIMIT:?} in vain");
        tokio::time::sleep(LOOK).await;
    }
}

fn summary(ticket: &TicketDetail) -> String {
    let mut lines = vec![format!(
        "#{} {}: {}",
        ticket.head.number,
        ticket.head.status.as_str(),
        ticket.head.subject
    )];
    lines.extend(ticket.messages.iter().map(|message| {
        let first = message
            .text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        format!(
            "  {}  {:4} {:13} {first}",
            message.at,
            message.direction.as_str(),
            message.kind
        )
    }));
    lines.extend(
        ticket
            .events
            .iter()
            .map(|event| format!("  {}  {} {}", event.at, event.kind, event.detail)),
    );
    lines.join("\n")
}

fn address(text: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(text).with_context(|| format!("`{text}` is no address"))
}

fn show(title: &str, text: &str) -> anyhow::Result<()> {
    let mut stdout = Stdout::lock();
    stdout.line(format!("\n=== {title}\n"))?;
    for line in text.lines() {
        stdout.line(format!("    {}", line.trim_end()))?;
    }
    stdout.flush()
}
