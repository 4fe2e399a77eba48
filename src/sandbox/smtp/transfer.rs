//! DATA: the octets of a mail, and what becomes of them.

use super::session::{Next, Session, Transaction};
use super::{ReceivedMail, SmtpFault, SmtpReply};
use crate::sandbox::trace::Arrival;
use jiff::Timestamp;
use smtp_proto::request::receiver::{DataReceiver, DummyDataReceiver};
use std::io;

impl Session {
    /// DATA (RFC 5321 §4.1.1.4).
    pub(super) async fn data(&mut self) -> io::Result<Next> {
        let Some(transaction) = self
            .transaction
            .take_if(|transaction| !transaction.recipients.is_empty())
        else {
            return self.reply(SmtpReply::OUT_OF_SEQUENCE).await;
        };
        self.say("354 go on, end with a dot\r\n").await?;
        let Some(octets) = self.mail_octets().await? else {
            return self.reply(SmtpReply::TOO_LONG).await;
        };
        let refused = self.shared.faults.strike(|fault| match fault {
            SmtpFault::RefuseData(reply) => Some(*reply),
            _ => None,
        });
        if let Some(reply) = refused {
            return self.reply(reply).await;
        }
        if self.shared.faults.strikes(&SmtpFault::DropBeforeRecording) {
            return Ok(Next::HangUp);
        }
        if self.shared.faults.strikes(&SmtpFault::Stall) {
            return self.fall_silent().await;
        }
        self.take(transaction, octets);
        if self.shared.faults.strikes(&SmtpFault::DropAfterRecording) {
            return Ok(Next::HangUp);
        }
        self.reply(SmtpReply::OK).await
    }

    /// The mail up to its final dot; `None` when it is too long.
    async fn mail_octets(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut receiver = DataReceiver::new();
        let mut octets = vec![];
        // The CRLF of the DATA command counts: a mail may begin with a dot (RFC 5321 §4.1.1.4).
        receiver.ingest(&mut b"\r\n".iter(), &mut octets);
        octets.clear();
        loop {
            let mut input = self.input.iter();
            let done = receiver.ingest(&mut input, &mut octets);
            let left = input.as_slice().len();
            let used = self.input.len() - left;
            self.input.drain(..used);
            if octets.len() > self.shared.options.max_size {
                let mut rest = DummyDataReceiver::new_data(&receiver);
                self.skip(&mut rest, done).await?;
                return Ok(None);
            }
            if done {
                return Ok(Some(octets));
            }
            self.fill().await?;
        }
    }

    async fn skip(&mut self, rest: &mut DummyDataReceiver, mut done: bool) -> io::Result<()> {
        while !done {
            if self.input.is_empty() {
                self.fill().await?;
            }
            let mut input = self.input.iter();
            done = rest.ingest(&mut input);
            let used = self.input.len() - input.as_slice().len();
            self.input.drain(..used);
        }
        Ok(())
    }

    fn take(&self, transaction: Transaction, octets: Vec<u8>) {
        for recipient in &transaction.recipients {
            let arrival = Arrival {
                reverse_path: transaction.reverse_path.clone(),
                recipient: recipient.clone(),
                authenticated_as: self.account.clone(),
            };
            // Each recipient was known at RCPT, and accounts are never closed.
            let _ = self.shared.mailstore.deliver(&arrival, &octets);
        }
        self.shared.record(ReceivedMail {
            reverse_path: transaction.reverse_path,
            recipients: transaction.recipients,
            authenticated_as: self.account.clone(),
            octets: octets.into(),
            at: Timestamp::now(),
        });
    }
}
