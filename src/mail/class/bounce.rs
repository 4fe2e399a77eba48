//! Reports about mail of ours: not delivered, late, or complained about.

use super::subject::{self, About, Outcome};
use super::{MailClass, Sign, keyword, report_type};
use crate::mail::InboundMail;
use crate::mail::delivery_report::Action;
use crate::mail::inbound::ReturnPath;
use crate::mail::parse::status_code;

/// The sign that the mail is a bounce, a delay or a complaint.
pub(super) fn sign(mail: &InboundMail) -> Option<Sign> {
    let report = report_type(mail);
    if report.as_deref() == Some("feedback-report") || has_part(mail, "message/feedback-report") {
        return Some(Sign::new(MailClass::FeedbackReport, "a feedback report (RFC 5965)"));
    }
    delivery_status(mail, report.as_deref()).or_else(|| by_shape(mail))
}

/// multipart/report with a status part, or a status part that a mail system sends in another wrapping.
fn delivery_status(mail: &InboundMail, report: Option<&str>) -> Option<Sign> {
    let status = mail.delivery_report.as_ref()?;
    let is_report = report == Some("delivery-status") || (report.is_none() && has_report_form(mail));
    if !is_report && !speaks_as_daemon(mail) {
        return None;
    }
    let any = |action| status.recipients.iter().any(|r| r.action == action);
    let class = if any(Action::Failed) {
        MailClass::Bounce
    } else if any(Action::Delayed) {
        MailClass::DeliveryDelay
    } else if status.recipients.is_empty() {
        class_of(subject::bounce_words(&mail.subject).map(|found| found.outcome))
    } else {
        // Delivered, relayed or expanded: a report of success, which is no bounce.
        return None;
    };
    Some(Sign::new(class, "a delivery status report (RFC 3464)"))
}

/// multipart/report whose `report-type` is missing.
fn has_report_form(mail: &InboundMail) -> bool {
    mail.header("Content-Type")
        .next()
        .is_some_and(|value| keyword(value) == "multipart/report")
}

/// Many mail systems write what they like: a null return path or a daemon as sender, and a bounce's words.
fn by_shape(mail: &InboundMail) -> Option<Sign> {
    let from_nobody = mail.return_path == ReturnPath::Null;
    let daemon = speaks_as_daemon(mail);
    let words = subject::bounce_words(&mail.subject);
    if let Some(value) = mail
        .header("X-Failed-Recipients")
        .next()
        .filter(|_| from_nobody || daemon)
    {
        let class = class_of(words.map(|found| found.outcome));
        return Some(Sign::field(class, "X-Failed-Recipients", value));
    }
    let (words, outcome) = match words {
        Some(found) if daemon => (found.words, found.outcome),
        Some(found) if from_nobody && (found.about == About::Mail || quotes_a_mail(mail)) => {
            (found.words, found.outcome)
        }
        None if daemon && from_nobody => ("a mail daemon's name", Outcome::Failed),
        _ => return None,
    };
    // A person's vacation notice may quote such words, with a null return path like any auto-reply.
    let replied = mail
        .header("Auto-Submitted")
        .any(|value| keyword(value) == "auto-replied");
    if replied && !daemon {
        return None;
    }
    let source = if from_nobody {
        "a null return path"
    } else {
        "a mail daemon"
    };
    Some(Sign::new(
        class_of(Some(outcome)),
        format!("{source}, and a bounce's shape: {words}"),
    ))
}

fn class_of(outcome: Option<Outcome>) -> MailClass {
    match outcome {
        Some(Outcome::Delayed) => MailClass::DeliveryDelay,
        _ => MailClass::Bounce,
    }
}

/// Whether the mail carries another one, or speaks of SMTP.
fn quotes_a_mail(mail: &InboundMail) -> bool {
    let carries = ["message/rfc822", "text/rfc822-headers", "message/delivery-status"]
        .iter()
        .any(|t| has_part(mail, t));
    carries || status_code(&mail.text).is_some() || mail.text.contains("SMTP")
}

fn has_part(mail: &InboundMail, media_type: &str) -> bool {
    mail.attachments.iter().any(|a| a.media_type == media_type)
}

/// Whether From is an address or a name that mail systems speak under.
fn speaks_as_daemon(mail: &InboundMail) -> bool {
    const LOCALS: [&str; 8] = [
        "mailer-daemon",
        "postmaster",
        "mail-daemon",
        "mdaemon",
        "maildaemon",
        "mailerdaemon",
        "mailer_daemon",
        "mailsystem",
    ];
    const NAMES: [&str; 9] = [
        "mail delivery subsystem",
        "mail delivery system",
        "mailer-daemon",
        "mail administrator",
        "postmaster",
        "microsoft outlook",
        "system administrator",
        "mail delivery service",
        "internet mail delivery",
    ];
    let by_address = mail.from.iter().any(|from| {
        let local = from.address.local().to_lowercase();
        LOCALS
            .iter()
            .any(|known| local == *known || local.starts_with(&format!("{known}-")))
            || (local.starts_with("microsoftexchange") && local.len() > 40)
    });
    let by_name = || {
        mail.from
            .iter()
            .any(|from| NAMES.contains(&from.name.to_lowercase().as_str()))
    };
    // `From: MAILER-DAEMON (Mail Delivery System)` has no address at all.
    let bare = || {
        mail.from.is_empty()
            && mail.header("From").next().is_some_and(|value| {
                let value = value.to_lowercase();
                LOCALS.iter().any(|known| value.contains(known)) || NAMES.iter().any(|known| value.contains(known))
            })
    };
    by_address || by_name() || bare()
}
