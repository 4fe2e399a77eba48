//! What an agent who is believed asks for.

use super::*;
use crate::desk::decision::{MailContent, Receipt};
use crate::desk::journal::{LastAction, Withdrawn};
use crate::desk::policy::AgentTrust;

/// Eva's ticket, and what a mail of Ana's with that text comes to.
fn of_ana(known: impl FnOnce(&mut Candidate), text: &str) -> Decision {
    let mut scene = Scene::new().with_ticket(TicketStatus::Open, 0);
    let mut ana = testing::agent("ana", &["general"]);
    ana.trust = AgentTrust::Token;
    let token = scene.policy.keys.address_token(
        Purpose::AgentReply,
        TicketKey(77),
        scene.policy.keys.person(&ana.address),
    );
    scene.policy.agents = vec![ana];
    known(&mut scene.known.candidates[0]);
    scene.decide(&format!(
        "From: ana@acme.example\nTo: support+{token}@acme.example\nMessage-ID: <m@acme.example>\n\
         References: <first@home.example>\n\n{text}"
    ))
}

#[test]
fn what_a_mail_changed_can_be_taken_back_for_ten_minutes() {
    let after = |minutes| {
        let action = LastAction {
            id: 5,
            at: now() - SignedDuration::from_mins(minutes),
            changes: vec![],
            withdrawn: Withdrawn::NothingSent,
        };
        of_ana(|ticket| ticket.last_action = Some(action), "#undo\n")
    };
    let TicketChange::Undo { action, .. } = after(10).effects.change else {
        panic!("ten minutes are time enough");
    };
    assert_eq!(action.id, 5);
    let late = after(11);
    assert_eq!(
        late.effects.mails[0].content,
        MailContent::Receipt(Receipt::NothingToUndo)
    );
    assert!(matches!(late.effects.change, TicketChange::Record { events, .. } if events.is_empty()));
}

#[test]
fn a_ticket_that_was_confirmed_is_not_confirmed_again() {
    for (is_confirmed, events) in [(false, vec![EventKind::Confirmed]), (true, vec![])] {
        let decision = of_ana(|ticket| ticket.is_confirmed = is_confirmed, "#confirm\n");
        let [mail] = &decision.effects.mails[..] else {
            panic!("{:?}", decision.effects.mails);
        };
        assert_eq!((mail.kind, mail.sent), (MailKind::Confirmation, !is_confirmed));
        let TicketChange::Work(work) = decision.effects.change else {
            panic!("{:?}", decision.effects.change);
        };
        assert_eq!(work.events.iter().map(|event| event.kind).collect::<Vec<_>>(), events);
    }
}
