//! A listening socket on 127.0.0.1, and the connections that came through it.

use anyhow::Context;
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections open at once; one more is closed unanswered.
const MAX_CONNECTIONS: usize = 4096;

type Serve = dyn Fn(TcpStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// One port, with everything that is needed to close it, to drop its connections, and to open it again.
pub(super) struct Listener {
    port: u16,
    serve: Arc<Serve>,
    connections: Arc<Connections>,
    tracker: TaskTracker,
    accepting: Mutex<Option<JoinHandle<()>>>,
    /// Cancelled to drop every open connection; replaced by a fresh one then.
    open: Arc<Mutex<CancellationToken>>,
}

/// How many connections there are and were.
#[derive(Debug, Default)]
pub(super) struct Connections {
    pub(super) now: AtomicUsize,
    pub(super) peak: AtomicUsize,
    pub(super) total: AtomicUsize,
}

impl Listener {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn start<F>(serve: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> anyhow::Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port on 127.0.0.1")?;
        let listener = Self {
            port: socket.local_addr()?.port(),
            serve: Arc::new(move |stream| Box::pin(serve(stream))),
            connections: Arc::default(),
            tracker: TaskTracker::new(),
            accepting: Mutex::default(),
            open: Arc::default(),
        };
        listener.accept_from(socket);
        Ok(listener)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn connections(&self) -> &Connections {
        &self.connections
    }

    /// Closes every open connection; the port stays open.
    pub(super) fn drop_connections(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.cancel();
        *open = CancellationToken::new();
    }

    /// Closes the port and every connection; whoever connects now is refused.
    pub(super) async fn down(&self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = accepting {
            task.abort();
            // Aborted or done, both are fine: the socket is closed then.
            let _ = task.await;
        }
        self.drop_connections();
        self.tracker.close();
        self.tracker.wait().await;
        self.tracker.reopen();
    }

    /// Opens the same port again after [`Listener::down`].
    pub(super) async fn up(&self) -> anyhow::Result<()> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .with_context(|| format!("port {} was taken by somebody else meanwhile", self.port))?;
        self.accept_from(socket);
        Ok(())
    }

    fn accept_from(&self, socket: TcpListener) {
        let (serve, connections) = (self.serve.clone(), self.connections.clone());
        let (open, tracker) = (self.open.clone(), self.tracker.clone());
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = socket.accept().await else {
                    // Out of file handles, most likely: let the others finish first.
                    tokio::task::yield_now().await;
                    continue;
                };
                let guard = ConnectionGuard::count(&connections);
                if connections.now.load(Ordering::Relaxed) > MAX_CONNECTIONS || stream.set_nodelay(true).is_err() {
                    continue;
                }
                let token = open.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let served = serve(stream);
                tracker.spawn(async move {
                    token.run_until_cancelled(served).await;
                    drop(guard);
                });
            }
        });
        *self.accepting.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = accepting {
            task.abort();
        }
        self.drop_connections();
    }
}

struct ConnectionGuard(Arc<Connections>);

impl ConnectionGuard {
    fn count(connections: &Arc<Connections>) -> Self {
        let now = connections.now.fetch_add(1, Ordering::Relaxed) + 1;
        connections.peak.fetch_max(now, Ordering::Relaxed);
        connections.total.fetch_add(1, Ordering::Relaxed);
        Self(connections.clone())
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}
