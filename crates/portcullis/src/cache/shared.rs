//! The table of all threads: bounded, in shards with a lock each, and scan-resistant, so that tokens that are used once
//! do not push out those that are used again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

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
        Self(Cache::with_options(options, UnitWeighter, AsItIs, LettingGo))
    }

    /// A lock of a shard and a reference count, which other threads may want at the same time.
    pub(super) fn get(&self, address: Address) -> Option<Kept> {
        self.0.get(&address)
    }

    /// Notes that a token is in use, unless it was let go.
    pub(super) fn is_in_use(&self, address: Address) -> bool {
        self.0.get(&address).is_some()
    }

    /// Returns how many others had to go. They are dropped when nothing is locked any more, as is one in whose place the
    /// new one comes: it is let go like any other.
    pub(super) fn insert(&self, address: Address, kept: Kept) -> u64 {
        let mut gone = Gone::default();
        self.0.insert_with_lifecycle(address, kept, &mut gone);
        gone.count
    }

    /// Whether it was there.
    pub(super) fn remove(&self, address: Address) -> bool {
        let removed = self.0.remove(&address);
        removed.is_some_and(|(_, kept)| {
            kept.verified.let_go.store(true, Ordering::Relaxed);
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

/// Marks what is let go, for the threads that know of it too, and carries it out of the lock to be freed.
#[derive(Clone)]
struct LettingGo;

/// Nearly always one.
#[derive(Default)]
struct Gone {
    count: u64,
    last: Option<Kept>,
    others: Vec<Kept>,
}

impl Lifecycle<Address, Kept> for LettingGo {
    type RequestState = Gone;

    fn on_evict(&self, gone: &mut Gone, _: Address, kept: Kept) {
        kept.verified.let_go.store(true, Ordering::Relaxed);
        gone.count += 1;
        gone.others.extend(gone.last.replace(kept));
    }
}
