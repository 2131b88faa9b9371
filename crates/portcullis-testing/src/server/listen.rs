//! The socket, and the thread behind it.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc as async_mpsc};
use tokio::task::JoinSet;

use super::State;
use super::exchange;

/// Connections served at a time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 512;

/// A port on loopback of the system's choice.
pub(super) fn bind() -> io::Result<(StdListener, SocketAddr)> {
    let socket = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

/// Ends the server when dropped.
pub(super) struct Listener {
    address: SocketAddr,
    orders: Option<async_mpsc::UnboundedSender<Order>>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

enum Order {
    Stop(mpsc::Sender<()>),
    Resume(mpsc::Sender<io::Result<()>>),
}

impl Listener {
    pub(super) fn start(socket: StdListener, address: SocketAddr, state: Arc<State>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (orders, received) = async_mpsc::unbounded_channel();
        let thread = thread::Builder::new()
            .name("portcullis-test-server".into())
            .spawn(move || runtime.block_on(run(socket, address, state, received)))?;
        Ok(Self { address, orders: Some(orders), thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn stop(&self) {
        let (done, wait) = mpsc::channel();
        if self.order(Order::Stop(done)) {
            // An error is a server that has ended: stopped all the same.
            let _ = wait.recv();
        }
    }

    pub(super) fn resume(&self) -> io::Result<()> {
        let (done, wait) = mpsc::channel();
        if self.order(Order::Resume(done)) { wait.recv().unwrap_or_else(|_| Err(ended())) } else { Err(ended()) }
    }

    fn order(&self, order: Order) -> bool {
        self.orders.as_ref().is_some_and(|orders| orders.send(order).is_ok())
    }
}

fn ended() -> io::Error {
    io::Error::other("the server's thread has ended")
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The thread ends when nobody can give it orders.
        self.orders = None;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A panic in it has been printed; a second one here would abort the test run.
            let _ = thread.join();
        }
    }
}

async fn run(
    socket: StdListener,
    address: SocketAddr,
    state: Arc<State>,
    mut orders: async_mpsc::UnboundedReceiver<Order>,
) {
    let mut tasks = JoinSet::new();
    if let Ok(listener) = TcpListener::from_std(socket) {
        tasks.spawn(accept(listener, state.clone()));
    }
    while let Some(order) = orders.recv().await {
        match order {
            Order::Stop(done) => {
                // Connections are children of the accepting task and end with it.
                tasks.shutdown().await;
                let _ = done.send(());
            }
            Order::Resume(done) => {
                let resumed = if tasks.is_empty() {
                    TcpListener::bind(address).await.map(|listener| {
                        tasks.spawn(accept(listener, state.clone()));
                    })
                } else {
                    Ok(())
                };
                let _ = done.send(resumed);
            }
        }
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: some will be free again.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let state = state.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| exchange::handle(state.clone(), request));
            let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            // A broken connection is the client's affair, or was ordered by a script.
            finished(served).await;
            drop(place);
        });
    }
}

async fn finished(connection: impl Future<Output = hyper::Result<()>>) {
    let _ = connection.await;
}
