//! Tokens that were verified before.
//!
//! Two levels. What was verified goes into one table for all threads, bounded and hard to flush. What a thread finds
//! there it also notes for itself (a [`Front`](front::Front)), with a handle of its own, so that from then on a hit writes to no word
//! that other threads read or write.
//!
//! A hit is only a candidate: whoever asked still has to see that its dates are in order and its keys the ones in use.

mod address;
mod front;
mod fronts;
mod shared;
mod status;
mod tag;
#[cfg(test)]
mod tests;
mod thread;
mod usage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use self::address::Address;
use self::address::Addresses;
use self::fronts::Fronts;
use self::shared::{Kept, Shared};
pub use self::status::CacheStatus;
use self::tag::{Tag, TagKey};
pub(crate) use self::usage::Usage;
use crate::principal::Caller;
use crate::telemetry;

/// Verified tokens of one authenticator. Never the tokens themselves, only what they say.
pub(crate) struct TokenCache {
    addresses: Addresses,
    key: TagKey,
    shared: Shared,
    fronts: Fronts,
    misses: AtomicU64,
    evictions: AtomicU64,
    /// Gives every token the same address, or the same tag.
    #[cfg(test)]
    colliding: (bool, bool),
}

impl TokenCache {
    /// `None` for a capacity of zero, and where the system has no randomness to give.
    pub(crate) fn new(capacity: usize) -> Option<Self> {
        #[cfg(feature = "__internals")]
        let capacity = if crate::internals::cache::is_off() { 0 } else { capacity };
        let addresses = Addresses::new()?;
        let key = TagKey::new().filter(|_| capacity > 0)?;
        let shared = Shared::new(capacity);
        Some(Self {
            addresses,
            key,
            fronts: Fronts::new(shared.capacity()),
            shared,
            misses: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
            #[cfg(test)]
            colliding: (false, false),
        })
    }

    /// The caller that this token was verified for, and in any case where it would be.
    pub(crate) fn find(&self, token: &[u8]) -> (Address, Option<Arc<Caller>>) {
        let address = self.address(token);
        (address, self.find_here(address, token).or_else(|| self.find_there(address, token)))
    }

    /// In this thread's own table.
    fn find_here(&self, address: Address, token: &[u8]) -> Option<Arc<Caller>> {
        let found = self.fronts.here()?.find(address, || self.tag(token))?;
        if found.is_let_go {
            self.fronts.unlocked(|front| front.remove(address));
        }
        Some(found.caller)
    }

    /// In the shared table.
    fn find_there(&self, address: Address, token: &[u8]) -> Option<Arc<Caller>> {
        let kept = self.shared.get(address)?;
        let tag = self.tag(token).filter(|tag| *tag == kept.tag)?;
        kept.verified.usage.count();
        let caller = Arc::new(Caller::new(kept.verified));
        self.fronts.unlocked(|front| front.note(address, tag, &caller));
        Some(caller)
    }

    /// Remembers a caller that was just verified.
    pub(crate) fn keep(&self, address: Address, token: &[u8], caller: &Caller) {
        let Some(tag) = self.tag(token) else { return };
        self.misses.fetch_add(1, Ordering::Relaxed);
        let let_go = self.shared.insert(address, Kept { tag, verified: Arc::clone(caller.verified()) });
        self.evictions.fetch_add(let_go.evicted, Ordering::Relaxed);
        self.fronts.count_gone(let_go.evicted + let_go.replaced);
        telemetry::token_kept(let_go.evicted, || self.shared.len());
    }

    /// What was found does not stand any more.
    pub(crate) fn forget(&self, address: Address) {
        let was_there = self.shared.remove(address);
        self.fronts.unlocked(|front| front.take_back(address));
        self.fronts.count_gone(u64::from(was_there));
    }

    pub(crate) fn status(&self) -> CacheStatus {
        CacheStatus {
            tokens: self.shared.len(),
            capacity: self.shared.capacity(),
            hits: self.fronts.hits(),
            misses: self.misses.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }

    fn address(&self, token: &[u8]) -> Address {
        #[cfg(test)]
        if self.colliding.0 {
            return self.addresses.of(b"");
        }
        self.addresses.of(token)
    }

    fn tag(&self, token: &[u8]) -> Option<Tag> {
        #[cfg(test)]
        if self.colliding.1 {
            return self.key.tag(b"");
        }
        self.key.tag(token)
    }
}
