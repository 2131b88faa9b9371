//! A store that lasts as long as the process.

use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::record::KeyRecord;
use super::store::{ApiKeyStore, KeyChange, KeyFilter, Lookup, StoreError, StoreFuture};

/// Keeps records in memory: for tests, and for keys that are put in at start-up from a configuration.
#[derive(Default)]
pub struct MemoryKeyStore {
    environments: Mutex<BTreeMap<String, Environment>>,
}

#[derive(Default)]
struct Environment {
    records: BTreeMap<String, KeyRecord>,
    not_before: Option<SystemTime>,
}

impl MemoryKeyStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Environment>> {
        // What is locked is changed in single steps, so it is whole even if a thread panicked.
        self.environments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        environment: &str,
        act: impl FnOnce(&mut Environment) -> Result<T, StoreError>,
    ) -> StoreFuture<'static, T>
    where
        T: Send + 'static,
    {
        let mut environments = self.lock();
        let outcome = match environments.get_mut(environment) {
            Some(environment) => act(environment),
            None => act(environments.entry(environment.to_owned()).or_default()),
        };
        Box::pin(ready(outcome))
    }
}

impl ApiKeyStore for MemoryKeyStore {
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
        let found = self.lock().get(environment).map(|environment| Lookup {
            record: environment.records.get(id).cloned(),
            not_before: environment.not_before,
        });
        Box::pin(ready(Ok(found.unwrap_or_default())))
    }

    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
        self.with(&record.environment, |environment| environment.insert(record))
    }

    fn change<'a>(
        &'a self,
        environment: &'a str,
        id: &'a str,
        change: &'a KeyChange,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.with(environment, |environment| {
            Ok(environment.records.get_mut(id).map(|record| {
                change.apply(record);
                record.clone()
            }))
        })
    }

    fn rotate<'a>(
        &'a self,
        id: &'a str,
        end: SystemTime,
        successor: &'a KeyRecord,
    ) -> StoreFuture<'a, Option<KeyRecord>> {
        self.with(&successor.environment, |environment| {
            let may = |old: &&KeyRecord| old.can_be_followed_by(successor);
            if environment.records.get(id).filter(may).is_none() {
                return Ok(None);
            }
            environment.insert(successor)?;
            Ok(environment.records.get_mut(id).map(|old| {
                old.successor = Some(successor.id.clone());
                old.expires_at = Some(old.expires_at.map_or(end, |sooner| sooner.min(end)));
                old.clone()
            }))
        })
    }

    fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>> {
        self.with(environment, |environment| {
            let from = filter.after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let records = environment.records.range::<str, _>((from, Bound::Unbounded)).map(|(_, record)| record);
            let of_owner = |record: &&KeyRecord| filter.owner.as_ref().is_none_or(|owner| record.owner == *owner);
            let of_tenant = |record: &&KeyRecord| filter.tenant.as_ref().is_none_or(|tenant| record.tenant == *tenant);
            let limit = filter.limit.clamp(1, KeyFilter::MAX_LIMIT);
            Ok(records.filter(of_owner).filter(of_tenant).take(limit).cloned().collect())
        })
    }

    fn revoke_owner<'a>(
        &'a self,
        environment: &'a str,
        tenant: Option<&'a str>,
        owner: &'a str,
        at: SystemTime,
    ) -> StoreFuture<'a, Vec<String>> {
        self.with(environment, |environment| {
            let theirs = environment.records.values_mut().filter(|record| {
                record.owner == owner && record.tenant.as_deref() == tenant && record.revoked_at.is_none()
            });
            let revoke = |record: &mut KeyRecord| {
                record.revoked_at = Some(at);
                record.id.clone()
            };
            Ok(theirs.map(revoke).collect())
        })
    }

    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
        self.with(environment, |environment| {
            for (id, at) in used {
                if let Some(record) = environment.records.get_mut(id) {
                    record.last_used_at = record.last_used_at.max(Some(*at));
                }
            }
            Ok(())
        })
    }

    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
        self.with(environment, |environment| {
            Ok(*environment.not_before.insert(environment.not_before.map_or(at, |earlier| earlier.max(at))))
        })
    }

    fn check(&self) -> StoreFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl Environment {
    fn insert(&mut self, record: &KeyRecord) -> Result<(), StoreError> {
        if self.records.contains_key(&record.id) {
            return Err(StoreError::IdTaken);
        }
        self.records.insert(record.id.clone(), record.clone());
        Ok(())
    }
}

/// Numbers only.
impl fmt::Debug for MemoryKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: usize = self.lock().values().map(|environment| environment.records.len()).sum();
        f.debug_struct("MemoryKeyStore").field("keys", &keys).finish()
    }
}
