use super::*;
use crate::sandbox::ImapFault;

async fn with_mails(count: usize) -> (Mailstore, ImapServer) {
    let (store, server) = imap().await;
    for number in 0..count {
        put(&store, &format!("Subject: mail {number}\r\n\r\nbody {number}\r\n"));
    }
    (store, server)
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_it_was_asked_to() {
    let (_, server) = imap().await;
    server.faults().on_times(ImapFault::RefuseLogin, 2);
    let mut client = Client::connect(server.port()).await;
    client.line().await;
    let login = format!("LOGIN {HELP} \"{PASSWORD}\"");
    for expected in ["t NO", "t NO", "t OK"] {
        assert!(client.command(&login).await.starts_with(expected));
    }
    assert_eq!(server.commands_named("LOGIN"), 3);
}

#[tokio::test]
async fn what_is_switched_off_is_neither_offered_nor_served() {
    let (_, server) = with_mails(1).await;
    for fault in [ImapFault::NoIdle, ImapFault::NoMove, ImapFault::NoUidPlus] {
        server.faults().on(fault);
    }
    let mut client = Client::in_inbox(server.port()).await;
    let offered = client.command("CAPABILITY").await;
    for gone in [" IDLE", " MOVE", "UIDPLUS"] {
        assert!(!offered.contains(gone), "{offered}");
    }
    for command in ["IDLE", "UID MOVE 1 Trash", "UID EXPUNGE 1"] {
        assert!(client.command(command).await.starts_with("t BAD"), "{command}");
    }
    assert_eq!(client.command("UID COPY 1 Trash").await, "t OK copied\r\n");
}

#[tokio::test]
async fn a_folder_renumbered_during_a_fetch_ends_the_connection() {
    let (store, server) = with_mails(4).await;
    let before = client_validity(&server).await;
    let mut client = Client::in_inbox(server.port()).await;
    store
        .change_folder(HELP, "INBOX", |folder| folder.remove(|mail| mail.uid == 1))
        .unwrap();
    server.faults().on_times(ImapFault::RenumberDuringFetch, 1);
    let answer = client.command("UID FETCH 1:* UID").await;
    assert_eq!(
        answer,
        "* 2 FETCH (UID 2)\r\n* BYE the folder has a new UIDVALIDITY\r\n"
    );
    let uids: Vec<_> = store.mails(HELP, "INBOX").iter().map(|mail| mail.uid).collect();
    assert_eq!(uids, [1, 2, 3]);
    assert_ne!(client_validity(&server).await, before);
}

async fn client_validity(server: &ImapServer) -> String {
    let mut client = Client::in_inbox(server.port()).await;
    client.command("STATUS INBOX (UIDVALIDITY)").await
}

#[tokio::test]
async fn fetch_answers_come_out_of_order_with_chatter() {
    let (_, server) = with_mails(2).await;
    let mut client = Client::in_inbox(server.port()).await;
    server.faults().on_times(ImapFault::FetchOutOfOrder, 1);
    let answer = client.command("UID FETCH 1:* UID").await;
    let expected = "* OK still here\r\n* 2 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n* 2 FETCH (UID 2)\r\n\
        * OK still here\r\n* 2 EXISTS\r\n* 1 FETCH (UID 1)\r\nt OK fetched\r\n";
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn literals_lie_or_break_off() {
    let (_, server) = with_mails(1).await;
    let mut client = Client::in_inbox(server.port()).await;
    server.faults().on_times(ImapFault::AnnounceLiteral(1 << 32), 1);
    client.send("t UID FETCH 1 BODY.PEEK[]\r\n").await;
    assert_eq!(client.line().await, "* 1 FETCH (UID 1 BODY[] {4294967296}\r\n");

    let mut client = Client::in_inbox(server.port()).await;
    server.faults().on_times(ImapFault::CutLiteral, 1);
    client.send("t UID FETCH 1 BODY.PEEK[]\r\n").await;
    let octets = client.rest().await;
    assert!(octets.starts_with(b"* 1 FETCH (UID 1 BODY[] {") && !octets.ends_with(b")\r\n"));
}

#[tokio::test]
async fn the_connection_drops_after_so_many_responses_or_octets() {
    let (_, server) = with_mails(3).await;
    let mut client = Client::in_inbox(server.port()).await;
    // SELECT alone has sent seven.
    server.faults().on_times(ImapFault::DropAfterResponses(9), 1);
    let answer = client.command("UID FETCH 1:* UID").await;
    assert_eq!(answer, "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n");

    server.faults().on_times(ImapFault::DropAfterOctets(10), 1);
    assert_eq!(Client::connect(server.port()).await.rest().await.len(), 10);
}

#[tokio::test]
async fn exists_is_told_without_a_new_uid() {
    let (_, server) = with_mails(1).await;
    let mut client = Client::in_inbox(server.port()).await;
    server.faults().on(ImapFault::ExistsWithoutNewUid);
    client.send("t IDLE\r\n").await;
    client.line().await;
    for _ in 0..2 {
        assert_eq!(client.line().await, "* 2 EXISTS\r\n");
        assert_eq!(client.line().await, "* 2 EXPUNGE\r\n");
    }
}

#[tokio::test]
async fn a_stopped_server_comes_back_on_its_port() {
    let (_, server) = imap().await;
    let mut client = Client::in_inbox(server.port()).await;
    server.stop().await;
    assert!(client.rest().await.is_empty());
    assert!(TcpStream::connect(("127.0.0.1", server.port())).await.is_err());
    server.restart().await.unwrap();
    Client::in_inbox(server.port()).await;
    assert_eq!((server.connections_peak(), server.connections_total()), (1, 2));
}

#[tokio::test]
async fn a_half_open_connection_says_nothing_any_more() {
    let (_, server) = imap().await;
    let mut client = Client::in_inbox(server.port()).await;
    client.send("t IDLE\r\n").await;
    assert_eq!(client.line().await, "+ idling\r\n");
    server.faults().on(ImapFault::HalfOpen);
    client.send("DONE\r\nu NOOP\r\n").await;
    let mut other = Client::connect(server.port()).await;
    server.wait_for_command("IDLE", 1, LIMIT).await.unwrap();
    server.stop().await;
    assert!(
        client.stream.read(&mut [0; 9]).await.unwrap_or(0) == 0
            && other.stream.read(&mut [0; 9]).await.unwrap_or(0) == 0
    );
}
