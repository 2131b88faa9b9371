//! Time that stands wherever an input puts it, so that a finding stays one.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::clock::Clock;

/// 2026-01-15T12:00:00Z in Unix seconds, where the test kit's time begins.
pub const NOW: i64 = 1_768_478_400;

static SECONDS: AtomicI64 = AtomicI64::new(NOW);

/// The wall clock of the whole process, for the input at hand.
pub fn set(seconds: i64) {
    SECONDS.store(seconds, Ordering::Relaxed);
}

pub fn seconds() -> i64 {
    SECONDS.load(Ordering::Relaxed)
}

/// That many seconds from 1970, if the platform has such a time.
pub fn moment(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

#[derive(Debug)]
pub struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> SystemTime {
        moment(seconds()).unwrap_or(UNIX_EPOCH)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(pending())
    }
}
