//! Pauses between attempts that fail.

use std::time::Duration;

use crate::defaults::{MAX_BACKOFF, MIN_BACKOFF};

/// Each time twice as long at most, and anywhere in the upper half of that: instances that lost the same Redis at the same
/// moment do not come back in step.
pub(crate) struct Backoff {
    longest: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { longest: MIN_BACKOFF }
    }

    pub(crate) fn next(&mut self) -> Duration {
        let longest = self.longest;
        self.longest = (longest * 2).min(MAX_BACKOFF);
        longest.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        let mut backoff = Backoff::new();
        let mut longest = MIN_BACKOFF;
        for _ in 0..20 {
            let pause = backoff.next();
            assert!((longest / 2..=longest).contains(&pause), "{pause:?} of {longest:?}");
            longest = (longest * 2).min(MAX_BACKOFF);
        }
        assert_eq!(longest, MAX_BACKOFF);
        let pauses: std::collections::HashSet<Duration> = (0..20).map(|_| backoff.next()).collect();
        assert!(pauses.len() > 1);
    }
}
