//! What is known of mail providers.

use super::sample::Sample;

/// Whose servers the mailbox is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Provider {
    /// Gmail and Google Workspace
    Gmail,
    /// Microsoft 365 (Exchange Online)
    Microsoft365,
    /// Fastmail
    Fastmail,
    /// Any other
    Other,
}

/// A provider's servers and habits.
struct Preset {
    imap: &'static str,
    smtp: &'static str,
    tls: &'static str,
    port: u16,
    authserv: Option<&'static str>,
    /// The host of a Received field that stands above the border's.
    hop: Option<&'static str>,
    per_minute: u16,
    note: &'static [&'static str],
}

const GMAIL: Preset = Preset {
    imap: "imap.gmail.com",
    smtp: "smtp.gmail.com",
    tls: "implicit",
    port: 465,
    authserv: Some("mx.google.com"),
    // The last hop inside Google has another IPv6 address each time.
    hop: Some("2002:*"),
    // Far below what a day allows (500, or 2,000 in Workspace), and bursts look like an account that was taken over.
    per_minute: 20,
    note: &[
        "Gmail takes an app password (https://myaccount.google.com/apppasswords), which needs 2-Step Verification;",
        "the account's own password is refused. It rewrites foreign senders, hence envelope = \"plain\".",
    ],
};

const MICROSOFT_365: Preset = Preset {
    imap: "outlook.office365.com",
    smtp: "smtp.office365.com",
    tls: "starttls",
    port: 587,
    authserv: Some("microsoft365"),
    hop: None,
    per_minute: 30,
    note: &[
        "Exchange Online takes 30 mails a minute, and no foreign senders, hence envelope = \"plain\". It refuses passwords",
        "unless the administrator allows basic authentication for this mailbox (for SMTP: \"Authenticated SMTP\").",
    ],
};

const FASTMAIL: Preset = Preset {
    imap: "imap.fastmail.com",
    smtp: "smtp.fastmail.com",
    tls: "implicit",
    port: 465,
    // Each of its servers writes a name of its own.
    authserv: None,
    hop: None,
    per_minute: 60,
    note: &[
        "Fastmail takes an app password (Settings, Privacy & Security). For trusted_authserv look at the first",
        "Authentication-Results field of a mail that came in: each of its servers writes its own name.",
    ],
};

impl Provider {
    /// The provider of mailboxes in that domain, if it is one of its own.
    pub fn of_domain(domain: &str) -> Option<Self> {
        match domain {
            "gmail.com" | "googlemail.com" => Some(Self::Gmail),
            "outlook.com" | "hotmail.com" | "live.com" | "msn.com" => Some(Self::Microsoft365),
            "fastmail.com" | "fastmail.fm" => Some(Self::Fastmail),
            domain if domain.ends_with(".onmicrosoft.com") => Some(Self::Microsoft365),
            _ => None,
        }
    }

    /// Writes what is known into the sample.
    pub fn fill_in(self, sample: &mut Sample, domain: &str) {
        let preset = match self {
            Self::Gmail => GMAIL,
            Self::Microsoft365 => MICROSOFT_365,
            Self::Fastmail => FASTMAIL,
            Self::Other => {
                sample.set_text("inbox.imap", "host", &format!("imap.{domain}"));
                sample.set_text("inbox.smtp", "host", &format!("smtp.{domain}"));
                return;
            }
        };
        if let Some(authserv) = preset.authserv {
            sample.set_text("inbox", "trusted_authserv", authserv);
        }
        if let Some(hop) = preset.hop {
            sample.set_list("inbox", "trusted_hops", &[hop]);
        }
        sample.set_text("inbox.imap", "host", preset.imap);
        sample.set_text("inbox.smtp", "host", preset.smtp);
        sample.set_text("inbox.smtp", "tls", preset.tls);
        sample.set_number("inbox.smtp", "port", preset.port);
        sample.set_text("inbox.smtp", "envelope", "plain");
        sample.set_number("inbox.smtp", "per_minute", preset.per_minute);
        sample.note("inbox.imap", preset.note);
    }
}
