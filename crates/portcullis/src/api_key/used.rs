//! When keys were last used: noted in memory once a minute, written in batches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use tokio::runtime::Handle;

use super::lookup::LookUps;
use super::store::StoreError;
use crate::defaults;
use crate::telemetry;
use crate::within::within;

/// Uses that the store has not heard of yet.
#[derive(Default)]
pub(super) struct Used(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    keys: HashMap<String, SystemTime>,
    /// Somebody is going to write them.
    is_planned: bool,
}

impl Used {
    /// Notes a use, and plans the writing of it and those that come meanwhile.
    pub(super) fn note(self: &Arc<Self>, lookups: &Arc<LookUps>, id: &str) {
        let at = super::whole_milliseconds(lookups.clock.now());
        let mut noted = self.lock();
        if noted.keys.len() < defaults::MAX_CACHED_KEYS || noted.keys.contains_key(id) {
            noted.keys.insert(id.to_owned(), at);
        }
        if noted.is_planned {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        noted.is_planned = true;
        drop(noted);
        let pause = lookups.clock.sleep(defaults::KEY_USE_WRITTEN_EVERY);
        // Weak, so that nothing lives on for it: what was noted last may be lost with the last handle.
        let (plan, lookups) = (Plan(Arc::downgrade(self)), Arc::downgrade(lookups));
        runtime.spawn(async move {
            pause.await;
            let used = plan.0.upgrade();
            drop(plan);
            if let (Some(used), Some(lookups)) = (used, lookups.upgrade()) {
                used.write(&lookups).await;
            }
        });
    }

    /// Tells the store all that was noted. What it does not take is noted again, for the next time.
    pub(super) async fn write(&self, lookups: &LookUps) {
        let batch: Vec<(String, SystemTime)> = self.lock().keys.drain().collect();
        /// Few enough for one statement.
        const TOGETHER: usize = 1_000;
        for part in batch.chunks(TOGETHER) {
            let written = lookups.store.note_used(&lookups.environment, part);
            let written = within(lookups.clock.sleep(lookups.timeout), written).await;
            if let Err(error) = written.unwrap_or_else(|| Err(StoreError::unavailable("no answer in time"))) {
                telemetry::key_store_failed(&lookups.environment, &error, true);
                let mut noted = self.lock();
                for (id, at) in part {
                    let known = noted.keys.entry(id.clone()).or_insert(*at);
                    *known = (*at).max(*known);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That somebody is going to write. Not so any more when dropped, whether it was written or the runtime ended before.
struct Plan(Weak<Used>);

impl Drop for Plan {
    fn drop(&mut self) {
        if let Some(used) = self.0.upgrade() {
            used.lock().is_planned = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ApiKeys, DigestKey, MemoryKeyStore};
    use super::*;

    /// As where a store takes no uses for days: those of more keys than can be remembered are not noted, and of those that
    /// are noted the last one is.
    #[test]
    fn no_more_uses_are_noted_than_keys_can_be_remembered() {
        let digest_key = DigestKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap())).unwrap();
        let keys = ApiKeys::builder("acme_test", digest_key, MemoryKeyStore::new()).build().unwrap();
        let (used, lookups) = (&keys.shared().used, &keys.shared().lookups);
        for n in 0..defaults::MAX_CACHED_KEYS {
            used.note(lookups, &n.to_string());
        }
        used.lock().keys.insert("0".to_owned(), SystemTime::UNIX_EPOCH);
        for id in ["0", "one more"] {
            used.note(lookups, id);
        }
        let noted = &used.lock().keys;
        assert_eq!(noted.len(), defaults::MAX_CACHED_KEYS);
        assert!(noted["0"] > SystemTime::UNIX_EPOCH && !noted.contains_key("one more"));
    }
}
