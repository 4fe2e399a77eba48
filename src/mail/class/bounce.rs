//! Reports about mail of ours: not delivered, late, or complained about.

use super::MailClass;
use super::sign::{Sign, keyword, report_type};
use super::subject::{self, About, Outcome};
use crate::mail::InboundMail;
use crate::mail::delivery_report::status::status_code;
use crate::mail::delivery_report::{Action, DeliveryReport, ReportForm};
use crate::mail::inbound::ReturnPath;

/// The sign that the mail is a bounce, a delay or a complaint.
pub(super) fn sign(mail: &InboundMail) -> Option<Sign> {
    let report = report_type(mail);
    if report.as_deref() == Some("feedback-report") || has_part(mail, "message/feedback-report") {
        return Some(Sign::new(MailClass::FeedbackReport, "a feedback report (RFC 5965)"));
    }
    delivery_status(mail, report.as_deref()).or_else(|| by_shape(mail))
}

/// Whether a mail system may have written the mail: only then its words are read for what became of a mail of ours.
pub(in crate::mail) fn is_from_mail_system(mail: &InboundMail) -> bool {
    mail.return_path == ReturnPath::Null
        || speaks_as_daemon(mail)
        || has_report_form(mail)
        || is_carrier_notice(mail)
        || is_list_refusal(mail)
}

/// multipart/report with a status part, or a status part that a mail system sends in another wrapping.
fn delivery_status(mail: &InboundMail, report: Option<&str>) -> Option<Sign> {
    let status = mail
        .delivery_report
        .as_ref()
        .filter(|report| report.form == ReportForm::Fields)?;
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
    if tells_of_success(mail) {
        return None;
    }
    let from_nobody = mail.return_path == ReturnPath::Null;
    let daemon = speaks_as_daemon(mail);
    let words = subject::bounce_words(&mail.subject);
    let outcome = |by_subject: Option<Outcome>| match told_outcome(mail) {
        Some(Outcome::Delayed) => Some(Outcome::Delayed),
        _ => by_subject,
    };
    if let Some(value) = mail
        .header("X-Failed-Recipients")
        .next()
        .filter(|_| from_nobody || daemon)
    {
        let class = class_of(outcome(words.map(|found| found.outcome)));
        return Some(Sign::field(class, "X-Failed-Recipients", value));
    }
    if is_list_refusal(mail) || is_carrier_notice(mail) {
        return Some(Sign::new(class_of(outcome(None)), "the words of a mail system"));
    }
    let (words, outcome) = match words {
        Some(found) if daemon => (found.words, outcome(Some(found.outcome))),
        Some(found) if from_nobody && (found.about == About::Mail || quotes_a_mail(mail)) => {
            (found.words, outcome(Some(found.outcome)))
        }
        None if daemon && from_nobody => ("a mail daemon's name", outcome(None)),
        None if daemon && names_recipient(mail) => ("a recipient and a reason", outcome(None)),
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
        class_of(outcome),
        format!("{source}, and a bounce's shape: {words}"),
    ))
}

/// A report, in fields, of recipients that all got the mail.
fn tells_of_success(mail: &InboundMail) -> bool {
    let reached = |action| matches!(action, Action::Delivered | Action::Relayed | Action::Expanded);
    mail.delivery_report.as_ref().is_some_and(|report| {
        report.form == ReportForm::Fields
            && !report.recipients.is_empty()
            && report.recipients.iter().all(|recipient| reached(recipient.action))
    })
}

/// The report that the mail gives in words.
fn told(mail: &InboundMail) -> Option<&DeliveryReport> {
    let report = mail.delivery_report.as_ref();
    report.filter(|report| report.form != ReportForm::Fields)
}

fn told_outcome(mail: &InboundMail) -> Option<Outcome> {
    let recipients = &told(mail)?.recipients;
    let delayed = recipients.iter().all(|recipient| recipient.action == Action::Delayed);
    Some(if delayed { Outcome::Delayed } else { Outcome::Failed })
}

/// Words that only mail systems use name a recipient and tell its status. People are called postmaster too: they answer
/// mails, and return none.
fn names_recipient(mail: &InboundMail) -> bool {
    let report = told(mail).filter(|report| report.form == ReportForm::Words);
    let coded = report.is_some_and(|report| report.recipients.iter().any(|r| r.status.is_some()));
    let a_person_may_be = mail.from.iter().all(|from| {
        let local = from.address.local().to_lowercase();
        local == "postmaster" || !LOCALS.iter().any(|known| local == *known)
    });
    coded && (!a_person_may_be || (mail.in_reply_to.is_empty() && has_part(mail, "message/rfc822")))
}

/// fml, a list server, refuses under the address of the list's admin.
fn is_list_refusal(mail: &InboundMail) -> bool {
    let by_fml = mail.header("X-MLServer").any(|value| value.contains("fml"));
    by_fml && mail.from.iter().any(|from| from.address.local().ends_with("-admin"))
}

/// KDDI returns mails under `no-reply@`.
fn is_carrier_notice(mail: &InboundMail) -> bool {
    let nobody = |local: &str| matches!(local.to_lowercase().as_str(), "no-reply" | "noreply" | "no_reply");
    has_part(mail, "message/rfc822")
        && mail.text.contains("Could not be delivered to: <")
        && mail.from.iter().any(|from| nobody(from.address.local()))
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

/// The local parts that mail systems write under.
const LOCALS: [&str; 9] = [
    "mailer-daemon",
    "post_master",
    "postmaster",
    "mail-daemon",
    "mdaemon",
    "maildaemon",
    "mailerdaemon",
    "mailer_daemon",
    "mailsystem",
];

/// Whether From is an address or a name that mail systems speak under.
fn speaks_as_daemon(mail: &InboundMail) -> bool {
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
