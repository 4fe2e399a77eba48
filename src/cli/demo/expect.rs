//! What must hold of each mail that the gateway sends in the play.

use super::client::ANA;
use super::stage::{AGENT, CUSTOMER, INBOX};
use crate::mail::InboundMail;
use crate::template::BAR;
use anyhow::ensure;

/// The first line of every notification.
const WRITE_ABOVE: &str = "## write your answer above this line ##";

/// It is marked as automatic, and repeats nothing of what the customer wrote.
pub(super) fn confirmation(mail: &InboundMail, words: &str) -> anyhow::Result<()> {
    ensure!(
        mail.header("Auto-Submitted").eq(["auto-replied"]),
        "the confirmation is not marked as an automatic answer"
    );
    ensure!(
        !mail.text.contains(words),
        "the confirmation repeats the customer's own text"
    );
    Ok(())
}

/// It shows the agent what the customer wrote, and no reply to all can reach the customer around the gateway.
pub(super) fn notification(mail: &InboundMail, words: &str) -> anyhow::Result<()> {
    ensure!(
        mail.text.trim_start().starts_with(WRITE_ABOVE),
        "the notification does not begin with the line to write above"
    );
    ensure!(
        mail.text.contains(words),
        "the notification does not hold what the customer wrote"
    );
    ensure!(
        mail.to.iter().all(|to| to.address.as_str() == AGENT) && mail.cc.is_empty(),
        "the notification goes to others than the agent"
    );
    ensure!(
        mail.headers.iter().all(|field| !field.value.contains(CUSTOMER)),
        "the customer's address stands in the header of the notification"
    );
    Ok(())
}

/// It comes from the agent by name and from the desk by address, and holds nothing that only the team may see.
///
/// `octets` are those of the whole mail, and `tokens` the reply addresses that were made for the agent.
pub(super) fn answer(mail: &InboundMail, octets: &[u8], words: &str, tokens: &[String]) -> anyhow::Result<()> {
    let from = mail
        .from
        .first()
        .map(|from| (from.name.as_str(), from.address.as_str()));
    ensure!(
        from == Some(("Ana Ruiz (Acme Support)", INBOX)),
        "the answer comes from {from:?}"
    );
    ensure!(
        mail.text.contains(words),
        "the answer does not say what the agent wrote"
    );
    ensure!(
        mail.header("Auto-Submitted").next().is_none(),
        "the answer of a person is marked as automatic"
    );
    let html = mail.html.as_deref().unwrap_or_default();
    let everything = format!("{}\n{}\n{html}", String::from_utf8_lossy(octets), mail.text);
    let internal = [AGENT, ANA.client, "extension 217", "write your answer above", "#solved"];
    let internal = internal.into_iter().chain(tokens.iter().map(String::as_str));
    for secret in internal {
        ensure!(!everything.contains(secret), "the customer gets to see `{secret}`");
    }
    ensure!(
        !everything.contains(BAR),
        "the customer gets to see a line of the internal block"
    );
    Ok(())
}
