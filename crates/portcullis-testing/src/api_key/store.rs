//! A store in memory that fails when it is told to.

use std::fmt;
use std::future::{pending, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use portcullis::api_key::{
    ApiKeyStore, KeyChange, KeyFilter, KeyRecord, Lookup, MemoryKeyStore, StoreError, StoreFuture,
};

/// Where a [`TestKeys`](crate::TestKeys) keeps its keys. What is made through the `TestKeys` itself gets in whatever it was
/// told to do.
pub struct TestKeyStore {
    records: Arc<MemoryKeyStore>,
    mood: Mutex<Mood>,
    look_ups: AtomicUsize,
}

#[derive(Debug, Clone, Copy)]
enum Mood {
    Well,
    Failing,
    Hanging,
}

impl TestKeyStore {
    pub(super) fn new() -> Self {
        let records = Arc::new(MemoryKeyStore::new());
        Self { records, mood: Mutex::new(Mood::Well), look_ups: AtomicUsize::new(0) }
    }

    /// From now on it cannot be reached.
    pub fn fail(&self) {
        self.set(Mood::Failing);
    }

    /// From now on it never answers: move the clock past the time-out.
    pub fn hang(&self) {
        self.set(Mood::Hanging);
    }

    /// From now on it answers again.
    pub fn mend(&self) {
        self.set(Mood::Well);
    }

    /// How often it was asked for a key so far, those times included when it did not answer.
    #[must_use]
    pub fn look_ups(&self) -> usize {
        self.look_ups.load(Ordering::SeqCst)
    }

    pub(crate) fn records(&self) -> Arc<MemoryKeyStore> {
        Arc::clone(&self.records)
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn when_well<'a, T: Send + 'a>(
        &'a self,
        act: impl FnOnce(&'a MemoryKeyStore) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        let mood = *self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        match mood {
            Mood::Well => act(&self.records),
            Mood::Failing => Box::pin(ready(Err(StoreError::unavailable("the test told it to fail")))),
            Mood::Hanging => Box::pin(pending()),
        }
    }
}

impl ApiKeyStore for TestKeyStore {
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
        self.look_ups.fetch_add(1, Ordering::SeqCst);
        self.when_well(|records| records.find(environment, id))
    }

    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
        self.when_well(|records| records.insert(record))
    }

    fn change<'a>(
        &'a self,
        environment: &'a str,
        id: &'a str,
        change: &'a KeyChange,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.when_well(|records| records.change(environment, id, change))
    }

    fn rotate<'a>(
        &'a self,
        id: &'a str,
        end: SystemTime,
        successor: &'a KeyRecord,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.when_well(|records| records.rotate(id, end, successor))
    }

    fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>> {
        self.when_well(|records| records.list(environment, filter))
    }

    fn revoke_owner<'a>(
        &'a self,
        environment: &'a str,
        tenant: Option<&'a str>,
        owner: &'a str,
        at: SystemTime,
    ) -> StoreFuture<'a, Vec<String>> {
        self.when_well(|records| records.revoke_owner(environment, tenant, owner, at))
    }

    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
        self.when_well(|records| records.note_used(environment, used))
    }

    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
        self.when_well(|records| records.set_not_before(environment, at))
    }

    fn check(&self) -> StoreFuture<'_, ()> {
        self.when_well(|records| records.check())
    }
}

impl fmt::Debug for TestKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mood = *self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("TestKeyStore").field("mood", &mood).field("look_ups", &self.look_ups()).finish_non_exhaustive()
    }
}
