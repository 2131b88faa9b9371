//! When an entry has ended, by both clocks.

use std::time::{Duration, SystemTime};

use crate::claims::NumericDate;
use crate::clock::Clock;
use crate::defaults;

/// A point of time on the wall clock and on the monotonic one.
///
/// Tokens expire by the wall clock, which may be set. Were entries dropped by it alone, a clock that jumps ahead and is set
/// back would bring revoked tokens back to life; by the monotonic one alone, so would a clock that is set back. What has
/// passed on both is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    date: NumericDate,
    /// Milliseconds, as in the date.
    monotonic: u64,
}

impl Moment {
    pub(super) fn now(clock: &dyn Clock) -> Self {
        Self { date: NumericDate::at(clock.now()), monotonic: millis(clock.monotonic()) }
    }

    /// When no authenticator accepts a token any more that expires at `expiry`. Which leeway one has is not known here, so
    /// it is the largest.
    pub(super) fn of(expiry: SystemTime, clock: &dyn Clock) -> Self {
        let left = expiry.duration_since(clock.now()).unwrap_or_default();
        let monotonic = clock.monotonic().saturating_add(left).saturating_add(defaults::MAX_LEEWAY);
        Self { date: NumericDate::at(expiry).plus(defaults::MAX_LEEWAY), monotonic: millis(monotonic) }
    }

    /// The expiry that this is the moment of.
    pub(super) fn expiry(self) -> NumericDate {
        self.date.minus(defaults::MAX_LEEWAY)
    }

    pub(super) fn has_passed(self, now: Self) -> bool {
        now.date >= self.date && now.monotonic >= self.monotonic
    }

    /// The later of both on each clock.
    pub(super) fn latest(self, other: Self) -> Self {
        Self { date: self.date.max(other.date), monotonic: self.monotonic.max(other.monotonic) }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
