//! Requests with known keys, at a steady rate, and how long each took.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use hdrhistogram::Histogram;

use crate::placement::Placement;
use crate::scene::Scene;

/// About a sixth of what one core can verify without a cache.
pub(crate) const PER_SECOND: u32 = 10_000;

/// An empty histogram of nanoseconds, to three digits, up to ten seconds.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 10_000_000_000, 3).expect("bounds that are in order")
}

/// Sends requests for that long.
///
/// Each has a moment when it is due, whatever became of those before it, and its latency counts from there: what holds
/// up one request makes the ones behind it late, and all of that is recorded.
pub(crate) async fn probe(scene: &Scene, placement: Placement, time: Duration, latencies: &mut Histogram<u64>) {
    let period = Duration::from_secs(1) / PER_SECOND;
    let began = Instant::now();
    let mut due = Duration::ZERO;
    for turn in 0.. {
        if due >= time {
            break;
        }
        let answer = scene.answer(scene.known(turn));
        while began.elapsed() < due {
            placement.pause().await;
        }
        assert_eq!(answer.await, StatusCode::OK, "a caller with a known key gets in");
        let latency = (began.elapsed() - due).as_nanos();
        latencies.saturating_record(latency.try_into().unwrap_or(u64::MAX));
        due += period;
    }
}
