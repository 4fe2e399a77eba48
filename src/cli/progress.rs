//! Progress on stderr, for people: only when stderr is a terminal.

use crate::service::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(200);

/// A count that grows, of unknown end. Indicatif draws nothing where stderr is no terminal.
pub fn spinner(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {human_pos} {msg}, {per_sec}, {elapsed}");
    let bar = ProgressBar::new_spinner().with_message(what);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Shows a pass's progress until it is aborted.
pub async fn follow(bar: ProgressBar, progress: Arc<Progress>) {
    loop {
        bar.set_position(progress.stored.load(Ordering::Relaxed));
        tokio::time::sleep(TICK).await;
    }
}
