//! Fetched keys with their age.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::freshness::Caching;
use super::key_set::KeySet;
use super::status::KeyState;

/// The keys of one issuer as one fetch brought them, or confirmed them. Immutable; replaced as a whole.
#[derive(Debug)]
pub(crate) struct KeySnapshot {
    pub(crate) keys: Arc<KeySet>,
    /// Changes when, and only when, the keys change.
    pub(crate) generation: u64,
    /// Monotonic time at which they were asked for, or at which they were handed in at the age of `age_then`.
    pub(super) taken_at: Duration,
    pub(super) age_then: Duration,
    /// Wall-clock time at which they were asked for. Shown and exported; nothing is decided by it.
    pub(super) fetched_at: SystemTime,
    pub(super) fresh_for: Duration,
    pub(super) caching: Caching,
    pub(super) origin: Origin,
    /// Monotonic time from which they are not used any more; one comparison on the hot path.
    pub(super) usable_until: Duration,
}

/// Where a document came from, and what to revalidate it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) url: String,
    pub(super) etag: Option<String>,
}

impl KeySnapshot {
    pub(crate) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.taken_at) + self.age_then
    }

    pub(crate) fn is_usable(&self, now: Duration) -> bool {
        now < self.usable_until
    }

    pub(super) fn state(&self, now: Duration) -> KeyState {
        if !self.is_usable(now) {
            KeyState::Expired
        } else if self.age(now) >= self.fresh_for {
            KeyState::Stale
        } else {
            KeyState::Fresh
        }
    }

    /// How long until [`state`](Self::state) is another one; `None` if it stays.
    pub(super) fn changes_in(&self, now: Duration) -> Option<Duration> {
        match self.state(now) {
            KeyState::Fresh => Some((self.fresh_for - self.age(now)).min(self.usable_until.saturating_sub(now))),
            KeyState::Stale => Some(self.usable_until.saturating_sub(now)),
            _ => None,
        }
    }

    /// Monotonic time from which keys of this age are not used: past their fresh time, and past `stale_for`.
    pub(super) fn usable_until(
        taken_at: Duration,
        age: Duration,
        fresh_for: Duration,
        stale_for: Duration,
    ) -> Duration {
        taken_at.saturating_add(fresh_for.max(stale_for).saturating_sub(age))
    }
}
