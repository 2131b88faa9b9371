//! The servers: one thread on one core, each application on a port of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;

use axum::Router;
use axum::serve::ListenerExt;
use portcullis_benches::Cores;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::processor::ThreadClock;

/// Servers that run until this is dropped.
pub(crate) struct Servers {
    pub(crate) addresses: Vec<SocketAddr>,
    /// Of the one thread that all of them share.
    pub(crate) clock: ThreadClock,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<io::Result<()>>>,
}

impl Servers {
    /// Serves these applications from one thread, which is bound to the first core if it can be.
    pub(crate) fn start(applications: Vec<Router>, cores: &Cores) -> io::Result<Self> {
        let cores = cores.clone();
        let (started, starting) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            // A server that moves between cores is measured all the same; the report says what was pinned.
            let _ = cores.pin(0);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut addresses = Vec::new();
                for application in applications {
                    let listener = TcpListener::bind("127.0.0.1:0").await?;
                    addresses.push(listener.local_addr()?);
                    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                    tokio::spawn(axum::serve(listener, application).into_future());
                }
                // Nobody waits any more if the bench has failed meanwhile.
                drop(started.send((addresses, ThreadClock::of_this_thread()?)));
                drop(stopped.await);
                Ok(())
            })
        });
        match starting.recv() {
            Ok((addresses, clock)) => Ok(Self { addresses, clock, stop: Some(stop), thread: Some(thread) }),
            Err(_) => Err(thread.join().map_or_else(
                |_| io::Error::other("a server panicked"),
                |end| end.err().unwrap_or_else(|| io::Error::other("the servers ended early")),
            )),
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
