//! From octets to an [`InboundMail`]: never an error and never a panic, whatever comes in.

mod attachment;
mod body;
mod calendar;
mod flowed;
mod protection;
mod report;
mod structure;
mod tnef;

use super::inbound::{Anatomy, Defect, HeaderField, InboundMail, ParseLimits, ReturnPath};
use super::reply_text::reply_text;
use super::syntax::addresses::{AddressReader, first_id, message_ids};
use super::syntax::header::{Extent, Header};
use super::syntax::{self, charset, encoded_word};
use super::{EmailAddress, MessageId, RawMail, bounce_text, class, html, language};

impl InboundMail {
    /// Understands a mail as far as it can be; what is wrong with it, or beyond the limits, is in `defects`.
    pub fn parse(raw: &RawMail, limits: &ParseLimits) -> Self {
        let octets = raw.octets.as_slice();
        let header = Header::read(octets, limits.header_octets);
        let structure = structure::find(octets, &header, limits);
        let body = body::read(octets, &structure);
        let mut mail = from_header(&header, limits);
        if raw.is_cut() {
            mail.defects.push(Defect::Cut);
        }
        mail.defects.extend(structure.defects.iter().chain(&body.defects));
        let shown = body.html.as_deref().map(html::shown_ids).unwrap_or_default();
        for attached in &body.attached {
            if let Some(described) = attachment::describe(octets, &structure, &body, attached, &shown) {
                mail.attachments.push(described.attachment);
                mail.anatomy.contents.push(described.content);
                mail.defects.extend(described.defect);
            }
        }
        drop(shown);
        let attached_id = report::attached_id(octets, &structure);
        mail.delivery_report = report::read(octets, &structure, attached_id.as_ref());
        mail.returned_id =
            attached_id.or_else(|| bounce_text::quoted_id(&body.text).filter(|_| mail.return_path == ReturnPath::Null));
        mail.feedback = report::feedback(octets, &structure);
        let protection = protection::find(octets, &structure, &body);
        mail.signed = protection.signed;
        if protection.encrypted.is_some() {
            mail.defects.push(Defect::Encrypted);
        } else if body.text.trim().is_empty() {
            mail.defects.push(Defect::NoBody);
        }
        mail.reply = reply_text(&body.text, &body.marks);
        mail.language = language::detect(body.written.as_deref().unwrap_or(&mail.reply));
        mail.text = body.text;
        mail.html = body.html;
        mail.anatomy.marks = body.marks;
        mail.anatomy.body = body.form;
        if class::is_from_mail_system(&mail) {
            bounce_text::complete(&mut mail);
        }
        protection.tell(&mut mail);
        mail.defects = without_repeats(mail.defects);
        mail
    }
}

fn from_header(header: &Header, limits: &ParseLimits) -> InboundMail {
    let mut reader = AddressReader::new(limits.addresses);
    let count = |name: &str| {
        header
            .fields
            .iter()
            .filter(|f| f.name.eq_ignore_ascii_case(name))
            .count()
    };
    let from = header.first("from").map(|value| reader.read(value)).unwrap_or_default();
    let mut all = |name: &str, beneath: usize| {
        let fields = header.fields.iter().filter(|f| f.name.eq_ignore_ascii_case(name));
        let fields = fields.skip(beneath);
        fields.flat_map(|f| reader.read(&f.value)).collect::<Vec<_>>()
    };
    let further_from = all("from", 1);
    let (reply_to, to, cc) = (all("reply-to", 0), all("to", 0), all("cc", 0));
    let delivered_to = delivered_to(&header.fields, &mut reader);
    let subject = header
        .first("subject")
        .map(|s| charset::clean_line(&encoded_word::decode(s)))
        .unwrap_or_default();
    let mut mail = InboundMail {
        message_id: header.first("message-id").and_then(first_id),
        in_reply_to: ids(header, "in-reply-to"),
        references: ids(header, "references"),
        from_fields: count("from"),
        further_from,
        from,
        reply_to,
        to,
        cc,
        delivered_to,
        return_path: return_path(header),
        subject,
        date: header.first("date").and_then(syntax::date),
        headers: header.fields.clone(),
        text: String::new(),
        reply: String::new(),
        html: None,
        attachments: Vec::new(),
        delivery_report: None,
        returned_id: None,
        feedback: None,
        signed: false,
        language: None,
        defects: Vec::new(),
        anatomy: Anatomy::default(),
    };
    let subjects = count("subject");
    mail.defects = header_defects(&mail, header.extent, subjects, reader.is_over());
    mail
}

fn header_defects(mail: &InboundMail, extent: Extent, subjects: usize, too_many_addresses: bool) -> Vec<Defect> {
    [
        (extent == Extent::None, Defect::NoHeader),
        (extent == Extent::Cut, Defect::HeaderTooLarge),
        (mail.from.is_empty(), Defect::NoSender),
        (mail.from_fields > 1, Defect::SeveralFromFields),
        (mail.from.len() > 1, Defect::SeveralFromAddresses),
        (subjects > 1, Defect::SeveralSubjectFields),
        (mail.message_id.is_none(), Defect::NoMessageId),
        (mail.date.is_none(), Defect::NoDate),
        (too_many_addresses, Defect::TooManyAddresses),
    ]
    .into_iter()
    .filter_map(|(holds, defect)| holds.then_some(defect))
    .collect()
}

fn ids(header: &Header, name: &str) -> Vec<MessageId> {
    header.first(name).map(message_ids).unwrap_or_default()
}

fn delivered_to(fields: &[HeaderField], reader: &mut AddressReader) -> Vec<EmailAddress> {
    const NAMES: [&str; 3] = ["delivered-to", "x-original-to", "envelope-to"];
    fields
        .iter()
        .filter(|field| NAMES.iter().any(|name| field.name.eq_ignore_ascii_case(name)))
        .flat_map(|field| reader.read(&field.value))
        .map(|mailbox| mailbox.address)
        .collect()
}

fn return_path(header: &Header) -> ReturnPath {
    let Some(value) = header.first("return-path") else {
        return ReturnPath::Absent;
    };
    let inside = value.trim().trim_start_matches('<').trim_end_matches('>').trim();
    if inside.is_empty() || inside.eq_ignore_ascii_case("mailer-daemon") {
        return ReturnPath::Null;
    }
    EmailAddress::parse(inside).map_or(ReturnPath::Absent, ReturnPath::Address)
}

fn without_repeats(defects: Vec<Defect>) -> Vec<Defect> {
    let mut kept: Vec<Defect> = Vec::with_capacity(defects.len().min(16));
    for defect in defects {
        if !kept.contains(&defect) {
            kept.push(defect);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
