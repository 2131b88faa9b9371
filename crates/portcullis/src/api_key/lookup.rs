//! Finding keys: what is known, who is asking the store, and how often it may be asked.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, UnitWeighter};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::budget::Budget;
use super::known::{KnownKey, Terms, milliseconds};
use super::outage::Outage;
use super::owners::KeyOwners;
use super::record::KeyKind;
use super::store::{ApiKeyStore, StoreError};
use crate::clock::Clock;
use crate::defaults;
use crate::telemetry;
use crate::within::within;

/// All that is known of keys, by id, and the way to the store.
pub(super) struct LookUps {
    pub(super) environment: Arc<str>,
    pub(super) store: Arc<dyn ApiKeyStore>,
    pub(super) owners: Option<Arc<dyn KeyOwners>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) terms: Terms,
    pub(super) unknown_for: Duration,
    pub(super) timeout: Duration,
    known: Known,
    /// Ids that there is no record of, and until when that counts. A table of its own, so that no number of them pushes
    /// out a key that is in use.
    unknown: Cache<Box<str>, u64>,
    flights: Mutex<Flights>,
    flown: AtomicU64,
    budget: Budget,
    outage: Outage,
}

type Known = Cache<Box<str>, Arc<KnownKey>, UnitWeighter, DefaultHashBuilder, LettingGo>;

type Flights = HashMap<Box<str>, UnderWay>;

/// A look-up under way.
struct UnderWay {
    landing: Landing,
    is_strange: bool,
    /// What was changed here since it was asked for.
    changed: Changed,
}

/// What is not in an answer that was asked for before.
enum Changed {
    Nothing,
    /// The keys of these owners, each in a tenant or in none.
    Of(Vec<(Option<String>, String)>),
    This,
}

impl Changed {
    fn concerns(&self, answer: Option<&KnownKey>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Of(owners) => {
                answer.is_some_and(|known| owners.iter().any(|(tenant, owner)| known.is_of(tenant.as_deref(), owner)))
            }
            Self::This => true,
        }
    }

    fn add(&mut self, tenant: Option<&str>, owner: &str) {
        /// Beyond this it is asked for again, whosever it is.
        const MOST: usize = 16;
        match self {
            Self::Nothing => *self = Self::Of(vec![(tenant.map(str::to_owned), owner.to_owned())]),
            Self::Of(owners) if owners.len() < MOST => owners.push((tenant.map(str::to_owned), owner.to_owned())),
            Self::Of(_) => *self = Self::This,
            Self::This => {}
        }
    }
}

/// A look-up to be waited for.
#[derive(Clone)]
pub(super) struct Landing {
    number: u64,
    landed: watch::Receiver<Option<Landed>>,
}

/// Who did not answer.
enum Failure {
    Store(StoreError),
    /// Which is of no consequence to keys that are no personal access tokens.
    Owners(StoreError),
}

/// How a look-up ended.
#[derive(Clone)]
pub(super) enum Landed {
    Known(Arc<KnownKey>),
    Unknown,
    Failed,
}

/// What is known of an id without asking.
pub(super) enum Recalled {
    Known(Arc<KnownKey>),
    Unknown,
    /// Nothing, or nothing that still counts.
    Nothing,
}

impl LookUps {
    #[expect(clippy::too_many_arguments, reason = "the parts of a configuration, once")]
    pub(super) fn new(
        environment: Arc<str>,
        store: Arc<dyn ApiKeyStore>,
        owners: Option<Arc<dyn KeyOwners>>,
        clock: Arc<dyn Clock>,
        terms: Terms,
        unknown_for: Duration,
        timeout: Duration,
        (cached_keys, cached_unknown): (usize, usize),
        decoy: KnownKey,
    ) -> Self {
        // Shards fill unevenly; with this, that many find room nearly always. And one for the decoy.
        let room = cached_keys + cached_keys / 8 + 1;
        let known = Cache::with(room, room as u64, UnitWeighter, DefaultHashBuilder::default(), LettingGo);
        known.insert(DECOY.into(), Arc::new(decoy));
        let unknown = Cache::new(cached_unknown);
        let (flights, budget) = (Mutex::default(), Budget::new());
        Self {
            environment,
            store,
            owners,
            clock,
            terms,
            unknown_for,
            timeout,
            known,
            unknown,
            flights,
            flown: AtomicU64::new(0),
            budget,
            outage: Outage::none(),
        }
    }

    pub(super) fn now(&self) -> u64 {
        milliseconds(self.clock.monotonic())
    }

    pub(super) fn recall(&self, id: &str, now: u64) -> Recalled {
        match self.known.get(id) {
            Some(known) if known.is_current(now, &self.outage) => Recalled::Known(known),
            Some(_) => Recalled::Nothing,
            None if self.unknown.get(id).is_some_and(|until| now < until) => Recalled::Unknown,
            None => Recalled::Nothing,
        }
    }

    pub(super) fn is_current(&self, known: &KnownKey, now: u64) -> bool {
        known.is_current(now, &self.outage)
    }

    /// What to go by where the store cannot be asked because too many are asking, during an outage and just after it.
    pub(super) fn bridged(&self, id: &str) -> Option<Arc<KnownKey>> {
        let now = self.now();
        self.known.get(id).filter(|known| self.outage.is_recent(now) && known.may_be_bridged(now) && !known.is_decoy)
    }

    /// What stands for every id that was not made here.
    pub(super) fn decoy(&self, now: u64) -> Recalled {
        self.recall(DECOY, now)
    }

    /// Asks the store, unless somebody is asking for the same already. `None` when too many are asking, or without a
    /// runtime. An id that anybody can invent is asked for within a budget, unless there is a record of it.
    ///
    /// The asking goes on when those who wait give up.
    pub(super) fn ask(self: &Arc<Self>, id: &str, is_foreign: bool) -> Option<Landing> {
        let runtime = Handle::try_current().ok()?;
        let is_strange = is_foreign && self.known.get(id).is_none();
        let mut flights = self.flights();
        if let Some(flight) = flights.get(id) {
            return Some(flight.landing.clone());
        }
        let strangers = || flights.values().filter(|flight| flight.is_strange).count();
        if flights.len() >= defaults::MAX_KEY_LOOKUPS
            || is_strange
                && (strangers() >= defaults::MAX_STRANGE_KEY_LOOKUPS || !self.budget.take(self.clock.monotonic()))
        {
            return None;
        }
        let (land, landed) = watch::channel(None);
        let number = self.flown.fetch_add(1, Ordering::Relaxed);
        let landing = Landing { number, landed };
        flights.insert(id.into(), UnderWay { landing: landing.clone(), is_strange, changed: Changed::Nothing });
        drop(flights);
        let flight = Flight { lookups: Arc::clone(self), id: id.into(), number };
        runtime.spawn(async move {
            let outcome = flight.fly().await;
            drop(flight);
            land.send_replace(Some(outcome));
        });
        Some(landing)
    }

    /// Waits for a look-up, but not for ever: its task may be on a runtime that nobody drives any more. Then the next
    /// request makes one of its own.
    pub(super) async fn wait(&self, id: &str, mut landing: Landing) -> Landed {
        let landed = within(self.clock.sleep(2 * self.timeout), landing.landed.wait_for(Option::is_some)).await;
        // An error means that the look-up ended without an answer.
        let landed = landed.and_then(|landed| landed.ok().and_then(|landed| landed.clone()));
        landed.unwrap_or_else(|| {
            self.leave(id, landing.number);
            Landed::Failed
        })
    }

    /// Takes a look-up out of the table, if it is that one.
    fn leave(&self, id: &str, number: u64) {
        let mut flights = self.flights();
        if flights.get(id).is_some_and(|flight| flight.landing.number == number) {
            flights.remove(id);
        }
    }

    /// Asks in the background when it is time to, so that a key in use is never waited for.
    pub(super) fn keep_fresh(self: &Arc<Self>, known: &KnownKey, now: u64) {
        // There is no room for it while those under way wait for a store that does not answer.
        if known.is_due(now) && self.ask(&known.record.id, false).is_none() && self.outage.lasts(now) {
            known.failed(now);
        }
    }

    /// A key was changed here: what is known of it is not true any more, nor what is being asked.
    pub(super) fn forget(&self, id: &str) {
        if id == DECOY {
            return;
        }
        // Held until all of it is done, so that no answer from before is learnt after.
        let mut flights = self.flights();
        if let Some(flight) = flights.get_mut(id) {
            flight.changed = Changed::This;
        }
        self.unknown.remove(id);
        if let Some((_, known)) = self.known.remove(id) {
            known.supersede();
        }
    }

    /// The keys of an owner were changed here. Those of others are none of that.
    pub(super) fn forget_owner(&self, tenant: Option<&str>, owner: &str) {
        let mut flights = self.flights();
        flights.values_mut().for_each(|flight| flight.changed.add(tenant, owner));
        self.forget_known(|known| known.is_of(tenant, owner));
    }

    /// All keys were changed here.
    pub(super) fn forget_all(&self) {
        let mut flights = self.flights();
        flights.values_mut().for_each(|flight| flight.changed = Changed::This);
        self.unknown.clear();
        self.forget_known(|_| true);
    }

    fn forget_known(&self, which: impl Fn(&KnownKey) -> bool) {
        for (id, known) in self.known.iter() {
            if !known.is_decoy && which(&known) {
                known.supersede();
                self.known.remove(&id);
            }
        }
    }

    pub(super) fn len(&self) -> (usize, usize) {
        (self.known.len().saturating_sub(1), self.unknown.len())
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So often a look-up is made again because keys were changed meanwhile.
const ROUNDS: usize = 8;

/// No id: those are letters and digits. As long as one, so that it takes as long to find.
const DECOY: &str = "----------------";

/// One look-up under way. Leaves the table when dropped, however it ends.
struct Flight {
    lookups: Arc<LookUps>,
    id: Box<str>,
    number: u64,
}

impl Flight {
    async fn fly(&self) -> Landed {
        let lookups = &*self.lookups;
        for _ in 0..ROUNDS {
            if let Some(flight) =
                lookups.flights().get_mut(&self.id).filter(|flight| flight.landing.number == self.number)
            {
                flight.changed = Changed::Nothing;
            }
            let asked_at = lookups.clock.monotonic();
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
        match flights.get(&self.id) {
            Some(flight) if flight.landing.number == self.number => {
                if flight.changed.concerns(answer.as_ref()) {
                    return None;
                }
            }
            // Given up, so nobody would say that it is outdated.
            _ => return Some(Landed::Failed),
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

/// Marks what is let go, so that callers who are remembered elsewhere are looked up again.
#[derive(Clone)]
struct LettingGo;

impl Lifecycle<Box<str>, Arc<KnownKey>> for LettingGo {
    type RequestState = ();

    fn is_pinned(&self, _: &Box<str>, known: &Arc<KnownKey>) -> bool {
        known.is_decoy
    }

    fn on_evict(&self, (): &mut (), _: Box<str>, known: Arc<KnownKey>) {
        known.supersede();
    }
}
