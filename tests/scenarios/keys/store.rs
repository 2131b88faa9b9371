//! A store in memory that fails and waits when it is told to, and counts.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::SystemTime;

use portcullis::api_key::{
    ApiKeyStore, KeyChange, KeyFilter, KeyRecord, Lookup, MemoryKeyStore, StoreError, StoreFuture,
};
use tokio::sync::Semaphore;

pub(crate) struct ScriptedStore {
    inner: MemoryKeyStore,
    down: AtomicBool,
    holding: AtomicBool,
    release: Semaphore,
    finds: Mutex<HashMap<String, usize>>,
    pub(crate) writes_of_use: AtomicUsize,
}

impl ScriptedStore {
    pub(crate) fn new() -> Self {
        Self {
            inner: MemoryKeyStore::new(),
            down: AtomicBool::new(false),
            holding: AtomicBool::new(false),
            release: Semaphore::new(0),
            finds: Mutex::default(),
            writes_of_use: AtomicUsize::new(0),
        }
    }

    /// From now on nothing works, or everything again.
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Look-ups are answered as of now, but the answers come when they are let go.
    pub(crate) fn hold(&self) {
        self.holding.store(true, Ordering::SeqCst);
    }

    pub(crate) fn let_go(&self) {
        self.holding.store(false, Ordering::SeqCst);
        self.release.add_permits(10_000);
    }

    /// How often that id was looked up.
    pub(crate) fn finds(&self, id: &str) -> usize {
        self.finds.lock().unwrap().get(id).copied().unwrap_or(0)
    }

    /// How often anything was looked up.
    pub(crate) fn all_finds(&self) -> usize {
        self.finds.lock().unwrap().values().sum()
    }

    fn check_up(&self) -> Result<(), StoreError> {
        match self.down.load(Ordering::SeqCst) {
            true => Err(StoreError::unavailable("connection refused")),
            false => Ok(()),
        }
    }
}

impl ApiKeyStore for ScriptedStore {
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
        *self.finds.lock().unwrap().entry(id.to_owned()).or_default() += 1;
        Box::pin(async move {
            self.check_up()?;
            let found = self.inner.find(environment, id).await;
            if self.holding.load(Ordering::SeqCst) {
                self.release.acquire().await.expect("never closed").forget();
            }
            found
        })
    }

    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.check_up()?;
            self.inner.insert(record).await
        })
    }

    fn change<'a>(
        &'a self,
        environment: &'a str,
        id: &'a str,
        change: &'a KeyChange,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        Box::pin(async move {
            self.check_up()?;
            self.inner.change(environment, id, change).await
        })
    }

    fn rotate<'a>(
        &'a self,
        id: &'a str,
        end: SystemTime,
        successor: &'a KeyRecord,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        Box::pin(async move {
            self.check_up()?;
            self.inner.rotate(id, end, successor).await
        })
    }

    fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>> {
        self.inner.list(environment, filter)
    }

    fn revoke_owner<'a>(
        &'a self,
        environment: &'a str,
        tenant: Option<&'a str>,
        owner: &'a str,
        at: SystemTime,
    ) -> StoreFuture<'a, Vec<String>> {
        self.inner.revoke_owner(environment, tenant, owner, at)
    }

    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.check_up()?;
            self.writes_of_use.fetch_add(1, Ordering::SeqCst);
            self.inner.note_used(environment, used).await
        })
    }

    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
        self.inner.set_not_before(environment, at)
    }

    fn check(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.check_up() })
    }
}
