//! Connections that wait for the next mail.

use super::connection::Session;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// Sessions between two mails, the most recently used one last.
pub struct Pool {
    idle_timeout: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Idle>,
    is_closed: bool,
    /// Ends connections whose time has come; runs only while there are any.
    reaper: Option<AbortHandle>,
}

struct Idle {
    session: Session,
    until: Instant,
}

/// A connection that has waited so long is closed; servers close theirs after minutes.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

impl Pool {
    /// An empty pool that keeps sessions for so long.
    pub fn new(idle_timeout: Duration) -> Self {
        Self {
            idle_timeout,
            state: Mutex::default(),
        }
    }

    /// The session that waited least, if one is fresh and its server has said nothing meanwhile: whatever it says
    /// between two mails is a farewell.
    pub fn take(&self) -> Option<Session> {
        let now = Instant::now();
        let mut state = self.state();
        while let Some(idle) = state.idle.pop() {
            if idle.until > now && idle.session.is_quiet() {
                return Some(idle.session);
            }
        }
        None
    }

    /// Keeps a session for the next mail; gives it back when the pool is closed.
    pub fn put(self: &Arc<Self>, session: Session) -> Option<Session> {
        let mut state = self.state();
        if state.is_closed {
            return Some(session);
        }
        let until = Instant::now() + self.idle_timeout;
        state.idle.push(Idle { session, until });
        if state.reaper.is_none() {
            let task = tokio::spawn(reap(Arc::downgrade(self), until));
            state.reaper = Some(task.abort_handle());
        }
        None
    }

    /// Keeps nothing from now on, and says QUIT on what it has.
    pub async fn close(&self) {
        let idle = {
            let mut state = self.state();
            state.is_closed = true;
            if let Some(reaper) = state.reaper.take() {
                reaper.abort();
            }
            std::mem::take(&mut state.idle)
        };
        futures::future::join_all(idle.into_iter().map(|idle| idle.session.quit())).await;
    }

    /// Takes out what has waited too long, and says when to look again.
    fn expired(&self) -> (Vec<Idle>, Option<Instant>) {
        let now = Instant::now();
        let mut state = self.state();
        let fresh = state.idle.iter().position(|idle| idle.until > now);
        let count = fresh.unwrap_or(state.idle.len());
        let expired = state.idle.drain(..count).collect();
        let next = state.idle.first().map(|idle| idle.until);
        if next.is_none() {
            state.reaper = None;
        }
        (expired, next)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(reaper) = self.state().reaper.take() {
            reaper.abort();
        }
    }
}

async fn reap(pool: Weak<Pool>, first: Instant) {
    let mut next = Some(first);
    while let Some(until) = next {
        sleep_until(until).await;
        let Some((expired, later)) = pool.upgrade().map(|pool| pool.expired()) else {
            return;
        };
        futures::future::join_all(expired.into_iter().map(|idle| idle.session.quit())).await;
        next = later;
    }
}
