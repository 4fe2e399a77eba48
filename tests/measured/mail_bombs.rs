//! Mails that are built to take for ever, or all memory: each becomes a ticket in time.

use crate::common::DESK;
use crate::common::loopback::{Loopback, peak_memory};
use crate::common::mail::fresh_id;
use std::time::{Duration, Instant};

/// A mail may take so long, with its way through the servers.
const LIMIT: Duration = Duration::from_secs(2);

fn head(subject: &str) -> String {
    format!(
        "From: eva@customer.example\r\nTo: {DESK}\r\nMessage-ID: {}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n",
        fresh_id()
    )
}

fn deep(depth: usize) -> String {
    let mut mail = head("deep");
    for level in 0..depth {
        mail.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        ));
    }
    mail + "Content-Type: text/plain\r\n\r\nthe bottom\r\n"
}

fn nested(depth: usize) -> String {
    let mut mail = head("nested");
    for _ in 0..depth {
        mail.push_str("Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n");
    }
    mail + "\r\nthe bottom\r\n"
}

fn many_parts(count: usize) -> String {
    let parts = "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n".repeat(count);
    head("parts") + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + &parts + "--b--\r\n"
}

fn continued_name(pieces: usize) -> String {
    let mut mail = head("pieces") + "Content-Disposition: attachment";
    for piece in 0..pieces {
        mail.push_str(&format!(";\r\n filename*{piece}*=utf-8''%41"));
    }
    mail + "\r\n\r\nx\r\n"
}

fn nested_html(depth: usize) -> String {
    head("tags") + "Content-Type: text/html\r\n\r\n" + &"<div><table><tr><td>".repeat(depth) + "the bottom"
}

fn html(body: &str) -> String {
    head("html") + "Content-Type: text/html\r\n\r\n" + body + "the bottom"
}

/// Each paragraph repeats all formatting before it.
fn endless_formatting(count: usize) -> String {
    (0..count).map(|n| format!("<div><b a={n}></div>")).collect()
}

fn tnef(attributes: usize) -> String {
    let attribute = "\u{2}\u{2}\0\u{6}\0\0\0\0\0\0\0";
    head("tnef")
        + "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + &data_encoding::BASE64
            .encode(&[&[0x78, 0x9F, 0x3E, 0x22, 1, 0], attribute.repeat(attributes).as_bytes()].concat())
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let text = |name, mail: String| (name, mail.into_bytes());
    let body = "\r\nhello\r\n";
    vec![
        text("depth 10,000", deep(10_000)),
        text("1,000 mails in one another", nested(1_000)),
        text("100,000 parts", many_parts(100_000)),
        text("16 KB of =?", head(&"=?".repeat(8 * 1024)) + body),
        text("open encoded words", head(&"=?utf-8?q?".repeat(2_000)) + body),
        text(
            "40 KB of ( in an address",
            head("brackets") + "Cc: " + &"(".repeat(40 * 1024) + "\r\n" + body,
        ),
        text(
            "40 KB of ( in a media type",
            head("brackets") + "Content-Type: text/plain " + &"(".repeat(40 * 1024) + "\r\n" + body,
        ),
        text("10,000 pieces of RFC 2231", continued_name(10_000)),
        text(
            "50,000 recipients",
            head("many") + "Cc: " + &"a@customer.example,\r\n ".repeat(50_000) + "b@customer.example\r\n" + body,
        ),
        text(
            "100,000 references",
            head("many") + "References: " + &"<a@b.example>\r\n ".repeat(100_000) + "\r\n" + body,
        ),
        text(
            "50,000 header fields",
            head("many") + &"X-Field: value\r\n".repeat(50_000) + body,
        ),
        text(
            "a line of 2 MB",
            head("long") + "\r\n" + &"x".repeat(2_000_000) + "\r\n",
        ),
        text(
            "a header field of 2 MB",
            head("long") + "X-Long: " + &"x ".repeat(1_000_000) + "\r\n" + body,
        ),
        (
            "noise",
            (0..200_000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
                .collect(),
        ),
        ("nothing at all", vec![]),
        ("NUL alone", vec![0; 10_000]),
    ]
}

/// What the parts of a mail hold.
fn bombs_inside() -> Vec<(&'static str, Vec<u8>)> {
    let text = |name, mail: String| (name, mail.into_bytes());
    vec![
        text("10,000 nested tags", nested_html(10_000)),
        text(
            "2 MB of < in HTML",
            head("tags") + "Content-Type: text/html\r\n\r\n" + &"<".repeat(2_000_000),
        ),
        text(
            "2 MB of & in HTML",
            head("entities") + "Content-Type: text/html\r\n\r\n" + &"&#x26;".repeat(300_000),
        ),
        text(
            "100,000 levels of quotation",
            head("quotes") + "\r\n" + &">".repeat(100_000) + " hello\r\n",
        ),
        text(
            "HTML whose tags close nothing",
            html(&"<div title='</div>'>".repeat(20_000)),
        ),
        text(
            "HTML with formatting that never ends",
            html(&endless_formatting(20_000)),
        ),
        text("10,000 attributes of TNEF", tnef(10_000)),
        text(
            "40 KB of a calendar's lines",
            head("calendar") + "Content-Type: text/calendar\r\n\r\n" + &"BEGIN:VEVENT\r\n ;:\r\n".repeat(2_000),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bomb_is_a_ticket_in_under_two_seconds_and_256_mib() {
    let _alone = crate::ALONE.lock().await;
    let loopback = Loopback::start().await;
    for ((name, octets), count) in bombs().into_iter().chain(bombs_inside()).zip(1..) {
        loopback.receive_flagged(&octets, &[]);
        let began = Instant::now();
        let report = loopback.drain().await;
        let took = began.elapsed();
        assert_eq!((report.fetched, report.unread.len()), (1, 0), "{name}: {report:?}");
        let tickets = loopback.tickets().await.len();
        assert_eq!(tickets, count, "{name} is no ticket");
        println!("{name} took {took:?}");
        assert!(took < LIMIT, "{name} took {took:?}");
    }
    assert!(loopback.quarantine().await.is_empty());
    let memory = peak_memory();
    assert!(memory < 256, "{memory} MiB at most");
}
