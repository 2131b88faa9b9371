//! When keys were last used: noted in memory once a minute, written in batches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::runtime::Handle;

use super::lookup::LookUps;
use crate::defaults;
use crate::telemetry;

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
        // Weak, so that nothing lives on for it: what was noted last may be lost with the last handle.
        let (used, lookups) = (Arc::downgrade(self), Arc::downgrade(lookups));
        let Some(pause) = lookups.upgrade().map(|lookups| lookups.clock.sleep(defaults::KEY_USE_WRITTEN_EVERY)) else {
            return;
        };
        runtime.spawn(async move {
            pause.await;
            if let (Some(used), Some(lookups)) = (used.upgrade(), lookups.upgrade()) {
                used.lock().is_planned = false;
                used.write(&lookups).await;
            }
        });
    }

    /// Tells the store all that was noted. What it does not take is noted again, for the next time.
    pub(super) async fn write(&self, lookups: &LookUps) {
        let batch: Vec<(String, SystemTime)> = self.lock().keys.drain().collect();
        if batch.is_empty() {
            return;
        }
        if let Err(error) = lookups.store.note_used(&lookups.environment, &batch).await {
            telemetry::key_store_failed(&lookups.environment, &error);
            let mut noted = self.lock();
            for (id, at) in batch {
                let known = noted.keys.entry(id).or_insert(at);
                *known = at.max(*known);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
