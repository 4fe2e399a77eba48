//! IDLE, polling and backoff.

use super::super::scripted::{Memory, Scripted, usual};
use super::super::{FirstRun, ImapAccount, Poller, PollerEvent};
use super::{GREETING, body};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Runs a poller until the server has heard what `until` waits for.
async fn run(server: &Scripted, poll: Duration, until: impl Fn(&[String]) -> bool) -> Vec<String> {
    let sink = Memory::default();
    let account = ImapAccount {
        poll,
        first_run: FirstRun::Now,
        ..server.account()
    };
    let cancel = CancellationToken::new();
    let events = Arc::new(Mutex::new(vec![]));
    let seen = events.clone();
    let on_event = move |event: PollerEvent| seen.lock().unwrap().push(format!("{event:?}"));
    let task = tokio::spawn(Poller::new(account, sink).run(cancel.clone(), on_event));
    timeout(Duration::from_secs(20), async {
        while !until(&server.commands()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    cancel.cancel();
    timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
    events.lock().unwrap().clone()
}

fn count(commands: &[String], prefix: &str) -> usize {
    commands.iter().filter(|it| it.starts_with(prefix)).count()
}

#[tokio::test]
async fn idle_answered_no_falls_back_to_polling() {
    let server = Scripted::start(GREETING, |command, _| match command {
        "IDLE" => "$ NO not here\r\n".to_owned(),
        _ => usual(command),
    })
    .await;
    let events = run(&server, Duration::from_secs(1), |commands| {
        count(commands, "EXAMINE") >= 3
    })
    .await;
    let commands = server.commands();
    assert_eq!((count(&commands, "IDLE"), count(&commands, "LOGIN")), (1, 1));
    assert_eq!(events.iter().filter(|it| it.starts_with("Failed")).count(), 0);
}

#[tokio::test]
async fn exists_without_new_mail_is_no_busy_loop() {
    let server = Scripted::start(GREETING, |command, _| match command {
        "IDLE" => "+ idling\r\n* 3 EXISTS\r\n".to_owned(),
        _ => usual(command).replace("$ OK", "* 3 EXISTS\r\n$ OK"),
    })
    .await;
    let second_idle = Mutex::new(None);
    run(&server, Duration::from_secs(60), |commands| {
        let idles = count(commands, "IDLE");
        if idles == 2 {
            second_idle.lock().unwrap().get_or_insert_with(Instant::now);
        }
        idles >= 3
    })
    .await;
    let three_commands_took = second_idle.lock().unwrap().unwrap().elapsed();
    assert!(
        three_commands_took > Duration::from_millis(1500),
        "{three_commands_took:?}"
    );
    assert_eq!(count(&server.commands(), "LOGIN"), 1);
}

#[tokio::test]
async fn mail_announced_during_idle_is_fetched_over_the_same_connection() {
    let server = Scripted::start(GREETING, |command, heard| {
        let announced = heard.iter().any(|it| it == "IDLE");
        match command {
            "IDLE" => "+ idling\r\n* OK still here\r\n* 4 EXISTS\r\n".to_owned(),
            "UID FETCH 13:* (UID RFC822.SIZE INTERNALDATE FLAGS)" if announced => {
                "* 4 FETCH (UID 13 RFC822.SIZE 3 FLAGS ())\r\n$ OK done\r\n".to_owned()
            }
            "UID FETCH 13 (UID BODY.PEEK[])" => format!("{}$ OK done\r\n", body(13, "ddd")),
            _ => usual(command),
        }
    })
    .await;
    run(&server, Duration::from_secs(60), |commands| {
        count(commands, "UID FETCH 14:*") >= 1
    })
    .await;
    assert_eq!(count(&server.commands(), "LOGIN"), 1);
}

#[tokio::test]
async fn failures_back_off_over_one_connection_at_a_time() {
    let server = Scripted::start("* BYE go away\r\nEOF", |_, _| "EOF".to_owned()).await;
    let sink = Memory::default();
    let cancel = CancellationToken::new();
    let waits = Arc::new(Mutex::new(vec![]));
    let seen = waits.clone();
    let on_event = move |event: PollerEvent| {
        if let PollerEvent::Failed { retry_in, .. } = event {
            seen.lock().unwrap().push(retry_in);
        }
    };
    let task = tokio::spawn(Poller::new(server.account(), sink).run(cancel.clone(), on_event));
    while waits.lock().unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    cancel.cancel();
    task.await.unwrap();
    let waits = waits.lock().unwrap().clone();
    assert!(
        waits[0] <= Duration::from_secs(1) && waits[1] >= Duration::from_secs(1),
        "{waits:?}"
    );
}
