//! A store in memory that fails when it is told to.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::{pending, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use portcullis::api_key::{
    ApiKeyStore, KeyChange, KeyFilter, KeyRecord, Lookup, MemoryKeyStore, StoreError, StoreFuture,
};
use tokio::sync::watch;

/// Where a [`TestKeys`](crate::TestKeys) keeps its keys. What is made through the `TestKeys` itself gets in whatever it was
/// told to do.
pub struct TestKeyStore {
    records: Arc<MemoryKeyStore>,
    mood: watch::Sender<Mood>,
    spoilt: Mutex<HashSet<String>>,
    look_ups: Mutex<HashMap<String, usize>>,
    writes_of_use: AtomicUsize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Failing,
    Hanging,
    HoldingLookUps,
    HoldingChanges,
    LosingAnswers,
}

impl TestKeyStore {
    pub(super) fn new() -> Self {
        let records = Arc::new(MemoryKeyStore::new());
        let (mood, _) = watch::channel(Mood::Well);
        Self { records, mood, spoilt: Mutex::default(), look_ups: Mutex::default(), writes_of_use: AtomicUsize::new(0) }
    }

    /// From now on it cannot be reached.
    pub fn fail(&self) {
        self.mood.send_replace(Mood::Failing);
    }

    /// From now on it never answers: move the clock past the time-out.
    pub fn hang(&self) {
        self.mood.send_replace(Mood::Hanging);
    }

    /// From now on it looks keys up when it is asked, and answers when it is [mended](Self::mend): for answers that something
    /// overtakes.
    pub fn hold(&self) {
        self.mood.send_replace(Mood::HoldingLookUps);
    }

    /// From now on it makes changes when it is asked, and answers when it is [mended](Self::mend): for callers that give up
    /// in between.
    pub fn hold_changes(&self) {
        self.mood.send_replace(Mood::HoldingChanges);
    }

    /// From now on it makes changes when it is asked, and says that it cannot be reached: for those that came through and
    /// were not confirmed.
    pub fn lose_answers(&self) {
        self.mood.send_replace(Mood::LosingAnswers);
    }

    /// From now on whoever looks for that id finds what cannot be understood ([`StoreError::Corrupt`]).
    pub fn spoil(&self, id: &str) {
        self.spoilt().insert(id.to_owned());
    }

    /// From now on it answers again, and understands all that it holds.
    pub fn mend(&self) {
        self.spoilt().clear();
        self.mood.send_replace(Mood::Well);
    }

    /// How often it was asked for a key so far, those times included when it did not answer.
    #[must_use]
    pub fn look_ups(&self) -> usize {
        self.asked().values().sum()
    }

    /// How often it was asked for the key of that id so far.
    #[must_use]
    pub fn look_ups_of(&self, id: &str) -> usize {
        self.asked().get(id).copied().unwrap_or(0)
    }

    /// How many batches of uses it took so far.
    #[must_use]
    pub fn writes_of_use(&self) -> usize {
        self.writes_of_use.load(Ordering::SeqCst)
    }

    pub(crate) fn records(&self) -> Arc<MemoryKeyStore> {
        Arc::clone(&self.records)
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.look_ups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spoilt(&self) -> MutexGuard<'_, HashSet<String>> {
        self.spoilt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing<'a, T: Send + 'a>(
        &'a self,
        act: impl FnOnce(&'a MemoryKeyStore) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        let loses = *self.mood.borrow() == Mood::LosingAnswers;
        let change = self.while_not(Mood::HoldingChanges, self.when_well(act));
        Box::pin(async move {
            match change.await {
                Ok(_) if loses => Err(StoreError::unavailable("the test told it to lose the answer")),
                outcome => outcome,
            }
        })
    }

    /// Answers when it is in another mood.
    fn while_not<'a, T: Send + 'a>(&'a self, held: Mood, act: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        let mut mood = self.mood.subscribe();
        Box::pin(async move {
            let outcome = act.await;
            // An error means that nobody can mend it any more.
            mood.wait_for(|mood| *mood != held).await.ok();
            outcome
        })
    }

    fn when_well<'a, T: Send + 'a>(
        &'a self,
        act: impl FnOnce(&'a MemoryKeyStore) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        let mood = *self.mood.borrow();
        match mood {
            Mood::Well | Mood::HoldingLookUps | Mood::HoldingChanges | Mood::LosingAnswers => act(&self.records),
            Mood::Failing => Box::pin(ready(Err(StoreError::unavailable("the test told it to fail")))),
            Mood::Hanging => Box::pin(pending()),
        }
    }
}

impl ApiKeyStore for TestKeyStore {
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
        *self.asked().entry(id.to_owned()).or_default() += 1;
        if self.spoilt().contains(id) {
            return Box::pin(ready(Err(StoreError::Corrupt("the test spoilt it".to_owned()))));
        }
        self.while_not(Mood::HoldingLookUps, self.when_well(|records| records.find(environment, id)))
    }

    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
        self.changing(|records| records.insert(record))
    }

    fn change<'a>(
        &'a self,
        environment: &'a str,
        id: &'a str,
        change: &'a KeyChange,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.changing(|records| records.change(environment, id, change))
    }

    fn rotate<'a>(
        &'a self,
        id: &'a str,
        end: SystemTime,
        successor: &'a KeyRecord,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.changing(|records| records.rotate(id, end, successor))
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
        self.changing(|records| records.revoke_owner(environment, tenant, owner, at))
    }

    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
        self.when_well(|records| {
            self.writes_of_use.fetch_add(1, Ordering::SeqCst);
            records.note_used(environment, used)
        })
    }

    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
        self.changing(|records| records.set_not_before(environment, at))
    }

    fn check(&self) -> StoreFuture<'_, ()> {
        self.when_well(|records| records.check())
    }
}

impl fmt::Debug for TestKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mood = *self.mood.borrow();
        f.debug_struct("TestKeyStore").field("mood", &mood).field("look_ups", &self.look_ups()).finish_non_exhaustive()
    }
}
