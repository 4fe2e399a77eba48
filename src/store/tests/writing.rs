//! Group commit, and what a failing job does to its neighbours.

use super::*;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc;

/// Opens the ticket of that number and key, with a message that says which.
fn open(tx: &Tx<'_>, number: u64) -> anyhow::Result<()> {
    let ticket = TicketNumber(number.cast_signed());
    tx.open_ticket(&new_ticket(ticket, number), NOW)?;
    tx.add_message(&message(ticket, &format!("word{number}"))).map(drop)
}

/// Runs three jobs in one group, of which the middle one does `odd`; tells how each ended.
async fn run_group(
    store: &Store,
    odd: impl Fn(&Tx<'_>) -> anyhow::Result<()> + Send + 'static,
) -> [anyhow::Result<()>; 3] {
    let (ready, go) = mpsc::channel();
    // The first job keeps the writer busy until the others wait behind it, so that all three share a commit. When they
    // are run again nobody is waited for.
    let first = store.write(move |tx| {
        let _ = go.recv();
        open(tx, 1)
    });
    let middle = store.write(move |tx| {
        open(tx, 2)?;
        odd(tx)
    });
    let release = async move {
        tokio::task::yield_now().await;
        ready.send(()).unwrap();
    };
    let (a, b, c, ()) = tokio::join!(first, middle, store.write(|tx| open(tx, 3)), release);
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
async fn a_group_is_run_again_when_one_of_its_jobs_fails_and_only_the_words_of_the_others_are_found() {
    let scratch = Scratch::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let [a, b, c] = run_group(&scratch.store, move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        anyhow::bail!("no")
    })
    .await;
    assert!(a.is_ok() && b.is_err() && c.is_ok());
    assert_eq!(runs.load(Ordering::Relaxed), 2, "together, and then by itself");
    let found = [1, 2, 3].map(|number| search(&scratch, &format!("word{number}")));
    assert_eq!(found, [vec![1], vec![], vec![3]]);
}

#[tokio::test]
async fn a_group_in_which_no_job_fails_is_run_once() {
    let scratch = Scratch::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let ended = run_group(&scratch.store, move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    assert!(ended.await.iter().all(Result::is_ok));
    assert_eq!((runs.load(Ordering::Relaxed), keys(&scratch)), (1, vec![1, 2, 3]));
    let found = [1, 2, 3].map(|number| search(&scratch, &format!("word{number}")));
    assert_eq!(found, [[1], [2], [3]]);
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
        .write(|tx| tx.link(TicketNumber(1), TicketNumber(3)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_panic_in_a_savepoint_undoes_that_part_and_the_rest_of_the_job_is_kept() {
    let scratch = Scratch::new();
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
    scratch.store.write(|tx| open(tx, 1)).await.unwrap();
}

#[test]
fn what_was_answered_is_there_after_reopening() {
    let scratch = Scratch::new();
    let number = scratch.open_ticket(7);
    let scratch = scratch.reopened();
    assert_eq!(scratch.read(|view| view.ticket(number)).unwrap().key, TicketKey(7));
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
