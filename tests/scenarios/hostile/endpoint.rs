//! A listener on loopback that serves its document, or plays; and counts what it got away with.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::step::{Step, perform};
use crate::scene::promptly;

/// A thread of their own, so that no server is polite only because its client keeps it from running.
static SERVERS: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

type Manner = Arc<dyn Fn() -> Vec<Step> + Send + Sync>;

pub(crate) struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    manner: Mutex<Manner>,
    traffic: watch::Sender<Traffic>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traffic {
    /// Connections so far.
    pub(crate) accepted: usize,
    /// Connections that neither side has ended yet.
    open: usize,
    /// Octets, on the connection that took most of them.
    pub(crate) most_sent: usize,
}

impl Endpoint {
    /// Listens; closes every connection at once until it is told better.
    pub(crate) async fn open() -> Self {
        let shared = Shared { manner: Mutex::new(Arc::new(Vec::new)), traffic: watch::Sender::default() };
        let mut endpoint =
            Self { address: ([127, 0, 0, 1], 0).into(), shared: Arc::new(shared), listening: Mutex::default() };
        endpoint.address = endpoint.listen().await;
        endpoint
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it does with each connection from now on.
    pub(crate) fn play(&self, manner: impl Fn() -> Vec<Step> + Send + Sync + 'static) {
        *self.shared.manner.lock().unwrap() = Arc::new(manner);
    }

    /// Listens at its address.
    pub(crate) async fn listen(&self) -> SocketAddr {
        let (address, shared) = (self.address, Arc::clone(&self.shared));
        let listener = SERVERS.spawn(async move { bind(address).expect("a free port") }).await.expect("no panic");
        let address = listener.local_addr().unwrap();
        *self.listening.lock().unwrap() = Some(SERVERS.spawn(accept(listener, shared)));
        address
    }

    /// Listens no longer: a connection is refused.
    pub(crate) async fn vanish(&self) {
        let listening = self.listening.lock().unwrap().take().expect("listening");
        listening.abort();
        assert!(listening.await.is_err_and(|error| error.is_cancelled()));
    }

    pub(crate) fn traffic(&self) -> Traffic {
        *self.shared.traffic.borrow()
    }

    /// Once there have been that many connections.
    pub(crate) async fn accepted(&self, connections: usize) {
        self.until(|traffic| traffic.accepted >= connections).await;
    }

    /// Once nobody is connected.
    pub(crate) async fn deserted(&self) {
        promptly(self.until(|traffic| traffic.open == 0)).await;
    }

    async fn until(&self, condition: impl Fn(&Traffic) -> bool) {
        self.shared.traffic.subscribe().wait_for(condition).await.expect("its sender is here");
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
    }
}

/// With a short buffer for what is sent, so that what the client did not take is not counted as taken.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(16 * 1024)?;
    socket.bind(address)?;
    socket.listen(128)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (steps, shared) = (shared.manner.lock().unwrap().clone()(), Arc::clone(&shared));
        shared.traffic.send_modify(|traffic| {
            traffic.accepted += 1;
            traffic.open += 1;
        });
        tokio::spawn(async move {
            let sent = perform(stream, &steps).await;
            shared.traffic.send_modify(|traffic| {
                traffic.open -= 1;
                traffic.most_sent = traffic.most_sent.max(sent);
            });
        });
    }
}
