//! Who is confirmed, and who is not.

use super::*;

#[test]
fn a_persons_first_mail_opens_a_ticket_and_is_confirmed_with_guidance() {
    let decision = Scene::new().decide(&mail(EVA, "support@acme.example", "Printer broken", ""));
    assert_eq!(
        (decision.evidence.state, decision.evidence.thread.matched),
        (IntakeState::Ticket, ThreadMatch::New)
    );
    let [confirmation] = decision.effects.mails.as_slice() else {
        panic!("one mail, not {:?}", decision.effects.mails)
    };
    assert!(confirmation.sent && confirmation.guidance && confirmation.kind == MailKind::Confirmation);
}

#[test]
fn what_must_not_be_confirmed_is_not_and_says_why() {
    let from_eva = |headers: &str| mail(EVA, "support@acme.example", "Help", headers);
    let mut limited = Scene::new();
    limited.known.to_address = Allowance::Spent;
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
        assert_eq!(decision.evidence.state, IntakeState::Ticket);
        let [held] = decision.effects.mails.as_slice() else {
            panic!("{why}: {:?}", decision.effects.mails)
        };
        assert!(!held.sent && held.why.contains(why), "{why}: {}", held.why);
    }
}

#[test]
fn guidance_goes_out_once_and_never_to_those_who_answered_us() {
    let contact = |guided, has_answered| Contact {
        address: address(EVA),
        language: None,
        guided,
        has_answered,
        suppressed: None,
    };
    for (guided, answered) in [(true, false), (false, true)] {
        let mut scene = Scene::new();
        scene.known.contact = Some(contact(guided, answered));
        let decision = scene.decide(&mail(EVA, "support@acme.example", "x", ""));
        assert!(decision.effects.mails.iter().all(|mail| mail.sent && !mail.guidance));
    }
}

#[test]
fn an_address_that_refused_mail_gets_no_confirmation_and_is_freed_by_its_own_mail_alone() {
    let mut scene = Scene::new();
    scene.known.contact = Some(Contact {
        address: address(EVA),
        language: None,
        guided: true,
        has_answered: false,
        suppressed: Some("5.1.1".into()),
    });
    let text = mail(EVA, "support@acme.example", "x", "");
    let decision = scene.decide(&text);
    assert_eq!(decision.effects.mails[0].why, "its address does not take mail: 5.1.1");
    assert!(!decision.effects.mails[0].sent);
    assert_eq!(decision.effects.freed, Some(address(EVA)));
    let forged = scene.decide(&text.replace(PASS.trim_end(), FAIL.trim_end()));
    assert_eq!(forged.effects.freed, None);
}
