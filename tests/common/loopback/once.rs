//! Mails that came over a server that misbehaves.

use super::Loopback;
use std::collections::BTreeSet;

impl Loopback {
    /// Asserts that so many mails of `numbered` came: each ticket is another customer's mail, whole, and confirmed once.
    pub async fn each_came_once(&self, count: usize) {
        let tickets = self.wait_for_tickets(count).await;
        let sent = self.wait_for_sent(count).await;
        let mut numbers = BTreeSet::new();
        for listed in &tickets {
            let ticket = self.ticket(listed.head.number).await;
            let mails: Vec<_> = ticket.incoming().collect();
            assert_eq!(mails.len(), 1, "{ticket:?}");
            let number = mails[0].text.split_whitespace().last().unwrap().to_owned();
            assert_eq!(ticket.head.subject, format!("Question {number}"), "the right body");
            let number = number.trim_end_matches('.');
            assert_eq!(
                ticket.head.requester,
                format!("c{number}@customer.example"),
                "the right sender"
            );
            numbers.insert(number.to_owned());
        }
        let recipients: BTreeSet<_> = sent.iter().map(|mail| mail.recipients.clone()).collect();
        assert_eq!((numbers.len(), recipients.len()), (count, count));
    }
}
