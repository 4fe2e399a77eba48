mod clients;
mod html;
mod nothing;
mod plain;

use super::Answer;
use crate::mail::{EmailAddress, InboundMail, ParseLimits, RawMail};
use jiff::Timestamp;
use proptest::prelude::*;
use std::fmt::Write as _;

pub(super) const TOKEN: &str = "aqwertyuiopasdfghjklzxcvbnm234567qwer";

/// A notification as text.
pub(super) const NOTIFICATION: &str = "## write your answer above this line ##

┃ New ticket #1042 in general
┃ Subject: Where is my order?
┃ Customer: Eva Lind <eva@home.example>
┃ Queue: general · Status: new · Priority: normal

Hello,

I ordered a lamp on the 3rd.
Where is it?

Eva

┃ Solve: <mailto:support%2Baqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example?subject=Re%3A%20Where&body=%23solved%0D%0A>
┃ Your answer goes to the customer; #help shows the commands.
";

/// A notification as the inside of an HTML body.
pub(super) const NOTIFICATION_HTML: &str = r#"<div style="font-family:Arial;font-size:15px"><div style="color:#767676">## write your answer above this line ##</div><div style="margin:12px 0"><div>┃ New ticket #1042 in general</div><div>┃ Customer: Eva Lind &lt;eva@home.example&gt;</div></div><div style="white-space:pre-wrap"><div>Hello,</div><div><br></div><div>I ordered a lamp on the 3rd.</div><div>Where is it?</div><div><br></div><div>Eva</div></div><div><div>┃ <a href="mailto:support%2Baqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example?subject=Re&amp;body=%23solved">Solve</a> · <a href="mailto:x">Write a note</a></div></div></div>"#;

pub(super) fn quoted(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{}", format!("> {line}").trim_end());
        out
    })
}

pub(super) fn parsed(mail: &str) -> InboundMail {
    let octets = mail.replace('\n', "\r\n").into_bytes();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: Timestamp::UNIX_EPOCH,
    };
    InboundMail::parse(&raw, &ParseLimits::default())
}

pub(super) fn own_addresses() -> Vec<EmailAddress> {
    vec![EmailAddress::parse("ana@acme.example").unwrap()]
}

const HEADER: &str = "From: Ana Ruiz <ana@acme.example>\nTo: support@acme.example\nSubject: Re: Where is my order?\nMessage-ID: <1@acme.example>\nDate: Tue, 5 May 2026 09:41:00 +0200\nMIME-Version: 1.0\n";

/// A mail of plain text.
pub(super) fn plain(text: &str) -> InboundMail {
    parsed(&format!(
        "{HEADER}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
    ))
}

/// A mail of HTML alone.
pub(super) fn html_only(html: &str) -> InboundMail {
    parsed(&format!(
        "{HEADER}Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}"
    ))
}

/// A mail of text and HTML, with parts beside and inside of it.
pub(super) fn both(text: &str, html: &str, related: &[&str], beside: &[&str]) -> InboundMail {
    let part = |kind: &str, content: &str| {
        format!("Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{content}\n")
    };
    let parts = |parts: &[&str], boundary: &str| {
        parts
            .iter()
            .fold(String::new(), |out, part| format!("{out}--{boundary}\n{part}\n"))
    };
    let mut mail = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n"
    );
    for (kind, content) in [("text/plain", text), ("text/html", html)] {
        let _ = write!(mail, "--a\n{}", part(kind, content));
    }
    let _ = write!(
        mail,
        "--a--\n{}--r--\n{}--m--\n",
        parts(related, "r"),
        parts(beside, "m")
    );
    parsed(&mail)
}

#[track_caller]
pub(super) fn check(mail: &InboundMail, command_lines: usize, wanted: &str) -> Answer {
    let answer = Answer::of(mail, command_lines, &own_addresses());
    assert_eq!(answer.text, wanted, "reply:\n{}\ntext:\n{}", mail.reply, mail.text);
    for shown in [Some(&answer.text), answer.html.as_ref()].into_iter().flatten() {
        for ours in ["┃", "##", "via Acme", TOKEN, "ana@acme.example", "sent from my"] {
            assert!(!shown.to_lowercase().contains(ours), "{ours} in {shown}");
        }
    }
    answer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_line_of_ours_is_ever_in_a_text(
        lines in prop::collection::vec(
            prop_oneof![
                Just("## write your answer above this line ##".to_owned()),
                Just("> ## write your answer above".to_owned()),
                Just("> this line ##".to_owned()),
                Just("On Tue, May 5, 2026 at 9:41 AM Eva (via Acme Support) <support@acme.example> wrote:".to_owned()),
                Just("From: Eva (via Acme Support) <support@acme.example>".to_owned()),
                Just(String::new()),
                "[>]{0,2} ?┃ [a-z]{0,9}",
                "[a-z]{0,9} ?┃",
                "> [a-z ]{0,12}",
                "[ -~é]{0,24}",
            ],
            0..14,
        ),
        commands in 0_usize..4,
    ) {
        let text = lines.join("\n");
        let html = format!("<div>{}</div>", lines.join("<br>"));
        for mail in [plain(&text), html_only(&html), both(&text, &html, &[], &[])] {
            let answer = Answer::of(&mail, commands, &own_addresses());
            prop_assert!(!answer.text.contains('┃'), "{}", answer.text);
            prop_assert!(answer.html.is_none_or(|html| !html.contains('┃')));
        }
    }

    #[test]
    fn no_html_breaks_it(html in "(?s)(<(/?(b|p|div|li|ol|table|td|blockquote|img src=cid:a|a href=x|hr))>|[a-z>&;\" ]{0,4}){0,40}") {
        for mail in [html_only(&html), both("ab", &html, &[], &[])] {
            Answer::of(&mail, 0, &own_addresses());
        }
    }
}
