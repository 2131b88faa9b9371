//! What one thread knows of the cache by itself.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Weak};

use super::address::{Address, AsItIs};
use super::tag::Tag;
use super::thread;
use crate::defaults;
use crate::principal::Caller;

/// The tokens that one thread has found in the shared table, each with a handle that no other thread counts on.
pub(super) struct Front {
    tokens: HashMap<Address, Known, AsItIs>,
    capacity: usize,
    /// Since it was full, or was last looked through.
    turned_away: usize,
    hits: u64,
    /// Gone when the thread is. The next one may get its number, and with that its table.
    thread: Weak<()>,
}

/// For each place in a full table. A token stays in its place if it is used once while so many others are, and one that
/// came into use waits for a place for as long.
const TURNED_AWAY: usize = 4;

struct Known {
    tag: Tag,
    caller: Arc<Caller>,
    /// Since a full table was last looked through.
    is_used: bool,
}

pub(super) struct Found {
    pub(super) caller: Arc<Caller>,
    /// By the shared table, which is to be asked the next time.
    pub(super) is_let_go: bool,
}

/// What is not in the table any more. To be dropped when it is unlocked: with a token go the claims that an application
/// made of it, and what they do then is theirs.
#[must_use = "dropped while the table is locked, it may call back"]
pub(super) struct Gone(#[expect(dead_code, reason = "only there to be dropped")] Vec<Known>);

impl Front {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.min(defaults::MAX_TOKENS_PER_THREAD);
        Self { tokens: HashMap::with_hasher(AsItIs), capacity, turned_away: 0, hits: 0, thread: thread::life() }
    }

    pub(super) fn find(&mut self, address: Address, tag: impl FnOnce() -> Option<Tag>) -> Option<Found> {
        let known = self.tokens.get_mut(&address)?;
        if tag()? != known.tag {
            return None;
        }
        self.hits += 1;
        known.is_used = true;
        let usage = &known.caller.verified().usage;
        usage.count();
        Some(Found { is_let_go: usage.is_let_go(), caller: Arc::clone(&known.caller) })
    }

    /// Notes what was found in the shared table, if there is room. A token that finds none costs no verification: it is
    /// in that table the next time, too.
    pub(super) fn note(&mut self, address: Address, tag: Tag, caller: &Arc<Caller>) -> Gone {
        self.hits += 1;
        if self.thread_has_ended() {
            self.thread = thread::life();
        }
        let mut gone = self.make_room();
        if !self.is_full() {
            gone.extend(self.tokens.insert(address, Known { tag, caller: Arc::clone(caller), is_used: true }));
        }
        Gone(gone)
    }

    /// Tokens in use cannot push each other out: a full table turns some times as many away as it holds, and only then those
    /// go that were not used meanwhile.
    fn make_room(&mut self) -> Vec<Known> {
        if !self.is_full() {
            return Vec::new();
        }
        self.turned_away += 1;
        if self.turned_away < TURNED_AWAY * self.capacity {
            return Vec::new();
        }
        self.turned_away = 0;
        let is_idle = |_: &Address, known: &mut Known| !mem::take(&mut known.is_used);
        self.tokens.extract_if(is_idle).map(|(_, known)| known).collect()
    }

    fn is_full(&self) -> bool {
        self.tokens.len() >= self.capacity
    }

    pub(super) fn remove(&mut self, address: Address) -> Gone {
        Gone(self.tokens.remove(&address).into_iter().collect())
    }

    /// What was found was no hit after all.
    pub(super) fn take_back(&mut self, address: Address) -> Gone {
        self.hits = self.hits.saturating_sub(1);
        self.remove(address)
    }

    /// Takes out what the shared table has let go, and everything if there is no thread any more to look it up.
    pub(super) fn sweep(&mut self) -> Gone {
        if self.thread_has_ended() {
            let tokens = mem::replace(&mut self.tokens, HashMap::with_hasher(AsItIs));
            return Gone(tokens.into_values().collect());
        }
        let let_go = |_: &Address, known: &mut Known| known.caller.verified().usage.is_let_go();
        Gone(self.tokens.extract_if(let_go).map(|(_, known)| known).collect())
    }

    fn thread_has_ended(&self) -> bool {
        self.thread.strong_count() == 0
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::address::Addresses;
    use crate::cache::tag::TagKey;
    use crate::principal::TrustedCaller;

    /// Notes or finds tokens by their number.
    struct Numbered {
        front: Front,
        addresses: Addresses,
        key: TagKey,
        caller: Arc<Caller>,
    }

    impl Numbered {
        fn new(capacity: usize) -> Self {
            let trusted = TrustedCaller::new("https://issuer.test", "alice").build();
            let caller = Arc::clone(trusted.caller().unwrap());
            let (addresses, key) = (Addresses::new().unwrap(), TagKey::new().unwrap());
            Self { front: Front::new(capacity), addresses, key, caller }
        }

        /// Whether the thread had it noted; it is noted now, if there is room.
        fn present(&mut self, n: u32) -> bool {
            let (address, tag) = (self.addresses.of(&n.to_ne_bytes()), self.key.tag(&n.to_ne_bytes()).unwrap());
            let found = self.front.find(address, || Some(tag)).is_some();
            if !found {
                drop(self.front.note(address, tag, &self.caller));
            }
            assert!(self.front.tokens.len() <= self.front.capacity);
            found
        }
    }

    #[test]
    fn a_thread_notes_no_more_tokens_than_there_may_be_and_new_ones_take_over_from_old_ones() {
        let mut tokens = Numbered::new(32);
        for n in 0..1_000 {
            tokens.present(n);
        }
        for _ in 0..2 * TURNED_AWAY + 2 {
            (2_000..2_032).for_each(|n| _ = tokens.present(n));
        }
        assert!((2_000..2_032).all(|n| tokens.present(n)));
    }

    /// Three times as many are in use as there is room for.
    #[test]
    fn tokens_that_a_thread_has_no_room_for_do_not_push_out_those_that_it_uses() {
        let mut tokens = Numbered::new(32);
        let rounds = 100;
        let found: usize = (0..rounds).map(|_| (0..96).filter(|n| tokens.present(*n)).count()).sum();
        assert!(found >= 31 * rounds, "{found} of at most {}", 32 * rounds);
    }

    /// In place of the thread, which nobody knows to have ended until its table is looked through.
    #[test]
    fn the_table_of_a_thread_that_has_ended_takes_no_memory_once_it_was_looked_through() {
        let make = || {
            let mut tokens = Numbered::new(32);
            (0..32).for_each(|n| _ = tokens.present(n));
            drop(tokens.front.sweep());
            assert_eq!(tokens.front.tokens.len(), 32, "it has not ended");
            tokens
        };
        let mut tokens = std::thread::spawn(make).join().unwrap();
        drop(tokens.front.sweep());
        assert_eq!((tokens.front.tokens.capacity(), tokens.front.hits()), (0, 32));
    }

    #[test]
    fn a_thread_that_was_given_the_table_of_another_that_has_ended_keeps_what_it_notes() {
        let mut tokens = std::thread::spawn(|| Numbered::new(32)).join().unwrap();
        tokens.present(1);
        drop(tokens.front.sweep());
        assert!(tokens.present(1));
    }
}
