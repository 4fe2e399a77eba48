//! A server that says what a test tells it to, and a sink that keeps everything in memory.

use super::account::ImapAccount;
use super::sink::{FetchedMail, Sink};
use crate::mail::{After, FetchedBatch, FirstRun, FirstRunState, FolderStart, FolderState, StartReason};
use crate::net::TlsMode;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(super) const CAPABILITIES: &str = "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n$ OK done\r\n";
pub(super) const SELECTED: &str =
    "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 13] x\r\n$ OK [READ-WRITE] done\r\n";
pub(super) const LISTED: &str = "* 1 FETCH (UID 10 RFC822.SIZE 3 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" FLAGS ())\r\n\
     * 2 FETCH (UID 11 RFC822.SIZE 3 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" FLAGS (\\Seen))\r\n\
     * 3 FETCH (UID 12 RFC822.SIZE 3 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" FLAGS ())\r\n$ OK done\r\n";

/// A running server.
pub(super) struct Scripted {
    pub(super) port: u16,
    commands: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Greets, then answers each line by `answer(line without its tag, lines so far)`: `$` stands for its tag, or
    /// that of the command it continues; after a text that ends in `EOF` the connection is closed.
    pub(super) async fn start(
        greeting: &'static str,
        answer: impl Fn(&str, &[String]) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let commands = Arc::new(Mutex::new(vec![]));
        let heard = commands.clone();
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (heard, answer) = (heard.clone(), answer.clone());
                tokio::spawn(async move { converse(stream, greeting, &heard, &*answer).await });
            }
        });
        Self { port, commands }
    }

    /// What clients have sent, without tags.
    pub(super) fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    pub(super) fn account(&self) -> ImapAccount {
        ImapAccount {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: TlsMode::None,
            ca_pem: None,
            user: "support".to_owned(),
            password: "se\"cret".into(),
            folder: "INBOX".to_owned(),
            after: After::Keep,
            poll: Duration::from_secs(60),
            first_run: FirstRun::All,
            max_message: 25 * 1024 * 1024,
        }
    }
}

async fn converse(
    stream: TcpStream,
    greeting: &str,
    heard: &Mutex<Vec<String>>,
    answer: &(impl Fn(&str, &[String]) -> String + Send + Sync),
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(greeting.as_bytes()).await.ok()?;
    let (mut raw, mut tag) = (vec![], String::new());
    while stream.read_until(b'\n', &mut raw).await.ok()? > 0 {
        let line = String::from_utf8_lossy(&raw).trim_end().to_owned();
        raw.clear();
        let command = match line.split_once(' ') {
            Some((its_tag, command)) if its_tag.starts_with('A') && its_tag != "AUTHENTICATE" => {
                its_tag.clone_into(&mut tag);
                command.to_owned()
            }
            _ => line,
        };
        let say = {
            let mut heard = heard.lock().unwrap();
            heard.push(command.clone());
            answer(&command, &heard)
        };
        let text = say.strip_suffix("EOF").unwrap_or(&say).replace('$', &tag);
        stream.write_all(text.as_bytes()).await.ok()?;
        if say.ends_with("EOF") {
            return None;
        }
    }
    None
}

/// The usual answers; a test gives the others.
pub(super) fn usual(command: &str) -> String {
    match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => CAPABILITIES.to_owned(),
        "SELECT" | "EXAMINE" => SELECTED.to_owned(),
        "LOGOUT" => "* BYE\r\n$ OK done\r\nEOF".to_owned(),
        "UID" if command.contains("RFC822.SIZE") => LISTED.to_owned(),
        _ => "$ OK done\r\n".to_owned(),
    }
}

/// Keeps what it is given.
#[derive(Clone, Default)]
pub(super) struct Memory {
    pub(super) kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
pub(super) struct Kept {
    pub(super) state: Option<FolderState>,
    pub(super) begun: Vec<FolderStart>,
    pub(super) mails: BTreeMap<u32, Vec<u8>>,
    pub(super) due: Vec<u32>,
    pub(super) done: Vec<u32>,
}

impl Memory {
    pub(super) fn uids(&self) -> Vec<u32> {
        self.kept.lock().unwrap().mails.keys().copied().collect()
    }

    pub(super) fn uid_next(&self) -> u32 {
        self.kept.lock().unwrap().state.unwrap().cursor.uid_next
    }
}

impl Sink for Memory {
    async fn folder_state(&self) -> anyhow::Result<Option<FolderState>> {
        Ok(self.kept.lock().unwrap().state)
    }

    async fn begin_folder(&self, start: FolderStart) -> anyhow::Result<()> {
        let mut kept = self.kept.lock().unwrap();
        kept.begun.push(start);
        let known = kept.state.map(|state| state.first_run);
        let first_run = match start.reason {
            StartReason::FirstRun(run) => FirstRunState {
                at: known.map_or(run.at, |known| known.at),
                ..run
            },
            StartReason::NewUidValidity | StartReason::Rewound => known.unwrap(),
        };
        kept.state = Some(FolderState {
            cursor: start.cursor,
            first_uid_validity: start.cursor.uid_validity,
            first_run,
        });
        Ok(())
    }

    async fn store(&self, batch: FetchedBatch<FetchedMail>) -> anyhow::Result<()> {
        let mut kept = self.kept.lock().unwrap();
        for mail in batch.mails {
            kept.due.push(mail.uid);
            kept.mails.insert(mail.uid, mail.raw.octets);
        }
        let state = kept.state.as_mut().unwrap();
        assert_eq!(state.cursor.uid_validity, batch.cursor_after.uid_validity);
        state.cursor = batch.cursor_after;
        Ok(())
    }

    async fn after_due(&self, _: u32) -> anyhow::Result<Vec<u32>> {
        Ok(self.kept.lock().unwrap().due.clone())
    }

    async fn after_done(&self, _: u32, uids: Vec<u32>) -> anyhow::Result<()> {
        let mut kept = self.kept.lock().unwrap();
        kept.due.retain(|uid| !uids.contains(uid));
        kept.done.extend(uids);
        Ok(())
    }
}
