//! Names with an end, each within its issuer: looked up by many at once, changed often, and never copied.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::moment::Moment;
use super::sync::{AtomicUsize, Mutex, RwLock, RwLockWriteGuard};
use crate::claims::NumericDate;

/// A power of two, so that shards are all as likely.
const SHARDS: usize = 64;

/// How many entries a change pays for looking at, to drop those that have ended.
const SWEPT_PER_CHANGE: usize = 8;

/// Which tokens of that name are denied, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) issued_before: NumericDate,
    pub(super) end: Moment,
}

/// One list, in shards with a lock each.
///
/// A snapshot that readers share without any lock would have to be copied for each change, whole or in layers. Here a
/// change touches one name. A reader takes the lock of one shard, which is two atomic operations on memory that one in 64
/// names shares, behind a signature that cost a thousand times as much; and none at all while the list is empty. A writer
/// holds a lock for one insertion, or for one sweep of one shard.
///
/// A lock is poisoned by a panic, and nothing here panics; were it to happen, what the list holds still counts.
pub(super) struct DenyList {
    shards: Box<[RwLock<Shard>]>,
    /// Keyed, as the maps are: nobody can choose names that all meet in one shard.
    hasher: RandomState,
    held: AtomicUsize,
    sweep: Mutex<Sweep>,
}

/// By issuer, then by name: a pair as the key could not be looked up without an allocation.
#[derive(Default)]
struct Shard {
    issuers: HashMap<Box<str>, HashMap<Box<str>, Entry>>,
    entries: usize,
}

/// Where the next sweep goes on, and how many entries it may look at.
#[derive(Default)]
struct Sweep {
    shard: usize,
    credit: usize,
}

impl DenyList {
    pub(super) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            hasher: RandomState::new(),
            held: AtomicUsize::new(0),
            sweep: Mutex::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.held.load(Ordering::Acquire)
    }

    /// Is a token of that name and date denied? One without a date is older than any.
    pub(super) fn denies(&self, issuer: &str, name: &str, issued_at: Option<NumericDate>) -> bool {
        if self.len() == 0 {
            return false;
        }
        let shard = self.shards[self.shard_of(name)].read().unwrap_or_else(PoisonError::into_inner);
        let entry = shard.issuers.get(issuer).and_then(|names| names.get(name));
        entry.is_some_and(|entry| issued_at.is_none_or(|issued_at| issued_at < entry.issued_before))
    }

    /// Adds an entry, or widens the one of that name. Is anything denied now that was not before?
    pub(super) fn insert(&self, issuer: &str, name: &str, entry: Entry) -> bool {
        let mut shard = self.write(self.shard_of(name));
        let known = shard.issuers.get_mut(issuer).and_then(|names| names.get_mut(name));
        match known {
            Some(known) => {
                let denies_more = known.issued_before < entry.issued_before;
                known.issued_before = known.issued_before.max(entry.issued_before);
                known.end = known.end.latest(entry.end);
                denies_more
            }
            None => {
                shard.issuers.entry(issuer.into()).or_default().insert(name.into(), entry);
                shard.entries += 1;
                self.held.fetch_add(1, Ordering::Release);
                true
            }
        }
    }

    /// Hands over every entry, with its issuer and name. Takes the lock of one shard at a time.
    pub(super) fn for_each(&self, mut each: impl FnMut(&str, &str, &Entry)) {
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            for (issuer, names) in &shard.issuers {
                names.iter().for_each(|(name, entry)| each(issuer, name, entry));
            }
        }
    }

    /// Drops what has ended from the next shards, as many as changes have paid for by now. To be called once for each.
    pub(super) fn sweep(&self, now: Moment) {
        if self.len() == 0 {
            return;
        }
        let mut sweep = self.sweep.lock().unwrap_or_else(PoisonError::into_inner);
        sweep.credit += SWEPT_PER_CHANGE;
        for _ in 0..SHARDS {
            let mut shard = self.write(sweep.shard);
            // One more, so that empty shards are not free of charge.
            let Some(credit) = sweep.credit.checked_sub(shard.entries + 1) else { return };
            *sweep = Sweep { shard: (sweep.shard + 1) % SHARDS, credit };
            let dropped = shard.drop_ended(now);
            self.held.fetch_sub(dropped, Ordering::Release);
        }
    }

    fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Shard> {
        self.shards[shard].write().unwrap_or_else(PoisonError::into_inner)
    }

    fn shard_of(&self, name: &str) -> usize {
        self.hasher.hash_one(name) as usize % SHARDS
    }

    /// For how many entries there is room.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        let shards = self.shards.iter().map(|shard| shard.read().unwrap());
        shards.map(|shard| shard.issuers.values().map(|names| 1 + names.capacity()).sum::<usize>()).sum()
    }
}

impl Shard {
    /// Returns how many it dropped. Gives memory back, too, but not all of it, so that it need not be asked for again.
    fn drop_ended(&mut self, now: Moment) -> usize {
        let before = self.entries;
        self.issuers.retain(|_, names| {
            let held = names.len();
            names.retain(|_, entry| !entry.end.has_passed(now));
            self.entries -= held - names.len();
            if names.len() < names.capacity() / 4 {
                names.shrink_to(names.len() * 2);
            }
            !names.is_empty()
        });
        if self.issuers.len() < self.issuers.capacity() / 4 {
            self.issuers.shrink_to(self.issuers.len() * 2);
        }
        before - self.entries
    }
}
