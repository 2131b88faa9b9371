//! The table of all threads: bounded, in shards with a lock each, and scan-resistant, so that tokens that are used once
//! or twice do not push out those that are used again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, OptionsBuilder, UnitWeighter};

use super::address::{Address, AsItIs};
use super::tag::Tag;
use crate::principal::Verified;

pub(super) struct Shared(Cache<Address, Kept, UnitWeighter, AsItIs, LettingGo>);

/// A token that is remembered.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) tag: Tag,
    pub(super) verified: Arc<Verified>,
}

impl Shared {
    pub(super) fn new(tokens: usize) -> Self {
        let shards = shards(tokens);
        // Shards fill unevenly; with this, that many tokens find room nearly always.
        let capacity = if shards > 1 { tokens + tokens / 8 } else { tokens };
        let options = OptionsBuilder::new()
            .estimated_items_capacity(capacity)
            .weight_capacity(capacity as u64)
            .shards(shards)
            .hot_allocation(HOT)
            .ghost_allocation(GHOSTS)
            .build()
            .expect("both capacities are given, and the shares are in range");
        Self(Cache::with_options(options, UnitWeighter, AsItIs, LettingGo::new(capacity / shards.max(1))))
    }

    /// A lock of a shard and a reference count, which other threads may want at the same time.
    pub(super) fn get(&self, address: Address) -> Option<Kept> {
        self.0.get(&address)
    }

    /// Returns what had to go for it. It is dropped when nothing is locked any more.
    pub(super) fn insert(&self, address: Address, kept: Kept) -> LetGo {
        let mut gone = Gone { for_address: Some(address), ..Gone::default() };
        self.0.insert_with_lifecycle(address, kept, &mut gone);
        gone.count
    }

    /// Whether it was there.
    pub(super) fn remove(&self, address: Address) -> bool {
        let removed = self.0.remove(&address);
        removed.is_some_and(|(_, kept)| {
            kept.verified.usage.let_go();
            true
        })
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn capacity(&self) -> usize {
        usize::try_from(self.0.capacity()).unwrap_or(usize::MAX)
    }
}

/// The share that is for tokens which were used again. The rest is for new ones to prove themselves in.
const HOT: f64 = 0.75;
/// Of tokens that were let go, addresses are remembered: as many as there are tokens. One that comes back meanwhile is
/// taken for a regular. Both together are how rare a regular may be among tokens that are used once: one in 1.25 times the
/// capacity.
const GHOSTS: f64 = 1.0;

/// Enough that threads which verify seldom meet, but each large enough to fill evenly and to choose well what to let go.
fn shards(tokens: usize) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    (threads * 4).min(64).min(tokens.div_ceil(1024))
}

/// How many tokens were let go.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct LetGo {
    /// For others.
    pub(super) evicted: u64,
    /// Because they were verified once more.
    pub(super) replaced: u64,
}

/// Chooses in one shard what is let go, marks it for the threads that know of it too, and carries it out of the lock to be
/// freed.
///
/// The cache goes round its tokens and lets go of the first that was not used since the last time, which it learns from
/// those that are looked up in it. Most are not: a thread that knows a token by itself has its use noted in [`Usage`].
/// Whoever has a chance left there is passed over.
///
/// [`Usage`]: super::Usage
struct LettingGo {
    /// Since one was let go. Under the lock of the shard; an atomic only because it is shared.
    spared: AtomicUsize,
    /// Fewer than there are to go round, or it could end with nobody let go.
    at_most: usize,
}

impl LettingGo {
    fn new(shard_capacity: usize) -> Self {
        Self::sparing((shard_capacity as f64 * HOT) as usize / 2)
    }

    fn sparing(at_most: usize) -> Self {
        Self { spared: AtomicUsize::new(0), at_most }
    }
}

/// For another shard.
impl Clone for LettingGo {
    fn clone(&self) -> Self {
        Self::sparing(self.at_most)
    }
}

/// Nearly always one.
#[derive(Default)]
struct Gone {
    for_address: Option<Address>,
    count: LetGo,
    last: Option<Kept>,
    others: Vec<Kept>,
}

impl Lifecycle<Address, Kept> for LettingGo {
    type RequestState = Gone;

    fn is_pinned(&self, _: &Address, kept: &Kept) -> bool {
        let spared = self.spared.load(Ordering::Relaxed);
        let spare = spared < self.at_most && kept.verified.usage.take_chance();
        if spare {
            self.spared.store(spared + 1, Ordering::Relaxed);
        }
        spare
    }

    fn on_evict(&self, gone: &mut Gone, address: Address, kept: Kept) {
        self.spared.store(0, Ordering::Relaxed);
        kept.verified.usage.let_go();
        match gone.for_address == Some(address) {
            true => gone.count.replaced += 1,
            false => gone.count.evicted += 1,
        }
        gone.others.extend(gone.last.replace(kept));
    }
}
