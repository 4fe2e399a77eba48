use super::*;
use crate::desk::policy::testing;
use crate::desk::ticket::{Priority, TicketKey, TicketNumber, TicketStatus};

const EVA: &str = "eva@home.example";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// A desk where Ana serves the queue of the ticket, and Ben another.
fn policy() -> Policy {
    Policy {
        inboxes: vec![testing::inbox("support")],
        agents: vec![testing::agent("ana", &["general"]), testing::agent("ben", &["billing"])],
        ..testing::policy()
    }
}

/// What follows when a mail to Eva of that kind is given up.
fn follows(kind: MailKind, error: &str, policy: &Policy) -> Effects {
    let ticket = Ticket {
        number: TicketNumber(7),
        key: TicketKey(77),
        status: TicketStatus::Open,
        subject: "The door sticks".into(),
        requester: Some(address(EVA)),
        requester_name: "Eva".into(),
        queue: "general".into(),
        assignee: None,
        priority: Priority::Normal,
        inbox: "support".into(),
        language: "en".into(),
        solved_at: None,
    };
    let mail = GivenUp {
        ticket: &ticket,
        recipient: &address(EVA),
        kind,
        inbox: "support",
        error,
    };
    given_up(&mail, policy)
}

#[test]
fn it_is_recorded_on_its_ticket_whatever_mail_it_was() {
    for kind in [MailKind::Answer, MailKind::Notification, MailKind::AdminNotice] {
        let TicketChange::Record { ticket, events } = follows(kind, "550 5.2.2 full", &policy()).change else {
            panic!("{kind:?}")
        };
        let [event] = events.try_into().unwrap();
        assert_eq!(
            (ticket.0, event.kind, event.by.as_str()),
            (7, EventKind::Delivery, "buzon")
        );
        assert_eq!(event.detail, format!("{EVA}: failed: 550 5.2.2 full"));
    }
}

#[test]
fn an_address_that_does_not_exist_gets_no_automatic_mail_and_any_other_failure_leaves_it_as_it_is() {
    let consequences = |error| follows(MailKind::Answer, error, &policy()).consequences;
    let suppressed = (address(EVA), Consequence::Suppress("5.1.1".into()));
    assert_eq!(consequences("550 5.1.1 no such user"), [suppressed]);
    for error in ["550 5.7.1 no", "451 4.2.2 full", "550 no such user", "timeout", ""] {
        assert!(consequences(error).is_empty(), "{error}");
    }
}

#[test]
fn of_a_mail_to_somebody_outside_the_agents_of_the_queue_hear_what_the_server_said() {
    for kind in [MailKind::Confirmation, MailKind::Answer, MailKind::Forward] {
        let effects = follows(kind, "550 5.7.1 no", &policy());
        let [told] = effects.mails.try_into().unwrap();
        assert!(told.sent && told.kind == MailKind::Notification && told.to == address("ana@acme.example"));
        let cause = Cause::NotDelivered {
            recipient: address(EVA),
            report: "550 5.7.1 no".into(),
        };
        assert_eq!(told.content, MailContent::Notification(cause), "{kind:?}");
        assert!(effects.troubles.is_empty(), "{kind:?}");
    }
    let nowhere = Policy {
        inboxes: vec![],
        ..policy()
    };
    assert!(follows(MailKind::Answer, "550 5.7.1 no", &nowhere).mails.is_empty());
}

#[test]
fn of_a_mail_to_an_agent_the_admin_hears_the_status_and_no_word_that_may_be_an_address() {
    for kind in [MailKind::Notification, MailKind::Receipt, MailKind::Held] {
        let effects = follows(kind, "550 5.1.1 <ana@acme.example>: unknown", &policy());
        let [trouble] = effects.troubles.try_into().unwrap();
        let told = (trouble.cause, trouble.inbox.as_deref(), trouble.detail.as_str());
        assert_eq!(told, (TroubleCause::AgentUnreached, Some("support"), "550 5.1.1"));
        assert!(effects.mails.is_empty(), "{kind:?}");
    }
    let notice = follows(MailKind::AdminNotice, "550 5.1.1 no", &policy());
    assert!(notice.mails.is_empty() && notice.troubles.is_empty());
}

#[test]
fn a_status_is_the_codes_that_a_reply_begins_with() {
    for (reply, status) in [
        ("550 5.7.1 Rejected for eva@home.example", "550 5.7.1"),
        ("550 no such user", "550"),
        ("421", "421"),
        ("timeout after 30", ""),
        ("5.7.1 no", ""),
        ("", ""),
    ] {
        assert_eq!(status_of(reply), status, "{reply}");
    }
}
