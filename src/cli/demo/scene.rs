//! What the play prints.

use super::client::read;
use crate::cli::output::Stdout;
use crate::cli::ticket::conversation;
use crate::store::TicketDetail;

/// The header fields that are shown, in this order.
const SHOWN: [&str; 8] = [
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Auto-Submitted",
    "User-Agent",
    "Authentication-Results",
];

/// How many lines of a quote are shown.
const QUOTED: usize = 3;

/// A mail as its reader sees it, with the fields of its header that matter here.
pub(super) fn mail(title: &str, octets: &[u8]) -> anyhow::Result<()> {
    let mail = read(octets);
    let fields = SHOWN
        .iter()
        .flat_map(|name| mail.header(name).map(move |value| format!("{name}: {value}")));
    let beside = mail.html.as_ref().map(|_| "\n[and the same as HTML]");
    let lines: Vec<String> = fields
        .chain([String::new()])
        .chain(folded(mail.text.trim_end()))
        .chain(beside.map(str::to_owned))
        .collect();
    show(title, &lines.join("\n"))
}

/// The lines of a text; of each quote only how it begins.
fn folded(text: &str) -> Vec<String> {
    let mut lines = vec![];
    let mut quoted = 0;
    for line in text.lines().chain([""]) {
        if line.starts_with('>') {
            quoted += 1;
        } else if quoted > 0 {
            if quoted > QUOTED {
                lines.push(format!("> [… {} more lines quoted]", quoted - QUOTED));
            }
            quoted = 0;
        }
        if quoted <= QUOTED {
            lines.push(line.to_owned());
        }
    }
    lines.pop();
    lines
}

/// A ticket, as `buzon ticket show` prints it.
pub(super) fn ticket(title: &str, ticket: &TicketDetail) -> anyhow::Result<()> {
    show(title, &conversation(ticket))
}

fn show(title: &str, text: &str) -> anyhow::Result<()> {
    let mut stdout = Stdout::lock();
    stdout.line(format!("\n=== {title}\n"))?;
    for line in text.lines() {
        stdout.line(format!("    {line}").trim_end())?;
    }
    stdout.flush()
}
