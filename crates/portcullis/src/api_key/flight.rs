//! One look-up, from the question to what is learnt of the answer.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::known::{KnownKey, milliseconds};
use super::lookup::LookUps;
use super::record::KeyKind;
use super::store::StoreError;
use super::under_way::{Changed, Landed};
use crate::telemetry;
use crate::within::within;

/// So often a look-up is made again because keys were changed meanwhile.
const ROUNDS: usize = 8;

/// Who did not answer.
enum Failure {
    Store(StoreError),
    /// Which is of no consequence to keys that are no personal access tokens.
    Owners(StoreError),
}

/// One look-up under way. Leaves the table when dropped, however it ends.
pub(super) struct Flight {
    pub(super) lookups: Arc<LookUps>,
    pub(super) id: Box<str>,
    pub(super) number: u64,
}

impl Flight {
    pub(super) async fn fly(&self) -> Landed {
        for _ in 0..ROUNDS {
            let asked_at = self.lookups.clock.monotonic();
            match self.find(asked_at).await {
                Err(failure) => return self.failed(&failure),
                Ok(answer) => {
                    if let Some(landed) = self.land(answer, asked_at) {
                        return landed;
                    }
                }
            }
        }
        Landed::Failed
    }

    /// Learns the answer and leaves the table, in one step: whoever comes now finds the answer, or asks anew. `None`, and
    /// nothing is learnt, when something was changed here meanwhile, which may not be in it.
    fn land(&self, answer: Option<KnownKey>, asked_at: Duration) -> Option<Landed> {
        let mut flights = self.lookups.flights();
        let Some(flight) = flights.get_mut(&self.id).filter(|flight| flight.landing.number == self.number) else {
            // Given up, so nobody would say that it is outdated.
            return Some(Landed::Failed);
        };
        // What comes from now on is of the next answer.
        if std::mem::replace(&mut flight.changed, Changed::Nothing).concerns(answer.as_ref()) {
            return None;
        }
        let landed = match answer {
            Some(known) => Landed::Known(self.learn(known, asked_at)),
            None => self.unknown(asked_at),
        };
        flights.remove(&self.id);
        Some(landed)
    }

    /// In the time that a look-up may take, owners included.
    async fn find(&self, asked_at: Duration) -> Result<Option<KnownKey>, Failure> {
        let lookups = &*self.lookups;
        let mut bound = pin!(lookups.clock.sleep(lookups.timeout));
        let late = || StoreError::unavailable("no answer in time");
        let found = within(bound.as_mut(), lookups.store.find(&lookups.environment, &self.id)).await;
        let found = found.ok_or_else(late).and_then(|found| found).map_err(Failure::Store)?;
        lookups.outage.answered();
        let Some(record) = found.record else { return Ok(None) };
        let owner = match &lookups.owners {
            Some(owners) if record.kind == KeyKind::PersonalAccessToken => {
                let owner = within(bound.as_mut(), owners.find(record.tenant.as_deref(), &record.owner)).await;
                owner.ok_or_else(late).and_then(|owner| owner).map_err(Failure::Owners)?
            }
            _ => None,
        };
        Ok(Some(KnownKey::new(record, found.not_before, owner, asked_at, lookups.terms)))
    }

    /// Whoever holds the answer of before goes on with it if it is the same.
    fn learn(&self, known: KnownKey, asked_at: Duration) -> Arc<KnownKey> {
        if let Some(before) = self.lookups.known.get(&*self.id) {
            if before.says_the_same(&known) && !before.is_superseded() {
                before.confirm(asked_at, self.lookups.terms);
                return before;
            }
            before.supersede();
        }
        let known = Arc::new(known);
        self.lookups.unknown.remove(&*self.id);
        self.lookups.known.insert(self.id.clone(), Arc::clone(&known));
        known
    }

    fn unknown(&self, asked_at: Duration) -> Landed {
        if let Some((_, before)) = self.lookups.known.remove(&*self.id) {
            before.supersede();
        }
        let until = milliseconds(asked_at.saturating_add(self.lookups.unknown_for));
        self.lookups.unknown.insert(self.id.clone(), until);
        Landed::Unknown
    }

    fn failed(&self, failure: &Failure) -> Landed {
        let (lookups, now) = (&*self.lookups, self.lookups.now());
        let (Failure::Store(error) | Failure::Owners(error)) = failure;
        telemetry::key_store_failed(&lookups.environment, error, lookups.outage.is_to_be_told(now));
        // One record that cannot be read is no outage, nor is somebody else who does not answer.
        if matches!(failure, Failure::Store(error) if !matches!(error, StoreError::Corrupt(_))) {
            lookups.outage.failed(now);
        }
        let Some(before) = lookups.known.get(&*self.id) else { return Landed::Failed };
        before.failed(now);
        if before.is_current(now, &lookups.outage) { Landed::Known(before) } else { Landed::Failed }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.lookups.leave(&self.id, self.number);
    }
}
