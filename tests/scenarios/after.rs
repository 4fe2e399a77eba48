//! What `after` does on the server, and one mail in two inboxes.

use crate::common::{DESK, Dovecot, DovecotOptions, Gateway, GatewayBuilder, Inbox, MailBuilder, SmtpSink};
use std::path::Path;

/// A desk with one mail taken in, beside a mail that a colleague has read and marked `\Deleted`.
struct Desk {
    dovecot: Dovecot,
    _sink: SmtpSink,
    gateway: Gateway,
}

const COLLEAGUES_SUBJECT: &str = "a colleague is not done with this";

fn desk_with_after(after: &str) -> Desk {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut inbox = Inbox::new(&dovecot, sink.port);
    inbox.after = after.to_owned();
    let gateway = GatewayBuilder::new(inbox).build();
    let colleagues = MailBuilder::new().with_subject(COLLEAGUES_SUBJECT);
    dovecot.drop_into(DESK, &colleagues.build());
    mark_deleted(&dovecot.home(DESK).join("Maildir"));
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    gateway.drain();
    // Whatever is left to do on the server, a second pass finds nothing new.
    gateway.drain();
    assert_eq!(gateway.tickets().len(), 1);
    assert_eq!(sink.count(), 1);
    Desk {
        dovecot,
        _sink: sink,
        gateway,
    }
}

/// Gives every mail in `new` the flags `\Seen` and `\Deleted`, as another mail client does.
fn mark_deleted(maildir: &Path) {
    for entry in std::fs::read_dir(maildir.join("new")).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{}:2,ST", entry.file_name().to_str().unwrap());
        std::fs::rename(entry.path(), maildir.join("cur").join(name)).unwrap();
    }
}

/// Subject and flags of each mail in a folder.
fn folder(desk: &Desk, name: &str) -> Vec<(bool, String)> {
    let mails = desk.dovecot.mails(DESK, name).into_iter();
    let colleagues = |octets: &[u8]| String::from_utf8_lossy(octets).contains(COLLEAGUES_SUBJECT);
    mails.map(|mail| (colleagues(&mail.octets), mail.flags)).collect()
}

/// What stands in the inbox of the colleague's mail, after anything.
fn untouched() -> (bool, String) {
    (true, "ST".to_owned())
}

#[test]
fn move_creates_the_folder_and_leaves_what_a_colleague_marked_deleted() {
    let desk = desk_with_after("{ move = \"Processed\" }");
    assert_eq!(folder(&desk, "INBOX"), [untouched()]);
    assert_eq!(folder(&desk, "Processed"), [(false, String::new())]);
}

#[test]
fn delete_takes_our_mail_away_and_leaves_what_a_colleague_marked_deleted() {
    let desk = desk_with_after("\"delete\"");
    assert_eq!(folder(&desk, "INBOX"), [untouched()]);
    let ticket = desk.gateway.ticket(&desk.gateway.tickets()[0]);
    assert_eq!(ticket["subject"], "The printer has stopped");
}

#[test]
fn keep_touches_nothing_at_all() {
    let desk = desk_with_after("\"keep\"");
    assert_eq!(folder(&desk, "INBOX"), [untouched(), (false, String::new())]);
}

#[test]
fn one_mail_in_two_inboxes_is_one_ticket_with_one_confirmation() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let sales = Inbox {
        name: "sales".to_owned(),
        address: "sales@acme.example".to_owned(),
        ..Inbox::new(&dovecot, sink.port)
    };
    let gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port))
        .with_inbox(sales)
        .build();
    let mail = MailBuilder::new().with_to("support@acme.example, sales@acme.example");
    for address in [DESK, "sales@acme.example"] {
        let delivered = mail.clone().with_top_header("Delivered-To", address);
        dovecot.drop_into(address, &delivered.build());
    }
    gateway.drain();
    let tickets = gateway.tickets();
    assert_eq!((tickets.len(), &tickets[0]["messages"]), (1, &2.into()), "{tickets:?}");
    assert_eq!(sink.count(), 1);
    for address in [DESK, "sales@acme.example"] {
        assert_eq!(dovecot.mails(address, "INBOX")[0].flags, "S", "{address}");
    }
}
