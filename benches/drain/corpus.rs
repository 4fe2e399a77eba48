//! A mailbox of 4-12 KB mails, every fifth of about 100 KB, the same in every run.

use crate::common::DESK;
use crate::common::random::Random;
use std::fmt::Write as _;
use std::os::unix::fs::chown;
use std::path::Path;

/// Whose word on the senders is believed.
pub const BORDER: &str = "mx.acme.example";

const NOBODY: u32 = 65_534;
/// Octets of an attached file: with base64 and the text, about 100 KB.
const ATTACHED: usize = 70 * 1024;
const WORDS: [&str; 32] = [
    "printer",
    "invoice",
    "delay",
    "error",
    "account",
    "reset",
    "delivery",
    "urgent",
    "Gr\u{fc}\u{df}e",
    "ma\u{f1}ana",
    "problem",
    "server",
    "licence",
    "contract",
    "please",
    "again",
    "today",
    "order",
    "factura",
    "envi\u{f3}",
    "update",
    "login",
    "screen",
    "password",
    "thanks",
    "regards",
    "the",
    "a",
    "is",
    "not",
    "with",
    "since",
];

/// Fills a user's Maildir, as LMTP would have, and tells the octets of all mails.
pub fn fill(home: &Path, mails: u64) -> u64 {
    let maildir = home.join("Maildir");
    for folder in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let mut random = Random::seeded("BUZON_BENCH_SEED", 42);
    let mut octets = 0;
    for serial in 0..mails {
        let mail = mail(serial, &mut random);
        let size = mail.len();
        octets += size as u64;
        let name = format!("{}.M{serial:06}P1.bench,S={size},W={size}:2,", 1_700_000_000 + serial);
        std::fs::write(maildir.join("cur").join(name), mail).unwrap();
    }
    own(home);
    octets
}

fn own(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        std::fs::read_dir(path)
            .unwrap()
            .for_each(|entry| own(&entry.unwrap().path()));
    }
}

/// A person's mail from an address that no other mail has, and that DMARC vouches for.
fn mail(serial: u64, random: &mut Random) -> String {
    let size = 4096 + random.below(8192) as usize;
    let attached = serial % 5 == 4;
    let domain = format!("customer{}.example", serial % 50);
    let sender = format!("user{serial}@{domain}");
    let (minute, second) = (serial / 60 % 60, serial % 60);
    let mut mail = format!(
        "Return-Path: <{sender}>\r\nDelivered-To: {DESK}\r\n\
         Received: from out.{domain} (out.{domain} [192.0.2.{}])\r\n\tby {BORDER} (Postfix) with ESMTPS id {:X}\r\n\
         \tfor <{DESK}>; Mon, 2 Nov 2026 10:{minute:02}:{second:02} +0000 (UTC)\r\n\
         Authentication-Results: {BORDER};\r\n\tdkim=pass header.d={domain};\r\n\
         \tdmarc=pass (p=reject) header.from={domain}\r\n\
         DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=mail;\r\n\
         \th=from:to:subject:date:message-id; bh={}; b={}\r\n\
         From: =?utf-8?Q?J=C3=B6rg_{serial}?= <{sender}>\r\nTo: Support <{DESK}>\r\n\
         Subject: =?utf-8?B?R3LDvMOfZSB2b24gaGllcg==?= {serial}\r\n\
         Date: Mon, 2 Nov 2026 10:{minute:02}:{second:02} +0000\r\nMessage-ID: <{serial}.bench@{domain}>\r\n\
         User-Agent: Mozilla Thunderbird\r\nMIME-Version: 1.0\r\n",
        serial % 250,
        random.below(u64::MAX),
        base64(32, random).trim_end(),
        base64(256, random).trim_end().replace("\r\n", "\r\n\t"),
    );
    if attached {
        mail.push_str("Content-Type: multipart/mixed; boundary=\"mixed\"\r\n\r\n--mixed\r\n");
    }
    push_texts(&mut mail, size.saturating_sub(2600) / 2, random);
    if attached {
        write!(
            mail,
            "\r\n--mixed\r\nContent-Type: application/pdf; name=\"scan {serial}.pdf\"\r\n\
             Content-Disposition: attachment; filename=\"scan {serial}.pdf\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--mixed--\r\n",
            base64(ATTACHED, random)
        )
        .unwrap();
    }
    mail
}

/// The same text plain and in HTML, each of about `size` octets.
fn push_texts(mail: &mut String, size: usize, random: &mut Random) {
    let mut text = String::new();
    while text.len() < size {
        for _ in 0..10 + random.below(60) {
            text.push_str(WORDS[random.below(WORDS.len() as u64) as usize]);
            text.push(' ');
        }
        text.push('\n');
    }
    let html = format!("<html><body><p>{}</p></body></html>\n", text.replace('\n', "</p>\n<p>"));
    mail.push_str("Content-Type: multipart/alternative; boundary=\"alternative\"\r\n");
    for (kind, body) in [("plain", text), ("html", html)] {
        write!(
            mail,
            "\r\n--alternative\r\nContent-Type: text/{kind}; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        .unwrap();
        push_quoted_printable(mail, &body);
    }
    mail.push_str("\r\n--alternative--\r\n");
}

fn push_quoted_printable(mail: &mut String, text: &str) {
    let mut column = 0;
    for octet in text.bytes() {
        if column > 72 && octet != b'\n' {
            mail.push_str("=\r\n");
            column = 0;
        }
        match octet {
            b'\n' => {
                mail.push_str("\r\n");
                column = 0;
                continue;
            }
            b' '..=b'~' if octet != b'=' => mail.push(char::from(octet)),
            _ => write!(mail, "={octet:02X}").unwrap(),
        }
        column += 1;
    }
}

fn base64(octets: usize, random: &mut Random) -> String {
    let octets: Vec<u8> = (0..octets.div_ceil(8))
        .flat_map(|_| random.below(u64::MAX).to_le_bytes())
        .collect();
    let encoded = data_encoding::BASE64.encode(&octets);
    let lines = encoded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap());
    lines.flat_map(|line| [line, "\r\n"]).collect()
}
