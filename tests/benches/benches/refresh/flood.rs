//! Somebody who invents `kid`s.

use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};
use base64_simd::URL_SAFE_NO_PAD;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::scene::{Scene, bearer, request};

/// Tokens a second.
pub(crate) const PER_SECOND: u32 = 10_000;

/// As finely as the runtime's timer goes.
const TICK: Duration = Duration::from_millis(1);
const PER_TICK: u32 = PER_SECOND / 1000;

/// What became of the tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flood {
    pub(crate) sent: u64,
    /// Answered with 401.
    pub(crate) refused: u64,
    /// Answered with 503: neither the key nor an answer from the issuer was there.
    pub(crate) unavailable: u64,
}

impl AddAssign for Flood {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.refused += more.refused;
        self.unavailable += more.unavailable;
    }
}

/// Sends tokens at the steady rate until it is over; all are answered when this returns.
pub(crate) async fn run(scene: &Scene, over: &AtomicBool) -> Flood {
    let forger = Forger::new(&scene.pattern);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut flood = Flood::default();
    let mut under_way = JoinSet::new();
    while !over.load(Ordering::Relaxed) {
        ticks.tick().await;
        for _ in 0..PER_TICK {
            under_way.spawn(scene.answer(request(forger.token())));
            flood.sent += 1;
        }
        while let Some(answer) = under_way.try_join_next() {
            flood.count(answer.expect("the application does not panic"));
        }
    }
    while let Some(answer) = under_way.join_next().await {
        flood.count(answer.expect("the application does not panic"));
    }
    flood
}

impl Flood {
    fn count(&mut self, status: StatusCode) {
        match status {
            StatusCode::UNAUTHORIZED => self.refused += 1,
            StatusCode::SERVICE_UNAVAILABLE => self.unavailable += 1,
            other => panic!("an invented kid was answered with {other}"),
        }
    }
}

/// Makes tokens that are well-formed, and new to everybody: the payload and the signature are of a good one, so only a
/// key is missing.
struct Forger<'a> {
    rest: &'a str,
}

/// Over all phases: no `kid` comes back.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl<'a> Forger<'a> {
    fn new(good: &'a str) -> Self {
        Self { rest: good.split_once('.').expect("a token has three parts").1 }
    }

    fn token(&self) -> HeaderValue {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let header = format!(r#"{{"typ":"at+jwt","alg":"RS256","kid":"invented-{number}"}}"#);
        bearer(&format!("{}.{}", URL_SAFE_NO_PAD.encode_to_string(header), self.rest))
    }
}
