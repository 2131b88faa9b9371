//! How often unknown `kid`s may cause a fetch.

use std::time::Duration;

use crate::defaults::UNKNOWN_KID_INTERVAL;

/// One fetch per [`UNKNOWN_KID_INTERVAL`] for any unknown `kid`, and one more for a `kid` that keeps coming back.
///
/// Only fetches that an unknown `kid` caused are charged: the first fetch and the periodic ones must not make a real
/// rotation wait.
#[derive(Debug, Default)]
pub(super) struct KidBudget {
    spent_at: Option<Duration>,
    reserve_spent_at: Option<Duration>,
}

/// Which of the two a fetch was paid from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purse {
    Common,
    Reserve,
}

impl KidBudget {
    /// Pays for one fetch, if it can. `returning`: the fetch is for a `kid` that keeps coming back.
    pub(super) fn pay(&mut self, now: Duration, returning: bool) -> Option<Purse> {
        let purse = self.purse(now, returning)?;
        match purse {
            Purse::Common => self.spent_at = Some(now),
            Purse::Reserve => self.reserve_spent_at = Some(now),
        }
        Some(purse)
    }

    /// The purse that could pay now.
    pub(super) fn purse(&self, now: Duration, returning: bool) -> Option<Purse> {
        let due = |spent_at: Option<Duration>| spent_at.is_none_or(|at| now >= at + UNKNOWN_KID_INTERVAL);
        if due(self.spent_at) {
            Some(Purse::Common)
        } else if returning && due(self.reserve_spent_at) {
            Some(Purse::Reserve)
        } else {
            None
        }
    }

    /// Gives back what a fetch cost that found what it was made for.
    pub(super) fn give_back(&mut self, purse: Purse) {
        match purse {
            Purse::Common => self.spent_at = None,
            Purse::Reserve => self.reserve_spent_at = None,
        }
    }

    /// When the common purse can pay again.
    pub(super) fn back_at(&self) -> Duration {
        self.spent_at.map_or(Duration::ZERO, |at| at + UNKNOWN_KID_INTERVAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// PC-JWKS-1
    #[test]
    fn one_fetch_per_interval_and_one_more_for_a_kid_that_keeps_coming_back() {
        let mut budget = KidBudget::default();
        assert_eq!(budget.pay(at(0), false), Some(Purse::Common));
        assert_eq!(budget.pay(at(29), false), None);
        assert_eq!(budget.pay(at(29), true), Some(Purse::Reserve));
        assert_eq!(budget.pay(at(29), true), None);
        assert_eq!(budget.back_at(), at(30));
        assert_eq!(budget.pay(at(30), true), Some(Purse::Common), "the common purse pays first");
        assert_eq!(budget.pay(at(58), true), None);
        assert_eq!(budget.pay(at(59), true), Some(Purse::Reserve));
    }

    #[test]
    fn what_is_given_back_can_be_spent_again() {
        let mut budget = KidBudget::default();
        budget.pay(at(0), false);
        budget.give_back(Purse::Common);
        assert_eq!(budget.pay(at(1), false), Some(Purse::Common));
        budget.pay(at(1), true);
        budget.give_back(Purse::Reserve);
        assert_eq!(budget.pay(at(2), true), Some(Purse::Reserve));
    }
}
