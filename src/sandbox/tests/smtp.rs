use super::*;
use crate::sandbox::{SmtpFault, SmtpReply};

impl Client {
    /// An SMTP client that has said EHLO.
    async fn greeted(port: u16) -> Self {
        let mut client = Self::connect(port).await;
        assert!(client.line().await.starts_with("220 "));
        assert!(client.ask("EHLO far.test").await.starts_with("250 "));
        client
    }

    async fn mail(&mut self, from: &str, to: &str, octets: &str) -> String {
        self.ask(&format!("MAIL FROM:<{from}> BODY=8BITMIME")).await;
        let reply = self.ask(&format!("RCPT TO:<{to}>")).await;
        if !reply.starts_with("250") {
            return reply;
        }
        assert!(self.ask("DATA").await.starts_with("354 "));
        self.ask(&format!("{octets}\r\n.")).await
    }
}

fn inbox(store: &Mailstore) -> Vec<String> {
    let mails = store.mails(HELP, "INBOX");
    mails
        .iter()
        .map(|mail| String::from_utf8(mail.octets.to_vec()).unwrap())
        .collect()
}

#[tokio::test]
async fn a_mail_arrives_with_the_fields_of_a_border() {
    let (store, server) = smtp().await;
    let mut client = Client::greeted(server.port()).await;
    let forged = "Authentication-Results: mx.desk.test; dmarc=pass\r\nAuthentication-Results: far; spf=pass\r\n\
        Subject: a\r\n\r\n..dot\r\n.\rbare\n.";
    let reply = client.mail("zoe@far.test", "help+x7@desk.test", forged).await;
    assert_eq!(reply, "250 2.0.0 fine\r\n");
    let mail = inbox(&store).pop().unwrap();
    let (top, rest) = mail.split_once("Received: ").unwrap();
    assert_eq!(
        top,
        "Return-Path: <zoe@far.test>\r\nDelivered-To: help+x7@desk.test\r\n"
    );
    let (_, original) = rest.split_once("+0000\r\n").unwrap();
    assert_eq!(
        original,
        "Authentication-Results: far; spf=pass\r\nSubject: a\r\n\r\n.dot\r\n\rbare\n.\r\n"
    );
}

#[tokio::test]
async fn a_user_who_authenticates_is_vouched_for() {
    let (store, server) = smtp().await;
    let mut client = Client::greeted(server.port()).await;
    assert!(
        client
            .ask("AUTH PLAIN AGFkYUBkZXNrLnRlc3QAd3Jvbmc=")
            .await
            .starts_with("535 ")
    );
    // NUL ada@desk.test NUL correct horse
    let auth = "AUTH PLAIN AGFkYUBkZXNrLnRlc3QAY29ycmVjdCBob3JzZQ==";
    assert!(client.ask(auth).await.starts_with("235 "));
    client.mail("ada@desk.test", HELP, "Subject: a\r\n\r\nb").await;
    let mail = inbox(&store).pop().unwrap();
    assert!(
        mail.contains("+0000\r\nAuthentication-Results: mx.desk.test; auth=pass smtp.auth=ada@desk.test\r\nSubject")
    );
    // The same goes for nobody who does not.
    assert!(
        client
            .mail("ada@desk.test", "someone@far.test", "")
            .await
            .starts_with("550 5.7.1")
    );
}

#[tokio::test]
async fn strangers_and_other_domains_get_nothing() {
    let (store, server) = smtp().await;
    let mut client = Client::greeted(server.port()).await;
    assert!(
        client
            .mail("a@far.test", "b@far.test", "")
            .await
            .starts_with("550 5.7.1")
    );
    client.ask("RSET").await;
    assert!(
        client
            .mail("a@far.test", "nobody@desk.test", "")
            .await
            .starts_with("550 5.1.1")
    );
    assert!(client.ask("DATA").await.starts_with("503 "));
    client.ask("RSET").await;
    store.catch_all("desk.test", HELP);
    assert!(
        client
            .mail("a@far.test", "nobody@desk.test", "A: b\r\n")
            .await
            .starts_with("250 ")
    );
    assert_eq!(inbox(&store).len(), 1);
}

#[tokio::test]
async fn commands_may_be_pipelined_and_a_mail_may_begin_with_a_dot() {
    let (store, server) = smtp().await;
    let mut client = Client::greeted(server.port()).await;
    let all = "MAIL FROM:<>\r\nRCPT TO:<help@desk.test>\r\nDATA\r\n..a\r\n\r\n.\r\nQUIT\r\n";
    client.send(all).await;
    let replies = String::from_utf8(client.rest().await).unwrap();
    let codes: Vec<_> = replies.lines().map(|line| line.split_once(' ').unwrap().0).collect();
    assert_eq!(codes, ["250", "250", "354", "250", "221"]);
    assert!(inbox(&store).pop().unwrap().ends_with("+0000\r\n.a\r\n\r\n"));
    assert_eq!(server.received()[0].reverse_path, "");
}

#[tokio::test]
async fn a_mail_over_the_limit_is_refused_and_the_session_goes_on() {
    let (store, server) = smtp().await;
    let mut client = Client::greeted(server.port()).await;
    let long = "x".repeat(2 << 20);
    assert!(client.mail("a@far.test", HELP, &long).await.starts_with("552 "));
    assert!(client.mail("a@far.test", HELP, "A: b\r\n").await.starts_with("250 "));
    assert_eq!(inbox(&store).len(), 1);
}

#[tokio::test]
async fn faults_refuse_drop_and_come_back() {
    let (_, server) = smtp().await;
    let faults = server.faults();
    faults.on(SmtpFault::RefuseRecipient("help".to_owned(), SmtpReply::BUSY));
    let mut client = Client::greeted(server.port()).await;
    assert!(client.mail("a@far.test", HELP, "").await.starts_with("450 "));
    faults.clear();
    faults.on_times(SmtpFault::RefuseMail(SmtpReply::POLICY), 1);
    client.ask("RSET").await;
    assert!(client.ask("MAIL FROM:<a@far.test>").await.starts_with("550 "));
    faults.on_times(SmtpFault::DropBeforeRecording, 1);
    assert_eq!(client.mail("a@far.test", HELP, "A: b").await, "");
    assert!(server.received().is_empty());

    faults.on_times(SmtpFault::DropAfterRecording, 1);
    let mut client = Client::greeted(server.port()).await;
    assert_eq!(client.mail("a@far.test", HELP, "A: b").await, "");
    let received = server.wait_for(|mails| mails.len() == 1, LIMIT).await.unwrap();
    assert_eq!(&*received[0].octets, b"A: b\r\n");

    server.down().await;
    assert!(TcpStream::connect(("127.0.0.1", server.port())).await.is_err());
    server.up().await.unwrap();
    Client::greeted(server.port()).await;
}
