//! The time during which a token's dates are in order.

use super::date::NumericDate;

/// From the first moment at which all dates of a token are in order, up to but without the first at which one is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    from: NumericDate,
    /// [`NumericDate::MAX`] where there is no end: no clock shows it.
    until: NumericDate,
}

impl Window {
    pub(crate) const ALWAYS: Self = Self { from: NumericDate::MIN, until: NumericDate::MAX };

    pub(super) fn not_before(self, date: NumericDate) -> Self {
        Self { from: self.from.max(date), ..self }
    }

    pub(crate) fn before(self, date: NumericDate) -> Self {
        Self { until: self.until.min(date), ..self }
    }

    /// The first moment at which a date is not in order any more.
    pub(super) fn end(self) -> NumericDate {
        self.until
    }

    pub(crate) fn contains(self, now: NumericDate) -> bool {
        self.from <= now && (now < self.until || self.until == NumericDate::MAX)
    }
}
