//! What one thread knows of the cache by itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::address::{Address, AsItIs};
use super::tag::Tag;
use crate::defaults;
use crate::principal::Caller;

/// The tokens that one thread has found in the shared table, each with a handle that no other thread counts on.
pub(super) struct Front {
    tokens: HashMap<Address, Known, AsItIs>,
    capacity: usize,
    hits: u64,
}

struct Known {
    tag: Tag,
    caller: Arc<Caller>,
    uses: u8,
}

pub(super) struct Found {
    pub(super) caller: Arc<Caller>,
    /// The shared table should hear that this token is in use, which it cannot see from here.
    pub(super) is_due: bool,
}

/// What is not in the table any more. To be dropped when it is unlocked: with a token go the claims that an application
/// made of it, and what they do then is theirs.
#[must_use = "dropped while the table is locked, it may call back"]
pub(super) struct Gone(#[expect(dead_code, reason = "only there to be dropped")] Vec<Known>);

impl Front {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.min(defaults::MAX_TOKENS_PER_THREAD);
        Self { tokens: HashMap::with_hasher(AsItIs), capacity, hits: 0 }
    }

    pub(super) fn find(&mut self, address: Address, tag: impl FnOnce() -> Option<Tag>) -> Option<Found> {
        let known = self.tokens.get_mut(&address)?;
        if tag()? != known.tag {
            return None;
        }
        self.hits += 1;
        known.uses = known.uses.wrapping_add(1);
        Some(Found { caller: Arc::clone(&known.caller), is_due: known.uses == 0 })
    }

    /// Notes what was found in the shared table. When there is no more room everything goes: what is still in use
    /// comes back with its next use, and costs no verification.
    pub(super) fn note(&mut self, address: Address, tag: Tag, caller: &Arc<Caller>) -> Gone {
        let mut gone = match self.tokens.len() >= self.capacity {
            true => self.tokens.drain().map(|(_, known)| known).collect(),
            false => Vec::new(),
        };
        self.hits += 1;
        gone.extend(self.tokens.insert(address, Known { tag, caller: Arc::clone(caller), uses: 0 }));
        Gone(gone)
    }

    pub(super) fn remove(&mut self, address: Address) -> Gone {
        Gone(self.tokens.remove(&address).into_iter().collect())
    }

    /// What was found was no hit after all.
    pub(super) fn take_back(&mut self, address: Address) -> Gone {
        self.hits = self.hits.saturating_sub(1);
        self.remove(address)
    }

    /// Takes out what the shared table has let go.
    pub(super) fn sweep(&mut self) -> Gone {
        let let_go = |_: &Address, known: &mut Known| known.caller.verified().let_go.load(Ordering::Relaxed);
        Gone(self.tokens.extract_if(let_go).map(|(_, known)| known).collect())
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

    #[test]
    fn a_thread_notes_no_more_tokens_than_there_may_be() {
        let (addresses, key) = (Addresses::new().unwrap(), TagKey::new().unwrap());
        let trusted = TrustedCaller::new("https://issuer.test", "alice").build();
        let mut front = Front::new(32);
        for n in 0..1_000 {
            let token = n.to_string();
            let (address, tag) = (addresses.of(token.as_bytes()), key.tag(token.as_bytes()).unwrap());
            drop(front.note(address, tag, trusted.caller().unwrap()));
            assert!((1..=32).contains(&front.tokens.len()));
            assert!(front.find(address, || Some(tag)).is_some(), "the last one is always there");
        }
    }
}
