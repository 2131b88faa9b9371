//! The run: several connections at a time, each with pipelined requests, reopened when it is closed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use portcullis_testing::TestIssuer;

use crate::connection::Connection;
use crate::corpus::Corpus;
use crate::request::{After, Request};
use crate::subject::{Subject, resident_kib};
use crate::tally::Tally;

const CONNECTIONS: u64 = 8;

/// Requests sent without waiting for answers.
const PIPELINED: usize = 8;

/// The run ends then, done or not; a full one takes less than a minute.
const LIMIT: Duration = Duration::from_secs(600);

struct Shared {
    address: SocketAddr,
    process: u32,
    corpus: Corpus,
    requests: u64,
    ends_at: Instant,
    sent: AtomicU64,
    /// After the first tenth of the requests.
    resident_kib: AtomicU64,
}

pub(crate) fn run(subject: &Subject, issuer: &TestIssuer, requests: u64, seed: u64) -> Tally {
    let shared = Arc::new(Shared {
        address: subject.address(),
        process: subject.id(),
        corpus: Corpus::of(issuer),
        requests,
        ends_at: Instant::now() + LIMIT,
        sent: AtomicU64::new(0),
        resident_kib: AtomicU64::new(0),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut tally = runtime.block_on(async {
        let connections: Vec<_> =
            (0..CONNECTIONS).map(|number| tokio::spawn(talk(Arc::clone(&shared), seed ^ number << 32))).collect();
        let mut tally = Tally::default();
        for connection in connections {
            tally.merge(connection.await.expect("a client that does not panic"));
        }
        tally
    });
    tally.all_sent(requests);
    tally.after_a_tenth(Some(shared.resident_kib.load(Ordering::Relaxed)).filter(|kib| *kib > 0));
    tally
}

async fn talk(shared: Arc<Shared>, seed: u64) -> Tally {
    let mut rng = Rng::with_seed(seed);
    let mut tally = Tally::default();
    let mut open = None;
    loop {
        let batch = batch(&shared.corpus, &mut rng);
        if !shared.take(batch.len() as u64) {
            break;
        }
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => match Connection::open(shared.address).await {
                Ok(connection) => connection,
                Err(error) => {
                    tally.lost(&batch, &error);
                    break;
                }
            },
        };
        match connection.exchange(&batch).await {
            Ok(statuses) => {
                tally.add(&batch, &statuses);
                if batch.iter().all(|request| request.after == After::Open) {
                    open = Some(connection);
                }
            }
            Err(error) => tally.lost(&batch, &error),
        }
    }
    tally
}

/// Ends with the first request that may cost the connection. HEAD goes alone: actix-web decides by the request that it
/// read last whether an answer has a body.
fn batch(corpus: &Corpus, rng: &mut Rng) -> Vec<Request> {
    let count = rng.usize(1..=PIPELINED);
    let mut batch = Vec::with_capacity(count);
    while batch.len() < count && batch.last().is_none_or(|last: &Request| last.after == After::Open) {
        let request = Request::draw(corpus, rng);
        if request.is_head {
            return if batch.is_empty() { vec![request] } else { batch };
        }
        batch.push(request);
    }
    batch
}

impl Shared {
    /// Whether so many more requests are to be sent.
    fn take(&self, count: u64) -> bool {
        let before = self.sent.fetch_add(count, Ordering::Relaxed);
        let tenth = self.requests / 10;
        if before < tenth && before + count >= tenth {
            self.resident_kib.store(resident_kib(self.process).unwrap_or(0), Ordering::Relaxed);
        }
        before < self.requests && Instant::now() < self.ends_at
    }
}
