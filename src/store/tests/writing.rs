//! Group commit, and what a failing job does to its neighbours.

use super::*;
use std::sync::mpsc;

/// Runs three jobs in one group, of which the middle one does `odd`; tells how each ended.
async fn run_group(
    store: &Store,
    odd: impl FnOnce(&Tx<'_>) -> anyhow::Result<()> + Send + 'static,
) -> [anyhow::Result<()>; 3] {
    let (ready, go) = mpsc::channel();
    let open = |key| move |tx: &Tx<'_>| tx.open_ticket(&new_ticket(), TicketKey(key), NOW).map(drop);
    // The first job keeps the writer busy until the others wait behind it, so that all three share a commit.
    let first = store.write(move |tx| {
        go.recv()?;
        open(1)(tx)
    });
    let middle = store.write(move |tx| {
        open(2)(tx)?;
        odd(tx)
    });
    let release = async {
        tokio::task::yield_now().await;
        ready.send(()).unwrap();
    };
    let (a, b, c, ()) = tokio::join!(first, middle, store.write(open(3)), release);
    [a, b, c]
}

fn keys(scratch: &Scratch) -> Vec<u64> {
    let all = |view: &View<'_>| {
        (1..=3)
            .filter_map(|n| view.ticket(TicketNumber(n)).unwrap())
            .map(|t| t.key.0)
            .collect()
    };
    scratch.read(|view| Ok(all(view)))
}

#[tokio::test]
async fn a_failing_job_undoes_only_itself() {
    let scratch = Scratch::new();
    let [a, b, c] = run_group(&scratch.store, |_| anyhow::bail!("no")).await;
    assert!(a.is_ok() && c.is_ok());
    assert_eq!(b.unwrap_err().to_string(), "no");
    assert_eq!(keys(&scratch), [1, 3]);
}

#[tokio::test]
async fn a_panicking_job_undoes_only_itself_and_the_writer_goes_on() {
    let scratch = Scratch::new();
    let [a, b, c] = run_group(&scratch.store, |_| panic!("odd mail")).await;
    assert!(a.is_ok() && c.is_ok());
    assert_eq!(b.unwrap_err().downcast_ref(), Some(&StoreError::JobPanicked));
    assert_eq!(keys(&scratch), [1, 3]);
    scratch
        .store
        .write(|tx| tx.link(TicketNumber(1), TicketNumber(2)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_panic_in_a_savepoint_undoes_that_part_and_the_rest_of_the_job_is_kept() {
    let scratch = Scratch::new();
    let open = |tx: &Tx<'_>, key| tx.open_ticket(&new_ticket(), TicketKey(key), NOW);
    let job = move |tx: &Tx<'_>| {
        tx.savepoint(|tx| open(tx, 1))?;
        let odd = tx.savepoint(|tx| -> anyhow::Result<()> {
            open(tx, 2)?;
            panic!("odd mail")
        });
        tx.savepoint(|tx| open(tx, 3))?;
        odd.unwrap_err().downcast::<StoreError>()
    };
    assert_eq!(scratch.store.write(job).await.unwrap(), StoreError::JobPanicked);
    assert_eq!(keys(&scratch), [1, 3]);
}

#[tokio::test]
async fn a_full_disk_is_told_to_the_whole_group_which_leaves_nothing() {
    let scratch = Scratch::new();
    let fill = |tx: &Tx<'_>| {
        let pages: i64 = tx.first("PRAGMA page_count", [], |row| row.get(0))?.unwrap();
        tx.first(&format!("PRAGMA max_page_count = {}", pages + 4), [], |_| Ok(()))?;
        let noise: Vec<u8> = (0..1_000_000_u32)
            .flat_map(|n| Sha256::digest(n.to_be_bytes()).into_iter().take(1))
            .collect();
        tx.execute("INSERT INTO raw (octets) VALUES (?1)", [noise])?;
        Ok(())
    };
    let [a, b, _next_group] = run_group(&scratch.store, fill).await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        assert_eq!(error.downcast_ref(), Some(&StoreError::Full), "{error:#}");
    }
    assert!(keys(&scratch).iter().all(|key| *key == 3));
    let room = |tx: &Tx<'_>| Ok(tx.first("PRAGMA max_page_count = 1000000", [], |_| Ok(()))?);
    scratch.store.write(room).await.unwrap();
    scratch
        .store
        .write(|tx| tx.open_ticket(&new_ticket(), TicketKey(1), NOW))
        .await
        .unwrap();
}

#[test]
fn what_was_answered_is_there_after_reopening() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(7);
    let scratch = scratch.reopened();
    assert_eq!(scratch.read(|view| view.ticket(number)).unwrap().key, TicketKey(7));
}

#[tokio::test]
async fn another_process_is_noticed_and_the_own_writes_are_not() {
    let scratch = Scratch::new();
    let other = Store::open(&scratch.dir.path().join("buzon.db")).unwrap();
    assert!(!scratch.store.changed_elsewhere().await.unwrap());
    scratch
        .store
        .write(|tx| tx.open_ticket(&new_ticket(), TicketKey(1), NOW))
        .await
        .unwrap();
    assert!(!scratch.store.changed_elsewhere().await.unwrap());
    other
        .write(|tx| tx.open_ticket(&new_ticket(), TicketKey(2), NOW))
        .await
        .unwrap();
    assert!(scratch.store.changed_elsewhere().await.unwrap());
    assert!(!scratch.store.changed_elsewhere().await.unwrap());
}

#[tokio::test]
async fn a_run_that_did_not_end_is_known_to_the_next() {
    let scratch = Scratch::new();
    for (ends, unclean) in [(true, false), (false, false), (true, true), (true, false)] {
        scratch.store.begin_run().await.unwrap();
        assert_eq!(scratch.store.was_unclean(), unclean);
        if ends {
            scratch.store.end_run().await.unwrap();
        }
    }
    assert!(scratch.store.quick_check().await.unwrap().is_empty());
}
