//! How many look-ups strangers can cause.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::defaults::STRANGE_KEY_LOOKUPS_PER_SECOND;

/// A second's worth at once, and then as they come back.
pub(super) struct Budget(Mutex<Left>);

struct Left {
    lookups: f64,
    at: Duration,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Left { lookups: STRANGE_KEY_LOOKUPS_PER_SECOND, at: Duration::ZERO }))
    }

    /// Is there one left at that monotonic time?
    pub(super) fn take(&self, now: Duration) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let back = now.saturating_sub(left.at).as_secs_f64() * STRANGE_KEY_LOOKUPS_PER_SECOND;
        left.lookups = (left.lookups + back).min(STRANGE_KEY_LOOKUPS_PER_SECOND);
        left.at = left.at.max(now);
        let is_left = left.lookups >= 1.0;
        if is_left {
            left.lookups -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_comes_back_in_a_second() {
        let budget = Budget::new();
        let taken = |now| (0..10_000).filter(|_| budget.take(now)).count();
        assert_eq!(taken(Duration::ZERO), 1_000);
        assert_eq!(taken(Duration::from_millis(500)), 500);
        assert_eq!(taken(Duration::from_secs(3600)), 1_000);
        assert_eq!(taken(Duration::from_secs(1)), 0, "a clock that goes back gives nothing");
    }
}
