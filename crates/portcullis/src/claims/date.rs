//! Dates in claims.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A NumericDate (RFC 7519 §2): seconds since 1970, fractions allowed; kept in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NumericDate(u64);

impl NumericDate {
    pub(super) const MIN: Self = Self(0);
    pub(super) const MAX: Self = Self(u64::MAX);

    /// The end of the year 9999. Nothing sensible lies beyond, and sums of dates and leeways stay far from overflow.
    const MAX_SECONDS: u64 = 253_402_300_799;

    /// The last millisecond of the year 9999: later than every date that a claim can have, and still a date.
    pub(crate) const LAST: Self = Self(Self::MAX_SECONDS * 1000 + 999);

    /// Later than every date that a claim can have.
    pub(crate) const END: Self = Self(u64::MAX);

    pub(crate) fn from_seconds(seconds: u64) -> Option<Self> {
        (seconds <= Self::MAX_SECONDS).then(|| Self(seconds * 1000))
    }

    pub(crate) fn from_float(seconds: f64) -> Option<Self> {
        // A float is only cast after its range is known; a fraction of a millisecond is dropped.
        (0.0..=Self::MAX_SECONDS as f64).contains(&seconds).then_some(Self((seconds * 1000.0) as u64))
    }

    /// The wall clock; one set before 1970 reads as 1970.
    pub(crate) fn at(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// Milliseconds since 1970, unless that is beyond the year 9999.
    pub(crate) fn from_millis(millis: u64) -> Option<Self> {
        (millis <= Self::LAST.0).then_some(Self(millis))
    }

    pub(crate) const fn millis(self) -> u64 {
        self.0
    }

    /// The first date that is not before `time`.
    pub(crate) fn not_before(time: SystemTime) -> Self {
        let date = Self::at(time);
        if date.to_system_time() < time { date.plus(Duration::from_millis(1)) } else { date }
    }

    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    pub(crate) fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// The next moment that can be told from this one.
    pub(super) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Whole seconds from `earlier` to this date; zero if it is not later.
    pub(crate) fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1000
    }

    pub(crate) fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_millis(self.0)).unwrap_or(UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PC-CLM-3, ATK-38
    #[test]
    fn dates_outside_1970_to_9999_do_not_exist() {
        assert!(NumericDate::from_seconds(NumericDate::MAX_SECONDS).is_some());
        assert_eq!(NumericDate::from_seconds(NumericDate::MAX_SECONDS + 1), None);
        assert_eq!(NumericDate::from_seconds(u64::MAX), None);
        assert_eq!(NumericDate::from_float(-0.001), None);
        assert_eq!(NumericDate::from_float(-0.0), NumericDate::from_seconds(0));
        assert_eq!(NumericDate::from_float(1e300), None);
        assert_eq!(NumericDate::from_float(f64::NAN), None);
        assert_eq!(NumericDate::from_float(1.0e3), NumericDate::from_seconds(1000));
        assert_eq!(NumericDate::from_float(1.25), Some(NumericDate(1250)), "neither more nor less than it says");
    }

    #[test]
    fn dates_that_are_sent_are_those_that_exist() {
        let last = NumericDate::from_millis(NumericDate::MAX_SECONDS * 1000 + 999);
        assert_eq!(last, Some(NumericDate::LAST));
        assert!(NumericDate::from_seconds(NumericDate::MAX_SECONDS) < last && NumericDate::LAST < NumericDate::END);
        assert_eq!(NumericDate::from_millis(NumericDate::LAST.millis() + 1), None);
    }

    #[test]
    fn a_clock_before_1970_or_far_ahead_does_not_panic() {
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(NumericDate::at(before), NumericDate(0));
        assert_eq!(NumericDate(u64::MAX).plus(Duration::MAX), NumericDate(u64::MAX));
        let _ = NumericDate(u64::MAX).to_system_time();
    }
}
