//! IDLE, polling and backoff.

use super::super::scripted::{Memory, Scripted, usual};
use super::super::{ImapAccount, Poller, PollerEvent};
use super::{GREETING, body};
use crate::mail::FirstRun;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// A server that falls silent for good at `command` of its first connection; gives the time that it took to notice, and
/// what the next connection said.
async fn half_open_at(command: &'static str) -> (Duration, Vec<String>) {
    let alive = Arc::new(AtomicBool::new(false));
    let is_alive = alive.clone();
    let server = Scripted::start(GREETING, move |line, heard| {
        let silent = count(heard, command) > 0 && !is_alive.load(Ordering::Relaxed);
        match line {
            "IDLE" => "+ idling\r\n".to_owned(),
            _ if silent => String::new(),
            _ => usual(line),
        }
    })
    .await;
    let account = ImapAccount {
        poll: Duration::from_secs(24 * 60 * 60),
        first_run: FirstRun::Now,
        ..server.account()
    };
    let (cancel, failed) = (CancellationToken::new(), Arc::new(tokio::sync::Notify::new()));
    let on_event = {
        let failed = failed.clone();
        move |event: PollerEvent| {
            if matches!(event, PollerEvent::Failed { .. }) {
                failed.notify_one();
            }
        }
    };
    let task = tokio::spawn(Poller::new(account, Memory::default()).run(cancel.clone(), on_event));
    while count(&server.commands(), command) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // From here on nothing comes over the wire, so the clock may run ahead to the next deadline.
    tokio::time::pause();
    let silent_since = tokio::time::Instant::now();
    failed.notified().await;
    let noticed_after = silent_since.elapsed();
    tokio::time::resume();
    alive.store(true, Ordering::Relaxed);
    let before = server.commands().len();
    timeout(Duration::from_secs(20), async {
        while count(&server.commands()[before..], "IDLE") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{command}: {:?}", server.commands()));
    cancel.cancel();
    task.await.unwrap();
    (noticed_after, server.commands()[before..].to_vec())
}

#[tokio::test]
async fn a_half_open_connection_is_noticed_within_6_minutes_and_mail_read_over_another() {
    for command in ["LOGIN", "EXAMINE", "UID FETCH", "IDLE"] {
        let (noticed_after, then) = half_open_at(command).await;
        assert!(
            noticed_after < Duration::from_secs(6 * 60),
            "{command}: {noticed_after:?}"
        );
        assert_eq!(count(&then, "UID FETCH"), 1, "{command}: {then:?}");
        assert_eq!(
            count(&then, "IDLE"),
            1,
            "{command}: IDLE is not given up for one dead connection"
        );
    }
}
