//! One issuer, its keys as the library keeps them, and a clock.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

use super::stand_ins::panic_as_told;
use crate::clock::Clock;
use crate::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::jwks::remote::{RemoteConfig, RemoteKeys};
use crate::jwks::wait::KeyWait;
use crate::jwks::{Demand, Location, WaitOutcome};

/// What the issuer does with one fetch; it answers well when nothing is said.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reply {
    Fail,
    Hang,
    Panic,
}

/// It answers a fetch when the model checker says so, with what it publishes at that moment.
#[derive(Default)]
pub(super) struct Issuer(Mutex<Script>);

#[derive(Default)]
struct Script {
    kids: Vec<&'static str>,
    replies: VecDeque<Reply>,
    fetches: usize,
    answers: usize,
}

impl Issuer {
    pub(super) fn publish(&self, kids: &[&'static str]) {
        self.0.lock().unwrap().kids = kids.to_vec();
    }

    /// For the next fetches.
    pub(super) fn reply(&self, replies: &[Reply]) {
        self.0.lock().unwrap().replies.extend(replies);
    }

    pub(super) fn fetches(&self) -> usize {
        self.0.lock().unwrap().fetches
    }

    /// Resolves when so many fetches have been answered, or are known to hang; the answer may still be under way.
    pub(super) async fn has_answered(&self, fetches: usize) {
        while self.0.lock().unwrap().answers < fetches {
            shuttle::future::yield_now().await;
        }
    }

    /// What goes into an answer of this moment.
    fn answer(&self) -> String {
        let mut script = self.0.lock().unwrap();
        script.answers += 1;
        super::document(&script.kids)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issuer")
    }
}

/// The issuer as the library knows it.
#[derive(Debug)]
pub(super) struct Client(Arc<Issuer>);

impl Fetch for Client {
    fn fetch(&self, _: FetchRequest) -> FetchFuture {
        let issuer = Arc::clone(&self.0);
        let reply = {
            let mut script = issuer.0.lock().unwrap();
            script.fetches += 1;
            script.replies.pop_front()
        };
        let answer = shuttle::future::spawn(async move { issuer.answer() });
        Box::pin(async move {
            let document = answer.await.expect("nobody aborts it");
            match reply {
                None => Ok(FetchResponse::new(200, document)),
                Some(Reply::Fail) => Err(FetchError::Timeout),
                Some(Reply::Hang) => pending().await,
                Some(Reply::Panic) => panic_as_told(),
            }
        })
    }
}

/// Time that stands still until it is moved: nothing that was lost is found again because time has passed.
#[derive(Debug, Clone)]
pub(super) struct StandingClock(Arc<Mutex<Time>>);

#[derive(Debug)]
struct Time {
    now: Duration,
    sleepers: Vec<Waker>,
}

impl StandingClock {
    pub(super) fn jump(&self, by: Duration) {
        let mut time = self.0.lock().unwrap();
        time.now += by;
        let woken = std::mem::take(&mut time.sleepers);
        drop(time);
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (time, until) = (Arc::clone(&self.0), self.monotonic() + duration);
        Box::pin(poll_fn(move |context| {
            let mut time = time.lock().unwrap();
            if time.now >= until {
                return Poll::Ready(());
            }
            time.sleepers.push(context.waker().clone());
            Poll::Pending
        }))
    }
}

pub(super) struct Stage {
    pub(super) keys: RemoteKeys,
    pub(super) issuer: Arc<Issuer>,
    pub(super) clock: StandingClock,
    /// Held by nothing but the keys, the keeper and those who wait.
    pub(super) client: Weak<Client>,
}

impl Stage {
    /// Nothing fetched yet; the issuer publishes the key `a`.
    pub(super) fn new() -> Arc<Self> {
        let issuer = Arc::new(Issuer::default());
        issuer.publish(&["a"]);
        let clock = StandingClock(Arc::new(Mutex::new(Time { now: Duration::from_secs(3600), sleepers: Vec::new() })));
        let location = Location::Url("https://login.example.com/keys".to_owned());
        let config = RemoteConfig::new("https://login.example.com/", location, super::policy());
        let fetch = Arc::new(Client(Arc::clone(&issuer)));
        let client = Arc::downgrade(&fetch);
        let keys = RemoteKeys::new(config, fetch, Arc::new(clock.clone()));
        Arc::new(Self { keys, issuer, clock, client })
    }

    pub(super) fn has(&self, kid: &str) -> bool {
        self.keys.current().is_some_and(|current| current.keys.contains_kid(kid))
    }

    /// A demand that has to be one to wait for.
    pub(super) fn wait(&self, kid: Option<&str>) -> KeyWait {
        match self.keys.demand(kid) {
            Demand::Wait(wait) => wait,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody who wants keys and goes away at once.
    pub(super) async fn demand(self: Arc<Self>) {
        drop(self.keys.demand(None));
    }

    /// The application asks.
    pub(super) async fn refresh(self: Arc<Self>) -> WaitOutcome {
        self.keys.refresh().await
    }

    /// Places for several who wait, without the keys that they wait for.
    pub(super) async fn waits(self: Arc<Self>) -> [KeyWait; 3] {
        [(); 3].map(|()| self.wait(None))
    }

    /// Looks so many times, and finds the keys in that order, none of them twice, each with a generation of its own.
    pub(super) async fn read<const N: usize>(self: Arc<Self>, order: [&str; N], times: usize) {
        let mut last = None;
        for _ in 0..times {
            if let Some(current) = self.keys.current() {
                let position = order.iter().position(|kid| current.keys.contains_kid(kid)).expect("one of them");
                let seen = (current.generation, position);
                let forward = last.is_none_or(|(generation, before)| {
                    seen == (generation, before) || (seen.0 > generation && seen.1 > before)
                });
                assert!(forward, "{seen:?} after {last:?}");
                last = Some(seen);
            }
            shuttle::future::yield_now().await;
        }
    }

    /// What a request with that `kid` does: look, demand if need be, wait, look again.
    pub(super) async fn request(self: Arc<Self>, kid: &str) -> Result<(), &'static str> {
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

    /// How many places of those who wait are taken.
    pub(super) fn waiting(&self) -> usize {
        self.keys.shared().waiting.load(std::sync::atomic::Ordering::Relaxed)
    }
}
