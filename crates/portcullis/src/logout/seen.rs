//! Logout tokens that were here before.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use crate::claims::NumericDate;

/// The tokens of one issuer that were carried out and could still come again: bounded in number, and each in size.
///
/// What is kept of an id is 128 bits under keys that nobody else has: ids may be as long as tokens, and nobody can make two
/// that count as one. Where there are more than fit, the one that ends first is forgotten. Whoever has such a token could
/// bring it a second time and would end the same session once more, or the same tokens of before its date: nothing that was
/// not ended already.
///
/// A lock is poisoned by a panic, and nothing here panics; were it to happen, what is held still counts.
pub(super) struct SeenTokens {
    hashers: [RandomState; 2],
    capacity: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    ids: HashSet<Id>,
    by_end: BTreeSet<(NumericDate, Id)>,
}

type Id = [u64; 2];

impl SeenTokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self { hashers: [RandomState::new(), RandomState::new()], capacity, held: Mutex::default() }
    }

    /// Is it seen for the first time? From now on it was seen, until `end`.
    pub(super) fn is_new(&self, jti: &str, end: NumericDate, now: NumericDate) -> bool {
        let id = [self.hashers[0].hash_one(jti), self.hashers[1].hash_one(jti)];
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while held.by_end.first().is_some_and(|(end, _)| *end <= now) {
            held.forget_first();
        }
        if !held.ids.insert(id) {
            return false;
        }
        held.by_end.insert((end, id));
        if held.ids.len() > self.capacity {
            held.forget_first();
        }
        true
    }
}

impl Held {
    fn forget_first(&mut self) {
        if let Some((_, id)) = self.by_end.pop_first() {
            self.ids.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> NumericDate {
        NumericDate::from_seconds(seconds).unwrap()
    }

    /// OIDC-BCL-2.6-d
    #[test]
    fn an_id_is_new_once_until_it_ends() {
        let seen = SeenTokens::new(10);
        assert!(seen.is_new("one", at(100), at(0)));
        assert!(!seen.is_new("one", at(100), at(99)));
        assert!(!seen.is_new("one", at(200), at(99)), "a later end is not noted for one that was refused");
        assert!(seen.is_new("two", at(100), at(99)));
        assert!(seen.is_new("one", at(300), at(100)));
        assert_eq!(seen.held.lock().unwrap().ids.len(), 1);
    }

    #[test]
    fn what_does_not_fit_pushes_out_what_ends_first() {
        let seen = SeenTokens::new(3);
        for (jti, end) in [("c", 300), ("a", 100), ("b", 200), ("d", 400)] {
            assert!(seen.is_new(jti, at(end), at(0)), "{jti}");
        }
        let held = |jti| seen.held.lock().unwrap().ids.contains(&[0, 1].map(|n: usize| seen.hashers[n].hash_one(jti)));
        assert_eq!(["a", "b", "c", "d"].map(held), [false, true, true, true]);
        let held = seen.held.lock().unwrap();
        assert_eq!((held.ids.len(), held.by_end.len()), (3, 3));
    }
}
