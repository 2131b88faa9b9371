//! Whether the store answers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A failure counts so long unless there is another: longer than the pause between two look-ups of a key in use and the time
/// that one may take by default.
pub(super) const FAILURE_COUNTS_FOR: u64 = 5_000;
/// After an outage, so many milliseconds may pass until all keys have been looked up again.
const CATCHING_UP: u64 = 30_000;
pub(super) const NEVER: u64 = u64::MAX;

/// The last failure of a store, in monotonic milliseconds, and whether it has answered since.
pub(super) struct Outage {
    failed_at: AtomicU64,
    lasts: AtomicBool,
}

impl Outage {
    pub(super) fn none() -> Self {
        Self { failed_at: AtomicU64::new(NEVER), lasts: AtomicBool::new(false) }
    }

    pub(super) fn failed(&self, now: u64) {
        self.failed_at.store(now, Ordering::Relaxed);
        self.lasts.store(true, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) {
        if self.lasts.load(Ordering::Relaxed) {
            self.lasts.store(false, Ordering::Relaxed);
        }
    }

    /// Did it fail just now, and not answer since?
    pub(super) fn lasts(&self, now: u64) -> bool {
        self.lasts.load(Ordering::Relaxed) && is_within(self.failed_at.load(Ordering::Relaxed), FAILURE_COUNTS_FOR, now)
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
