//! What a source of keys does as time passes: an in-memory server that does as it is told, and a clock that is moved.

mod discovery;
mod documents;
mod lifetime;
mod refresh;
mod seeding;
#[cfg(feature = "http-client")]
mod socket;
mod telling;
mod unknown_kid;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use super::remote::{RemoteConfig, RemoteKeys};
use super::wait::KeyWait;
use super::{Demand, KeyPolicy, Location, WaitOutcome};
use crate::clock::Clock;
use crate::crypto::CryptoBackend;
use crate::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::token::{Algorithm, AlgorithmSet};

const ISSUER: &str = "https://login.example.com/t";
const KEYS_URL: &str = "https://login.example.com/keys";

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn minutes(minutes: u64) -> Duration {
    seconds(60 * minutes)
}

const fn hours(hours: u64) -> Duration {
    minutes(60 * hours)
}

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
struct ManualClock(Arc<Mutex<Times>>);

#[derive(Debug)]
struct Times {
    monotonic: Duration,
    wall: SystemTime,
    sleepers: BTreeMap<(Duration, u64), Option<Waker>>,
    ids: u64,
}

impl ManualClock {
    fn new() -> Self {
        let wall = SystemTime::UNIX_EPOCH + hours(24 * 365 * 55);
        let times = Times { monotonic: Duration::ZERO, wall, sleepers: BTreeMap::new(), ids: 0 };
        Self(Arc::new(Mutex::new(times)))
    }

    /// Moves to that time at once, as for a runtime that was not driven meanwhile.
    fn jump(&self, by: Duration) {
        let mut times = self.0.lock().unwrap();
        times.monotonic += by;
        times.wall += by;
        let now = times.monotonic;
        let due: Vec<_> = times.sleepers.range_mut(..=(now, u64::MAX)).filter_map(|(_, waker)| waker.take()).collect();
        drop(times);
        due.into_iter().for_each(Waker::wake);
    }

    /// Lets time pass, from one sleeper to the next, and everybody do what is due.
    async fn pass(&self, duration: Duration) {
        let until = self.monotonic() + duration;
        settle().await;
        loop {
            let now = self.monotonic();
            let next = self.0.lock().unwrap().sleepers.range((now, u64::MAX)..).next().map(|((at, _), _)| *at);
            self.jump(next.unwrap_or(until).min(until) - now);
            settle().await;
            if self.monotonic() == until {
                return;
            }
        }
    }

    fn set_wall(&self, wall: SystemTime) {
        self.0.lock().unwrap().wall = wall;
    }
}

/// Lets every task of the runtime run until none has anything to do.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.0.lock().unwrap().wall
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().monotonic
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut times = self.0.lock().unwrap();
        times.ids += 1;
        let key = (times.monotonic + duration, times.ids);
        times.sleepers.insert(key, None);
        drop(times);
        Box::pin(Sleep { clock: self.clone(), key })
    }
}

struct Sleep {
    clock: ManualClock,
    key: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut times = self.clock.0.lock().unwrap();
        if times.monotonic >= self.key.0 {
            return Poll::Ready(());
        }
        times.sleepers.insert(self.key, Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().sleepers.remove(&self.key);
    }
}

/// What the server does with a request.
enum Reply {
    Now(Result<FetchResponse, FetchError>),
    After(Duration, Result<FetchResponse, FetchError>),
    Hang,
    Panic,
}

type Answer = Box<dyn FnMut(&FetchRequest) -> Reply + Send>;

struct Server {
    clock: ManualClock,
    answer: Mutex<Answer>,
    journal: Mutex<Vec<(Duration, FetchRequest)>>,
    /// Fetches whose future exists.
    open: Arc<()>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl Fetch for Server {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let reply = (self.answer.lock().unwrap())(&request);
        self.journal.lock().unwrap().push((self.clock.monotonic(), request));
        let (clock, open) = (self.clock.clone(), Arc::clone(&self.open));
        Box::pin(async move {
            let _open = open;
            match reply {
                Reply::Now(result) => result,
                Reply::After(delay, result) => {
                    clock.sleep(delay).await;
                    result
                }
                Reply::Hang => std::future::pending().await,
                Reply::Panic => panic!("as told"),
            }
        })
    }
}

/// A JWK Set with one Ed25519 key (RFC 8037 appendix A.2) under each of these `kid`s.
pub(super) fn document(kids: &[&str]) -> String {
    let key = |kid: &&str| {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#)
    };
    format!(r#"{{"keys":[{}]}}"#, kids.iter().map(key).collect::<Vec<_>>().join(","))
}

fn serving(kids: &[&str]) -> FetchResponse {
    FetchResponse::new(200, document(kids))
}

fn down() -> Result<FetchResponse, FetchError> {
    Err(FetchError::Connect("refused".to_owned()))
}

pub(super) fn policy() -> KeyPolicy {
    KeyPolicy {
        allowed: AlgorithmSet::asymmetric(),
        rsa_without_alg: AlgorithmSet::EMPTY.with(Algorithm::RS256),
        backend: CryptoBackend::preferred().unwrap(),
        max_keys: crate::defaults::MAX_KEYS,
    }
}

/// A source, its server and its clock.
pub(super) struct Source {
    pub(super) keys: RemoteKeys,
    server: Arc<Server>,
    clock: ManualClock,
}

impl Source {
    fn new() -> Self {
        Self::with(|_| {})
    }

    /// Serves a key `a`, until told otherwise.
    fn with(configure: impl FnOnce(&mut RemoteConfig)) -> Self {
        let clock = ManualClock::new();
        let server = Arc::new(Server {
            clock: clock.clone(),
            answer: Mutex::new(Box::new(|_| Reply::Now(Ok(serving(&["a"]))))),
            journal: Mutex::default(),
            open: Arc::new(()),
        });
        let mut config = RemoteConfig::new(ISSUER, Location::Url(KEYS_URL.to_owned()), policy());
        configure(&mut config);
        let keys = RemoteKeys::new(config, Arc::clone(&server) as Arc<dyn Fetch>, Arc::new(clock.clone()));
        Self { keys, server, clock }
    }

    /// A source that has its first keys.
    pub(super) async fn booted() -> Self {
        let source = Self::new();
        source.boot().await;
        source
    }

    async fn boot(&self) {
        assert!(self.keys.current().is_none());
        settle().await;
        assert!(self.keys.current().is_some(), "{:?}", self.keys.status());
    }

    fn answer(&self, answer: impl FnMut(&FetchRequest) -> Reply + Send + 'static) {
        *self.server.answer.lock().unwrap() = Box::new(answer);
    }

    fn serve(&self, kids: &[&str]) {
        let response = serving(kids);
        self.answer(move |_| Reply::Now(Ok(response.clone())));
    }

    fn go_down(&self) {
        self.answer(|_| Reply::Now(down()));
    }

    pub(super) fn has(&self, kid: &str) -> bool {
        self.keys.current().is_some_and(|current| current.keys.contains_kid(kid))
    }

    fn fetches(&self) -> usize {
        self.server.journal.lock().unwrap().len()
    }

    /// When the requests were made.
    fn fetch_times(&self) -> Vec<Duration> {
        self.server.journal.lock().unwrap().iter().map(|(at, _)| *at).collect()
    }

    fn urls(&self) -> Vec<String> {
        self.server.journal.lock().unwrap().iter().map(|(_, request)| request.url.clone()).collect()
    }

    fn last_request(&self) -> FetchRequest {
        self.server.journal.lock().unwrap().last().unwrap().1.clone()
    }

    fn open_fetches(&self) -> usize {
        Arc::strong_count(&self.server.open) - 1
    }

    /// A demand that has to be one to wait for.
    fn wait(&self, kid: Option<&str>) -> KeyWait {
        match self.keys.demand(kid) {
            Demand::Wait(wait) => wait,
            other => panic!("{other:?}"),
        }
    }

    fn is_unknown(&self, kid: &str) -> bool {
        matches!(self.keys.demand(Some(kid)), Demand::Unknown)
    }

    fn is_unavailable(&self, kid: Option<&str>) -> bool {
        matches!(self.keys.demand(kid), Demand::Unavailable { .. })
    }

    /// What a request with that `kid` does: look, demand if need be, wait, look again.
    async fn request(&self, kid: &str) -> Result<(), &'static str> {
        if self.has(kid) {
            return Ok(());
        }
        match self.keys.demand(Some(kid)) {
            Demand::Unknown => Err("unknown"),
            Demand::Unavailable { .. } => Err("unavailable"),
            Demand::Wait(wait) => match wait.await {
                _ if self.has(kid) => Ok(()),
                WaitOutcome::Published => Err("unknown"),
                _ => Err("unavailable"),
            },
        }
    }
}
