//! From the config's words to the edges' accounts.

use crate::config::Inbox;
use crate::imap::ImapAccount;
use crate::smtp::SmtpAccount;

/// The IMAP account of an inbox.
pub fn imap_account(inbox: &Inbox) -> ImapAccount {
    let imap = &inbox.imap;
    ImapAccount {
        host: imap.server.host.clone(),
        port: imap.server.port,
        tls: imap.server.tls,
        ca_pem: imap.server.ca_pem.clone(),
        user: imap.user.clone(),
        password: imap.password.clone(),
        folder: imap.folder.clone(),
        after: imap.after.clone(),
        poll: imap.poll.unsigned_abs(),
        first_run: inbox.first_run,
        max_message: inbox.max_message,
    }
}

/// The SMTP account of an inbox.
pub fn smtp_account(inbox: &Inbox) -> SmtpAccount {
    let smtp = &inbox.smtp;
    SmtpAccount {
        host: smtp.server.host.clone(),
        port: smtp.server.port,
        tls: smtp.server.tls,
        ca_pem: smtp.server.ca_pem.clone(),
        user: smtp.login.as_ref().map(|login| login.user.clone()),
        password: smtp.login.as_ref().map(|login| login.password.clone()),
        connections: smtp.connections as usize,
        helo: None,
    }
}
