use super::*;
use crate::desk::arrival::Replies;
use crate::desk::contact::{Contact, Participant, Role};
use crate::desk::decision::MailKind;
use crate::desk::known::{Candidate, Duplicate, DuplicateOf, IdRole, SameBy};
use crate::desk::policy::{Confirmation, EnvelopeStyle, Guidance, InboxPolicy, Limits, ReplyAddress};
use crate::desk::ticket::{Ticket, TicketKey, TicketNumber, TicketStatus};
use crate::desk::token::{Purpose, TokenKeys};
use crate::mail::authentication::{Authserv, Trust};
use crate::mail::inbound::ParseLimits;
use crate::mail::{EmailAddress, MessageId, RawMail};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const EVA: &str = "eva@home.example";
const PASS: &str = "Authentication-Results: mx.acme.example; dmarc=pass header.from=home.example\r\n";
const FAIL: &str = "Authentication-Results: mx.acme.example; dmarc=fail header.from=home.example\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn now() -> Timestamp {
    "2026-03-10T10:00:00Z".parse().unwrap()
}

/// A desk with one ticket: #7 of Eva's, subject "Printer broken".
struct Scene {
    policy: Policy,
    known: Known,
    received_at: Timestamp,
    replies: Replies,
    authenticity: Authenticity,
}

impl Scene {
    fn new() -> Self {
        let keys = TokenKeys::new(b"a secret of thirty-two octets!!!".to_vec().into(), vec![]);
        let inbox = InboxPolicy {
            name: "support".into(),
            address: address("support@acme.example"),
            aliases: vec![address("help@acme.example")],
            queue: "general".into(),
            reply_address: ReplyAddress::Plus,
            envelope: EnvelopeStyle::Verp,
            stale_after: SignedDuration::from_hours(72),
            trust: Trust {
                authserv: Some(Authserv::Id("mx.acme.example".into())),
                ..Trust::default()
            },
            forms: vec![address("form@web.example")],
            lists: vec![],
        };
        let policy = Policy {
            desk_name: "Acme Support".into(),
            inboxes: vec![inbox],
            agents: vec![],
            admin: vec![],
            default_language: "en".into(),
            languages: vec!["en".into(), "es".into()],
            keys,
            confirmation: Confirmation::Send,
            guidance: Guidance::Once { domains: vec![] },
            limits: Limits {
                per_address_per_day: 5,
                per_ticket_per_day: 5,
                per_hour: 500,
            },
            reopen_within: SignedDuration::from_hours(14 * 24),
        };
        let known = Known::default();
        Self {
            policy,
            known,
            received_at: now(),
            replies: Replies::Allowed,
            authenticity: Authenticity::Headers,
        }
    }

    fn with_ticket(mut self, status: TicketStatus, solved_days_ago: i64) -> Self {
        let solved_at = matches!(status, TicketStatus::Solved | TicketStatus::Closed)
            .then(|| now() - SignedDuration::from_hours(24 * solved_days_ago));
        self.known.candidates.push(Candidate {
            ticket: Ticket {
                number: TicketNumber(7),
                key: TicketKey(77),
                status,
                subject: "Printer broken".into(),
                requester: Some(address(EVA)),
                inbox: "support".into(),
                language: "en".into(),
                solved_at,
            },
            keys: vec![TicketKey(77)],
            numbers: vec![(TicketNumber(7), TicketKey(77))],
            ids: HashMap::from([
                (MessageId::parse("first@home.example").unwrap(), IdRole::Seen),
                (MessageId::parse("ancestor@home.example").unwrap(), IdRole::Named),
            ]),
            participants: vec![Participant {
                address: address(EVA),
                role: Role::Requester,
            }],
            auto_mails: 1,
        });
        self
    }

    fn signed_address(&self) -> String {
        let keys = &self.policy.keys;
        let token = keys.address_token(Purpose::CustomerReply, TicketKey(77), keys.person(&address(EVA)));
        format!("support+{token}@acme.example")
    }

    fn signed_id(&self) -> String {
        self.policy
            .keys
            .message_id(TicketKey(77), 1, "acme.example")
            .unwrap()
            .to_string()
    }

    fn tag(&self) -> String {
        self.policy.keys.subject_tag(TicketNumber(7), TicketKey(77))
    }

    fn decide(&self, mail: &str) -> Decision {
        let octets = mail.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        let raw = RawMail {
            full_size: octets.len() as u64,
            octets,
            received_at: self.received_at,
        };
        let mail = InboundMail::parse(&raw, &ParseLimits::default());
        let clues = Clues::of(&mail, &self.policy.keys);
        let arrival = Arrival {
            inbox: &self.policy.inboxes[0],
            received_at: self.received_at,
            now: now(),
            authenticity: self.authenticity,
            replies: self.replies,
        };
        decide(&mail, &clues, &self.known, &self.policy, &arrival)
    }
}

/// A mail with a passing border result; `headers` are further header lines.
fn mail(from: &str, to: &str, subject: &str, headers: &str) -> String {
    format!(
        "{PASS}Received: from x by mx.acme.example; Tue, 10 Mar 2026 10:00:00 +0000\r\nFrom: {from}\r\nTo: {to}\r\n\
             Subject: {subject}\r\nMessage-ID: <new@home.example>\r\n{headers}\r\nThe printer still says no.\r\n"
    )
}

fn marks(decision: &Decision) -> Vec<Mark> {
    match &decision.change {
        TicketChange::Open(new) => new.marks.clone(),
        TicketChange::Append(append) => append.marks.clone(),
        _ => vec![],
    }
}

fn status(decision: &Decision) -> Option<TicketStatus> {
    match &decision.change {
        TicketChange::Append(append) => append.status,
        _ => None,
    }
}

fn linked(decision: &Decision) -> Option<i64> {
    match &decision.change {
        TicketChange::Open(new) => new.linked_to.map(|number| number.0),
        _ => None,
    }
}

#[test]
fn a_persons_first_mail_opens_a_ticket_and_is_confirmed_with_guidance() {
    let decision = Scene::new().decide(&mail(EVA, "support@acme.example", "Printer broken", ""));
    assert_eq!(
        (decision.state, decision.thread.matched),
        (IntakeState::Ticket, ThreadMatch::New)
    );
    let [confirmation] = decision.mails.as_slice() else {
        panic!("one mail, not {:?}", decision.mails)
    };
    assert!(confirmation.sent && confirmation.guidance && confirmation.kind == MailKind::Confirmation);
}

#[test]
fn each_sound_evidence_leads_the_customer_to_the_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let cases = [
        mail(EVA, &scene.signed_address(), "Another", "References: <x@y>\n"),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            &format!("In-Reply-To: {}\n", scene.signed_id()),
        ),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            "References: <first@home.example>\n",
        ),
        mail(
            EVA,
            "support@acme.example",
            "Another",
            "References: <ancestor@home.example>\n",
        ),
        mail(EVA, "support@acme.example", &format!("Re: {}", scene.tag()), ""),
    ];
    for case in cases {
        let decision = scene.decide(&case);
        assert_eq!(decision.thread.ticket, Some(TicketNumber(7)), "{case}");
        assert_eq!(status(&decision), Some(TicketStatus::Open), "{case}");
        assert!(decision.mails.is_empty(), "a reply is not confirmed");
    }
}

#[test]
fn a_stranger_with_references_tag_or_number_gets_a_new_linked_ticket() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let stranger = "mallory@home.example";
    let cases = [
        mail(
            stranger,
            "support@acme.example",
            "x",
            "References: <first@home.example>\n",
        ),
        mail(stranger, "support@acme.example", &scene.tag(), ""),
        mail(stranger, "support@acme.example", "about #7", ""),
    ];
    for case in cases {
        let decision = scene.decide(&case);
        assert_eq!(
            (decision.state, decision.thread.matched),
            (IntakeState::Ticket, ThreadMatch::New),
            "{case}"
        );
        assert_eq!(linked(&decision), Some(7), "{case}");
        assert!(
            decision.thread.evidence.iter().all(|evidence| !evidence.counts),
            "{case}"
        );
    }
}

#[test]
fn a_number_alone_proves_nothing_even_for_the_requester() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let decision = scene.decide(&mail(EVA, "support@acme.example", "about [#7]", ""));
    assert_eq!(decision.thread.matched, ThreadMatch::New);
}

#[test]
fn a_stranger_who_holds_a_signed_proof_is_a_third_party_who_changes_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    let headers = format!("In-Reply-To: {}\nCc: friend@evil.example\n", scene.signed_id());
    let decision = scene.decide(&mail("mallory@home.example", &scene.signed_address(), "x", &headers));
    assert_eq!(decision.state, IntakeState::Appended);
    assert_eq!((marks(&decision), status(&decision)), (vec![Mark::ThirdParty], None));
    let TicketChange::Append(append) = &decision.change else {
        panic!()
    };
    assert!(append.participants.is_empty() && append.sender_role == Some(Role::ThirdParty));
    assert!(decision.mails.is_empty());
}

#[test]
fn a_forged_participant_is_unverified_and_changes_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Pending, 0);
    for headers in [
        "References: <first@home.example>\n",
        &format!("References: {}\n", scene.signed_id()),
    ] {
        let forged = mail(
            EVA,
            "support@acme.example",
            "x",
            &format!("{headers}Cc: friend@evil.example\n"),
        );
        let decision = scene.decide(&forged.replace(PASS, FAIL));
        assert_eq!((marks(&decision), status(&decision)), (vec![Mark::Unverified], None));
        let TicketChange::Append(append) = &decision.change else {
            panic!()
        };
        assert!(append.participants.is_empty());
        assert_eq!(decision.contact, None);
    }
}

#[test]
fn solved_reopens_within_its_time_and_is_followed_up_later() {
    let reply = |scene: &Scene| scene.decide(&mail(EVA, &scene.signed_address(), "Re: Printer broken", ""));
    let recent = Scene::new().with_ticket(TicketStatus::Solved, 3);
    assert_eq!(status(&reply(&recent)), Some(TicketStatus::Open));
    for late in [
        Scene::new().with_ticket(TicketStatus::Solved, 20),
        Scene::new().with_ticket(TicketStatus::Closed, 3),
    ] {
        let decision = reply(&late);
        assert_eq!(
            (decision.thread.matched, linked(&decision)),
            (ThreadMatch::FollowUp, Some(7))
        );
    }
}

#[test]
fn a_remembered_address_under_another_subject_follows_up_a_solved_ticket_only() {
    let write = |scene: &Scene| scene.decide(&mail(EVA, &scene.signed_address(), "New scanner", ""));
    assert_eq!(
        write(&Scene::new().with_ticket(TicketStatus::Open, 0)).thread.matched,
        ThreadMatch::Append
    );
    assert_eq!(
        write(&Scene::new().with_ticket(TicketStatus::Solved, 1)).thread.matched,
        ThreadMatch::FollowUp
    );
}

#[test]
fn a_bare_thank_you_reopens_nothing() {
    for (status_now, days) in [
        (TicketStatus::Solved, 1),
        (TicketStatus::Solved, 30),
        (TicketStatus::Closed, 30),
    ] {
        let scene = Scene::new().with_ticket(status_now, days);
        let thanks = mail(EVA, &scene.signed_address(), "Re: Printer broken", "")
            .replace("The printer still says no.", "¡Muchas gracias!");
        let decision = scene.decide(&thanks);
        assert_eq!((decision.state, status(&decision)), (IntakeState::Appended, None));
    }
}

#[test]
fn new_stays_new_until_an_agent_acts() {
    let scene = Scene::new().with_ticket(TicketStatus::New, 0);
    assert_eq!(
        status(&scene.decide(&mail(EVA, &scene.signed_address(), "x", ""))),
        None
    );
}

#[test]
fn people_the_requester_copies_take_part_and_ours_do_not() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let cc = format!(
        "Cc: help@acme.example, Bob <bob@home.example>, {EVA}, {}\n",
        scene.signed_address()
    );
    let decision = scene.decide(&mail(EVA, &scene.signed_address(), "x", &cc));
    let TicketChange::Append(append) = &decision.change else {
        panic!()
    };
    assert_eq!(append.participants, vec![address("bob@home.example")]);
}

#[test]
fn what_must_not_be_confirmed_is_not_and_says_why() {
    let from_eva = |headers: &str| mail(EVA, "support@acme.example", "Help", headers);
    let mut limited = Scene::new();
    limited.known.auto_mails_to_address = 5;
    let mut stale = Scene::new();
    stale.received_at = now() - SignedDuration::from_hours(100);
    let mut imported = Scene::new();
    imported.replies = Replies::Suppressed;
    let mut piped = Scene::new();
    piped.authenticity = Authenticity::Nothing;
    let cases = [
        (Scene::new(), from_eva("").replace(PASS, FAIL), "dmarc"),
        (
            Scene::new(),
            from_eva("X-Auto-Response-Suppress: All\n"),
            "X-Auto-Response-Suppress",
        ),
        (limited, from_eva(""), "auto_mails_per_address_per_day"),
        (stale, from_eva(""), "stale_after"),
        (imported, from_eva(""), "--no-replies"),
        (piped, from_eva(""), "unauthenticated"),
    ];
    for (scene, text, why) in cases {
        let decision = scene.decide(&text);
        assert_eq!(decision.state, IntakeState::Ticket);
        let [held] = decision.mails.as_slice() else {
            panic!("{why}: {:?}", decision.mails)
        };
        assert!(!held.sent && held.why.contains(why), "{why}: {}", held.why);
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
    let TicketChange::Open(new) = &robot.change else {
        panic!("{robot:?}")
    };
    assert!(new.tags == ["automatic"] && robot.mails.is_empty());
    let vacation = scene.decide(&mail(
        EVA,
        "support@acme.example",
        "Away",
        "Auto-Submitted: auto-replied\n",
    ));
    assert_eq!(
        (vacation.state, vacation.change),
        (IntakeState::AutoReply, TicketChange::None)
    );
}

#[test]
fn an_auto_reply_is_recorded_on_its_ticket_and_reopens_nothing() {
    let scene = Scene::new().with_ticket(TicketStatus::Solved, 1);
    let vacation = mail(EVA, &scene.signed_address(), "Away", "Auto-Submitted: auto-replied\n");
    let decision = scene.decide(&vacation);
    assert_eq!((decision.state, status(&decision)), (IntakeState::Appended, None));
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
        assert_eq!(scene.decide(&case).state, IntakeState::Own, "{case}");
    }
}

#[test]
fn the_customer_of_a_web_form_is_its_reply_to_and_is_unproven() {
    let form = mail(
        "form@web.example",
        "support@acme.example",
        "Order",
        "Reply-To: Joe <joe@x.example>\n",
    );
    let decision = Scene::new().decide(&form);
    let TicketChange::Open(new) = &decision.change else {
        panic!()
    };
    assert_eq!(new.requester, Some(address("joe@x.example")));
    assert_ne!(decision.alignment, Alignment::Yes);
}

#[test]
fn a_token_whose_ticket_is_gone_opens_a_new_one_and_is_noted() {
    let scene = Scene::new();
    let decision = scene.decide(&mail(EVA, &scene.signed_address(), "x", ""));
    assert_eq!(decision.thread.matched, ThreadMatch::New);
    assert!(
        decision
            .thread
            .evidence
            .iter()
            .any(|evidence| !evidence.counts && evidence.why.contains("backup"))
    );
}

#[test]
fn guidance_goes_out_once_and_never_to_those_who_answered_us() {
    let contact = |guided, has_answered| Contact {
        address: address(EVA),
        language: None,
        guided,
        has_answered,
    };
    for (guided, answered) in [(true, false), (false, true)] {
        let mut scene = Scene::new();
        scene.known.contact = Some(contact(guided, answered));
        let decision = scene.decide(&mail(EVA, "support@acme.example", "x", ""));
        assert!(decision.mails.iter().all(|mail| mail.sent && !mail.guidance));
    }
}

#[test]
fn a_bounce_is_recorded_only_on_the_ticket_its_token_names() {
    let scene = Scene::new().with_ticket(TicketStatus::Open, 0);
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
    let ours = scene.decide(&report(&format!("support+{token}@acme.example")));
    assert_eq!(ours.state, IntakeState::Bounce);
    assert!(matches!(&ours.change, TicketChange::Record { ticket, .. } if ticket.0 == 7));
    let forged = scene.decide(&report("support@acme.example"));
    assert_eq!((forged.state, forged.change), (IntakeState::Bounce, TicketChange::None));
}

#[test]
fn a_copy_that_came_to_a_signed_address_moves_the_ticket_its_first_copy_opened() {
    let mut scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let first = |state| Duplicate {
        intake: 1,
        state,
        ticket: Some(TicketNumber(9)),
        by: SameBy::Content,
    };
    scene.known.duplicate = Some(first(DuplicateOf::Opening));
    let copy = mail(EVA, "support@acme.example", "x", "");
    let signed = format!("Delivered-To: {}\r\n{copy}", scene.signed_address());
    let into = |decision: &Decision| match &decision.change {
        TicketChange::Merge { ticket, into, .. } => Some((ticket.0, into.0)),
        _ => None,
    };
    assert_eq!(into(&scene.decide(&signed)), Some((9, 7)));
    assert_eq!(into(&scene.decide(&copy)), None);
    scene.known.duplicate = Some(first(DuplicateOf::Other));
    assert_eq!(into(&scene.decide(&signed)), None);
}
