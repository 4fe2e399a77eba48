//! Bounces that follow no RFC: what their words say became of each recipient.

mod exchange;
mod generic;
mod listed;
mod named;
mod notice;
mod qmail;
mod sendmail;
#[cfg(test)]
mod tests;

use super::delivery_report::{
    Action, DeliveryReport, LONGEST_DIAGNOSTIC, MOST_RECIPIENTS, RecipientReport, ReportForm, fields, status,
};
use super::syntax::addresses::first_id;
use super::syntax::charset;
use super::{InboundMail, MessageId};
use notice::{Failure, Notice};

/// Reads out of a mail system's words what its fields do not tell.
pub(super) fn complete(mail: &mut InboundMail) {
    let has_recipients = mail
        .delivery_report
        .as_ref()
        .is_some_and(|report| !report.recipients.is_empty());
    if has_recipients {
        return;
    }
    let Some(told) = told(mail) else { return };
    match &mut mail.delivery_report {
        Some(report) => report.recipients = told.recipients,
        None => mail.delivery_report = Some(told),
    }
}

/// The Message-ID of a mail that is copied below the text, as qmail and Exim return it.
pub(super) fn quoted_id(text: &str) -> Option<MessageId> {
    let mut lines = text.lines();
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.trim_start_matches(['>', ' '])
            .eq_ignore_ascii_case("message-id")
            .then(|| value.to_owned())
    };
    let value = lines.by_ref().find_map(named)?;
    // A long id stands alone on the line below (RFC 5322 §2.2.3).
    first_id(&value).or_else(|| first_id(lines.next().filter(|line| line.starts_with([' ', '\t']))?))
}

/// What a mail says, in words, became of a mail of ours. To be asked only of mails that mail systems sent.
fn told(mail: &InboundMail) -> Option<DeliveryReport> {
    let notice = Notice::of(mail);
    let mut recipients = fields::in_text(&mail.text);
    let mut form = ReportForm::Words;
    if recipients.is_empty() {
        let mut failures = FAMILIES
            .iter()
            .map(|family| family(&notice))
            .find(|failures| !failures.is_empty())
            .unwrap_or_default();
        if let [only] = failures.as_mut_slice() {
            find_status(&notice, only);
        }
        if !notice.failed.is_empty() {
            failures = of_header(&notice, &failures);
        }
        if failures.is_empty() {
            form = ReportForm::Guessed;
            failures = generic::read(&notice);
        }
        recipients = reports(&notice, failures);
    }
    (!recipients.is_empty()).then(|| DeliveryReport {
        recipients,
        original_message_id: mail.returned_id.clone().or_else(|| quoted_id(&mail.text)),
        form,
    })
}

/// Ways to say it, the most certain first.
const FAMILIES: [fn(&Notice<'_>) -> Vec<Failure>; 5] =
    [qmail::read, sendmail::read, exchange::read, listed::read, named::read];

/// The reason may stand elsewhere than beside the address: MailMarshal gives it above.
fn find_status(notice: &Notice<'_>, failure: &mut Failure) {
    if status::of_diagnostic(&failure.reason).is_none() {
        let elsewhere = generic::reason(&notice.lines);
        if !elsewhere.is_empty() {
            failure.reason = elsewhere;
        }
    }
}

/// The recipients that the header names, with the reasons that the words give.
fn of_header(notice: &Notice<'_>, told: &[Failure]) -> Vec<Failure> {
    let spoken = |address: &String| {
        told.iter()
            .find(|failure| failure.address.eq_ignore_ascii_case(address))
    };
    let code = generic::reason(&notice.lines);
    notice
        .failed
        .iter()
        .map(|address| Failure {
            address: address.clone(),
            reason: spoken(address).map_or_else(|| code.clone(), |failure| failure.reason.clone()),
        })
        .collect()
}

fn reports(notice: &Notice<'_>, failures: Vec<Failure>) -> Vec<RecipientReport> {
    let action = match notice.is_warning() {
        true => Action::Delayed,
        false => Action::Failed,
    };
    let mut reports: Vec<RecipientReport> = Vec::new();
    for failure in failures {
        let is_new = reports
            .iter()
            .all(|known| !known.address.eq_ignore_ascii_case(&failure.address));
        if is_new && reports.len() < MOST_RECIPIENTS {
            let diagnostic: String = charset::clean_line(&failure.reason)
                .chars()
                .take(LONGEST_DIAGNOSTIC)
                .collect();
            reports.push(RecipientReport {
                address: failure.address,
                action,
                status: status::of_diagnostic(&diagnostic),
                diagnostic: (!diagnostic.is_empty()).then_some(diagnostic),
            });
        }
    }
    reports
}
