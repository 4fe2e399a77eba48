//! Microsoft Exchange: "Diagnostic information for administrators", in any language.

use super::notice::{Failure, Notice, join, leading_address};

/// The recipients below the line that names the generating server: address, then `#550 5.1.1 …` or `Remote Server
/// returned '…'`.
pub(super) fn read(notice: &Notice<'_>) -> Vec<Failure> {
    let lines = &notice.lines;
    let mut failures = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((address, rest)) = leading_address(line) else {
            continue;
        };
        let below = lines.iter().skip(at + 1).find(|line| !line.trim().is_empty());
        let Some(answer) = below.map(|line| line.trim()).filter(|line| is_answer(line)) else {
            continue;
        };
        if rest.trim().is_empty() || rest.starts_with("<mailto:") {
            let paragraph = lines
                .iter()
                .skip(at + 1)
                .copied()
                .skip_while(|line| line.trim() != answer);
            let reason = join(paragraph.take_while(|line| !line.trim().is_empty()));
            failures.push(Failure {
                address: address.to_owned(),
                reason,
            });
        }
    }
    failures
}

fn is_answer(line: &str) -> bool {
    let coded = |text: &str| {
        text.get(..3)
            .is_some_and(|code| code.bytes().all(|b| b.is_ascii_digit()))
    };
    let hashed = line
        .strip_prefix('#')
        .is_some_and(|rest| coded(rest.trim_start_matches(['<', '#'])) || rest.contains("#SMTP#"));
    let answered = [
        "Remote Server ",
        "Remote server ",
        "Server remoto",
        "Le serveur distant",
        "Der Remoteserver",
    ]
    .iter()
    .any(|words| line.starts_with(words));
    let resolver = line.contains("RESOLVER.") || line.contains("STOREDRV.") || line.contains("#SMTP#");
    hashed || answered || resolver
}
