//! Mail that no person wrote.

use super::*;
use crate::desk::decision::{Cause, DeliveryNote, MailContent};
use crate::desk::known::ReportedRow;
use crate::desk::report::{Consequence, ReportedMail};

impl Scene {
    /// The desk has sent Eva a mail as outbox row 5, which is what a report is about; Ana is an agent.
    fn with_reported(mut self) -> Self {
        self.policy.agents = vec![testing::agent("ana", &["general"])];
        self.known.reported = vec![Some(ReportedRow {
            outbox: 5,
            recipient: address(EVA),
            inbox: "support".into(),
            kind: MailKind::Answer,
        })];
        self
    }

    /// The mails of ours that a mail proves to report on.
    fn reported(&self, mail: &str) -> Vec<ReportedMail> {
        let mail = self.parse(mail);
        let clues = Clues::of(&mail, &self.policy.keys);
        clues.reported(&mail).into_iter().map(|(mail, _)| mail).collect()
    }
}

/// What is noted on outbox row 5.
fn noted(text: &str) -> DeliveryNote {
    DeliveryNote {
        outbox: 5,
        text: text.into(),
    }
}

#[test]
fn machines_open_tickets_that_answer_nobody_and_auto_replies_open_none() {
    let scene = Scene::new();
    let robot = scene.decide(&mail(
        EVA,
        "support@acme.example",
        "Disk full",
        "Auto-Submitted: auto-generated\n",
    ));
    let TicketChange::Open(new) = &robot.effects.change else {
        panic!("{robot:?}")
    };
    assert!(new.tags == ["automatic"] && robot.effects.mails.is_empty());
    let vacation = scene.decide(&mail(
        EVA,
        "support@acme.example",
        "Away",
        "Auto-Submitted: auto-replied\n",
    ));
    assert_eq!(
        (vacation.evidence.state, vacation.effects.change),
        (IntakeState::AutoReply, TicketChange::None)
    );
}

#[test]
fn an_auto_reply_is_recorded_on_its_ticket_and_reopens_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Solved, 1);
    let vacation = mail(EVA, &scene.signed_address(), "Away", "Auto-Submitted: auto-replied\n");
    let decision = scene.decide(&vacation);
    assert_eq!(
        (decision.evidence.state, status(&decision)),
        (IntakeState::Appended, None)
    );
    assert!(marks(&decision).contains(&Mark::Automatic));
}

#[test]
fn our_own_mail_is_known_by_its_mark_its_id_and_its_sender() {
    let scene = Scene::new();
    let cases = [
        mail(
            EVA,
            "support@acme.example",
            "x",
            &format!("X-Buzon-Desk: {}\n", scene.policy.keys.loop_mark(3)),
        ),
        mail(EVA, "support@acme.example", "x", "").replace("<new@home.example>", &scene.signed_id()),
        mail("Help <HELP@acme.example>", "support@acme.example", "x", ""),
    ];
    for case in cases {
        assert_eq!(scene.decide(&case).evidence.state, IntakeState::Own, "{case}");
    }
}

#[test]
fn a_bounce_is_recorded_only_on_the_ticket_its_token_names() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0).with_reported();
    let keys = &scene.policy.keys;
    let token = keys.address_token(Purpose::Bounce, TicketKey(77), crate::desk::token::Reference([1; 4]));
    let report = |to: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.home.example\nTo: {to}\nSubject: Undelivered Mail\n\
             Message-ID: <b@mx>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
             Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; \
             {EVA}\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
        )
    };
    let to_token = report(&format!("support+{token}@acme.example"));
    let ours = scene.decide(&to_token);
    assert_eq!(ours.evidence.state, IntakeState::Bounce);
    assert!(matches!(&ours.effects.change, TicketChange::Record { ticket, .. } if ticket.0 == 7));
    let serial = u32::from_be_bytes([1; 4]);
    let key = TicketKey(77);
    assert_eq!(scene.reported(&to_token), [ReportedMail::Serial { key, serial }]);
    assert_eq!(ours.effects.delivered, [noted("not delivered: 5.1.1")]);
    let suppressed = (address(EVA), Consequence::Suppress("5.1.1".into()));
    assert_eq!(ours.effects.consequences, [suppressed]);
    let [told] = ours.effects.mails.as_slice() else {
        panic!("{ours:?}")
    };
    let cause = Cause::NotDelivered {
        recipient: address(EVA),
        report: "not delivered: 5.1.1".into(),
    };
    assert_eq!(told.content, MailContent::Notification(cause), "it is a failure");
    let forged = report("support@acme.example");
    assert!(scene.reported(&forged).is_empty());
    let forged = scene.decide(&forged);
    let nothing = Effects::default();
    assert_eq!((forged.evidence.state, forged.effects), (IntakeState::Bounce, nothing));
}

#[test]
fn a_delay_says_so_and_a_refusal_by_policy_is_about_us() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0).with_reported();
    let id = scene.signed_id();
    let bounce = |subject: &str, words: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: support@acme.example\nSubject: {subject}\n\n{words}\n\n\
             --- Below this line is a copy of the message.\n\nMessage-ID: {id}\n"
        )
    };
    let cases = [
        (
            "Delayed mail",
            format!("It will be retried until it is old.\n\n<{EVA}>: Connection timed out"),
            "delayed: 4.4.1 Connection timed out",
            Consequence::None,
        ),
        (
            "failure notice",
            format!("<{EVA}>:\n550 5.7.1 Rejected"),
            "not delivered: 5.7.1 550 5.7.1 Rejected",
            Consequence::TellAdmin("5.7.1".into()),
        ),
    ];
    for (subject, words, text, consequence) in cases {
        let mail = bounce(subject, &words);
        let decision = scene.decide(&mail);
        assert_eq!(decision.effects.delivered, [noted(text)]);
        assert_eq!(decision.effects.consequences, [(address(EVA), consequence.clone())]);
        let told: Vec<_> = decision
            .effects
            .troubles
            .iter()
            .map(|trouble| trouble.detail.as_str())
            .collect();
        match &consequence {
            Consequence::TellAdmin(status) => assert_eq!(told, [status]),
            _ => assert!(told.is_empty(), "{told:?}"),
        }
        let reported = scene.reported(&mail);
        assert!(
            matches!(&reported[..], [ReportedMail::Id { recipient: Some(to), .. }] if *to == address(EVA)),
            "{reported:?}"
        );
    }
}

#[test]
fn a_bounce_that_is_no_report_and_a_complaint_are_about_the_mail_they_return() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0).with_reported();
    let id = scene.signed_id();
    let qmail = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@old.example\nTo: support@acme.example\nSubject: failure notice\n\n\
         Hi. This is the qmail-send program.\n\n--- Below this line is a copy of the message.\n\n\
         To: {EVA}\nMessage-ID:\n {id}\n\nHello\n"
    );
    let complaint = format!(
        "From: fbl@big.example\nTo: support@acme.example\nSubject: Complaint\nMIME-Version: 1.0\nContent-Type: \
         multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nAn abuse report.\n--b\nContent-Type: \
         message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: {id}\n--b--\n"
    );
    for (text, said) in [(qmail, "not delivered: "), (complaint, "complained about: abuse")] {
        let decision = scene.decide(&text);
        assert_eq!(decision.evidence.state, IntakeState::Bounce, "{text}");
        let TicketChange::Record { ticket, events } = &decision.effects.change else {
            panic!("{text}")
        };
        assert_eq!(ticket.0, 7, "{text}");
        assert!(events[0].detail.starts_with(said), "{events:?}");
        let noted = &decision.effects.delivered[0].text;
        assert!(noted.starts_with(said), "{noted}");
    }
}

#[test]
fn a_machine_that_only_knows_the_tag_opens_a_linked_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let robot = mail(
        EVA,
        "support@acme.example",
        &scene.tag(),
        "Auto-Submitted: auto-generated\n",
    );
    assert_eq!(linked(&scene.decide(&robot)), Some(7));
}
