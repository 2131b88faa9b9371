//! Tokens that were verified before.
//!
//! Two levels. What was verified goes into one table for all threads, bounded and hard to flush ([`shared`](self)).
//! What a thread finds there it also notes for itself ([`Front`]), with a handle of its own, so that from then on a hit
//! writes to no word that other threads read or write.
//!
//! A hit is only a candidate: whoever asked still has to see that its dates are in order and its keys the ones in use.

mod front;
mod status;
mod tag;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder, UnitWeighter};
use thread_local::ThreadLocal;

use self::front::Front;
pub use self::status::CacheStatus;
pub(crate) use self::tag::Tag;
use self::tag::{TagHasher, TagKey};
use crate::defaults;
use crate::principal::{Caller, Verified};
use crate::telemetry;

/// Verified tokens of one authenticator, under tags that nobody else can compute. Never the tokens themselves.
pub(crate) struct TokenCache {
    key: TagKey,
    shared: Cache<Tag, Arc<Verified>, UnitWeighter, TagHasher, LettingGo>,
    fronts: ThreadLocal<Mutex<Front>>,
    capacity: usize,
    misses: AtomicU64,
    evictions: AtomicU64,
}

impl TokenCache {
    /// `None` for a capacity of zero, and where the system has no randomness to give.
    pub(crate) fn new(capacity: usize) -> Option<Self> {
        Some(Self::with_key(TagKey::new().filter(|_| capacity > 0)?, capacity))
    }

    fn with_key(key: TagKey, capacity: usize) -> Self {
        let shards = shards(capacity);
        // Shards fill unevenly; with this, that many tokens find room nearly always.
        let capacity = if shards > 1 { capacity + capacity / 8 } else { capacity };
        let options = OptionsBuilder::new()
            .estimated_items_capacity(capacity)
            .weight_capacity(capacity as u64)
            .shards(shards)
            .build()
            .expect("both capacities are given");
        Self {
            key,
            shared: Cache::with_options(options, UnitWeighter, TagHasher, LettingGo),
            fronts: ThreadLocal::new(),
            capacity,
            misses: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    /// `None` for what cannot be remembered.
    pub(crate) fn tag(&self, token: &[u8]) -> Option<Tag> {
        self.key.tag(token)
    }

    /// The caller that was verified under that tag.
    pub(crate) fn find(&self, tag: Tag) -> Option<Arc<Caller>> {
        let mut front = self.front();
        if let Some(found) = front.as_mut().and_then(|front| front.find(tag)) {
            drop(front);
            if found.is_due && self.shared.get(&tag).is_none() {
                self.forget_here(tag);
            }
            return Some(found.caller);
        }
        // Never held while the other table is locked.
        drop(front);
        let caller = Arc::new(Caller::new(self.shared.get(&tag)?));
        if let Some(mut front) = self.front() {
            front.note(tag, &caller);
        }
        Some(caller)
    }

    /// Remembers a caller that was just verified.
    pub(crate) fn keep(&self, tag: Tag, caller: &Caller) {
        self.misses.fetch_add(1, Ordering::Relaxed);
        let mut gone = Gone::default();
        self.shared.insert_with_lifecycle(tag, Arc::clone(caller.verified()), &mut gone);
        if gone.count > 0 {
            let before = self.evictions.fetch_add(gone.count, Ordering::Relaxed);
            let every = self.sweeps_every();
            if before / every != (before + gone.count) / every {
                self.sweep();
            }
        }
        telemetry::token_kept(gone.count, || self.shared.len());
    }

    /// What was found does not stand any more.
    pub(crate) fn forget(&self, tag: Tag) {
        self.shared.remove(&tag);
        if let Some(mut front) = self.front() {
            front.take_back(tag);
        }
    }

    pub(crate) fn status(&self) -> CacheStatus {
        CacheStatus {
            tokens: self.shared.len(),
            capacity: self.capacity,
            hits: self.fronts.iter().map(|front| lock(front).hits()).sum(),
            misses: self.misses.load(Ordering::Relaxed),
            evictions: self.evictions.load(Ordering::Relaxed),
        }
    }

    /// This thread's own table; `None` while another thread sweeps it or reads its count.
    fn front(&self) -> Option<MutexGuard<'_, Front>> {
        match self.fronts.get_or(|| Mutex::new(Front::new(self.capacity))).try_lock() {
            Ok(front) => Some(front),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn forget_here(&self, tag: Tag) {
        if let Some(mut front) = self.front() {
            front.remove(tag);
        }
    }

    /// How many tokens may be let go before the threads' tables are looked through for them.
    fn sweeps_every(&self) -> u64 {
        (self.capacity / defaults::TOKENS_LET_GO_PART).max(1) as u64
    }

    /// Without it a thread's table would keep alive what the shared one has let go.
    fn sweep(&self) {
        for front in &self.fronts {
            lock(front).sweep();
        }
    }
}

fn lock(front: &Mutex<Front>) -> MutexGuard<'_, Front> {
    front.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Enough that threads which verify seldom meet, but each large enough to fill evenly and to choose well what to let go.
fn shards(capacity: usize) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    (threads * 4).min(64).min(capacity.div_ceil(1024))
}

/// Marks what the shared table lets go, and carries it out of the lock to be freed.
#[derive(Clone)]
struct LettingGo;

#[derive(Default)]
struct Gone {
    count: u64,
    last: Option<Arc<Verified>>,
}

impl Lifecycle<Tag, Arc<Verified>> for LettingGo {
    type RequestState = Gone;

    fn on_evict(&self, gone: &mut Gone, _: Tag, verified: Arc<Verified>) {
        verified.let_go.store(true, Ordering::Relaxed);
        gone.count += 1;
        gone.last = Some(verified);
    }
}
