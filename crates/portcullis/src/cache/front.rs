//! What one thread knows of the cache by itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::tag::{Tag, TagHasher};
use crate::defaults;
use crate::principal::Caller;

/// The tokens that one thread has found in the shared table, each with a handle that no other thread counts on.
pub(super) struct Front {
    tokens: HashMap<Tag, Known, TagHasher>,
    capacity: usize,
    hits: u64,
}

struct Known {
    caller: Arc<Caller>,
    uses: u8,
}

pub(super) struct Found {
    pub(super) caller: Arc<Caller>,
    /// The shared table should hear that this token is in use, which it cannot see from here.
    pub(super) is_due: bool,
}

impl Front {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.min(defaults::MAX_TOKENS_PER_THREAD);
        Self { tokens: HashMap::with_hasher(TagHasher), capacity, hits: 0 }
    }

    pub(super) fn find(&mut self, tag: Tag) -> Option<Found> {
        let known = self.tokens.get_mut(&tag)?;
        self.hits += 1;
        known.uses = known.uses.wrapping_add(1);
        Some(Found { caller: Arc::clone(&known.caller), is_due: known.uses == 0 })
    }

    /// Notes what was found in the shared table. When there is no more room everything goes: what is still in use
    /// comes back with its next use, and costs no verification.
    pub(super) fn note(&mut self, tag: Tag, caller: &Arc<Caller>) {
        if self.tokens.len() >= self.capacity {
            self.tokens.clear();
        }
        self.hits += 1;
        self.tokens.insert(tag, Known { caller: Arc::clone(caller), uses: 0 });
    }

    pub(super) fn remove(&mut self, tag: Tag) {
        self.tokens.remove(&tag);
    }

    /// What was found was no hit after all.
    pub(super) fn take_back(&mut self, tag: Tag) {
        self.remove(tag);
        self.hits = self.hits.saturating_sub(1);
    }

    /// Drops what the shared table has let go.
    pub(super) fn sweep(&mut self) {
        self.tokens.retain(|_, known| !known.caller.verified().let_go.load(Ordering::Relaxed));
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits
    }
}
