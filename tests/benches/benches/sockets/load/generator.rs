//! The load's own process.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use portcullis_benches::Cores;
use tokio::task::JoinSet;

use super::CONNECTIONS;
use super::connection::{Connection, Shared};
use super::orders::{Order, Round, heard, say};
use crate::processor::ThreadClock;

/// Takes orders until there are no more.
pub(crate) fn generate() -> io::Result<()> {
    let (mut orders, mut rounds) = (io::stdin().lock(), io::stdout().lock());
    let tokens: Vec<String> = heard(&mut orders)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    // Where there is one core only, the load is on it, too, and the figures show that.
    let _ = Cores::available().pin(1);
    let clock = ThreadClock::of_this_thread()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    while let Some(order) = heard::<Order>(&mut orders)? {
        say(&mut rounds, &runtime.block_on(round(order, &tokens, &clock))?)?;
    }
    Ok(())
}

async fn round(order: Order, tokens: &[String], clock: &ThreadClock) -> io::Result<Round> {
    let shared = Arc::new(Shared {
        requests: tokens[..order.tokens].iter().map(|token| request(order, token)).collect(),
        next: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    });
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(order.address).await?);
    }
    let (began, busy) = (Instant::now(), clock.now()?);
    let mut running = JoinSet::new();
    for connection in connections {
        let shared = Arc::clone(&shared);
        running.spawn(async move { connection.run(&shared).await });
    }
    tokio::time::sleep(order.time).await;
    shared.is_over.store(true, Ordering::Relaxed);
    let mut requests = 0;
    while let Some(ended) = running.join_next().await {
        requests += ended.map_err(io::Error::other)??;
    }
    Ok(Round { requests, elapsed: began.elapsed(), busy: clock.now()? - busy })
}

/// As wrk sends it, with a token.
fn request(order: Order, token: &str) -> Vec<u8> {
    let address = order.address;
    format!("GET / HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}
