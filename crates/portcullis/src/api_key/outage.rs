//! Whether the store answers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A failure counts so long unless there is another: longer than the pause between two look-ups of a key in use and the time
/// that one may take by default.
pub(super) const FAILURE_COUNTS_FOR: u64 = 5_000;
/// After an outage, so many milliseconds may pass until all keys have been looked up again.
const CATCHING_UP: u64 = 30_000;
pub(super) const NEVER: u64 = u64::MAX;

/// The first and the last failure of a store since it answered, in monotonic milliseconds, and whether it has answered since.
pub(super) struct Outage {
    began_at: AtomicU64,
    failed_at: AtomicU64,
    lasts: AtomicBool,
    told_at: AtomicU64,
}

impl Outage {
    pub(super) fn none() -> Self {
        let never = || AtomicU64::new(NEVER);
        Self { began_at: never(), failed_at: never(), lasts: AtomicBool::new(false), told_at: never() }
    }

    pub(super) fn failed(&self, now: u64) {
        if !self.lasts(now) {
            self.began_at.store(now, Ordering::Relaxed);
        }
        self.failed_at.store(now, Ordering::Relaxed);
        self.lasts.store(true, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) {
        if self.lasts.load(Ordering::Relaxed) {
            self.lasts.store(false, Ordering::Relaxed);
        }
    }

    /// Is it the same outage now as at that time?
    pub(super) fn lasts_since(&self, at: u64, now: u64) -> bool {
        self.lasts(now) && self.began_at.load(Ordering::Relaxed) <= at
    }

    /// Did it fail just now, and not answer since?
    pub(super) fn lasts(&self, now: u64) -> bool {
        self.lasts.load(Ordering::Relaxed) && is_within(self.failed_at.load(Ordering::Relaxed), FAILURE_COUNTS_FOR, now)
    }

    /// Is it to be told again? Once a second at most: strangers cause look-ups, too.
    pub(super) fn is_to_be_told(&self, now: u64) -> bool {
        const PAUSE: u64 = 1_000;
        let told_at = self.told_at.load(Ordering::Relaxed);
        !is_within(told_at, PAUSE, now)
            && self.told_at.compare_exchange(told_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Is there one, or was there one so lately that many look-ups may be made at once?
    pub(super) fn is_recent(&self, now: u64) -> bool {
        is_within(self.failed_at.load(Ordering::Relaxed), CATCHING_UP, now)
    }
}

/// Was it at most so many milliseconds ago?
pub(super) fn is_within(at: u64, time: u64, now: u64) -> bool {
    at != NEVER && now.saturating_sub(at) < time
}
