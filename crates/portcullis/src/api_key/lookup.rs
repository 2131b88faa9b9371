//! Finding keys: what is known, who is asking the store, and how often it may be asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, UnitWeighter};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::budget::Budget;
use super::flight::Flight;
use super::known::{KnownKey, Terms, milliseconds};
use super::outage::Outage;
use super::owners::KeyOwners;
use super::store::ApiKeyStore;
use super::under_way::{Changed, Flights, Landed, Landing, UnderWay};
use crate::clock::Clock;
use crate::defaults;
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
    pub(super) known: Known,
    /// Ids that there is no record of, and until when that counts. A table of its own, so that no number of them pushes
    /// out a key that is in use.
    pub(super) unknown: Cache<Box<str>, u64>,
    flights: Mutex<Flights>,
    flown: AtomicU64,
    budget: Budget,
    pub(super) outage: Outage,
}

pub(super) type Known = Cache<Box<str>, Arc<KnownKey>, UnitWeighter, DefaultHashBuilder, LettingGo>;

/// What is known of an id without asking.
pub(super) enum Recalled {
    Known(Arc<KnownKey>),
    /// There was a record of it when it was looked up, which does not count any more.
    Stale,
    Unknown,
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
            Some(_) => Recalled::Stale,
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
    pub(super) fn leave(&self, id: &str, number: u64) {
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

    pub(super) fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for every id that was not made here. No id: those are letters and digits. As long as one, so that it takes as
/// long to find.
pub(super) const DECOY: &str = "----------------";

/// Marks what is let go, so that callers who are remembered elsewhere are looked up again.
#[derive(Clone)]
pub(super) struct LettingGo;

impl Lifecycle<Box<str>, Arc<KnownKey>> for LettingGo {
    type RequestState = ();

    fn is_pinned(&self, _: &Box<str>, known: &Arc<KnownKey>) -> bool {
        known.is_decoy
    }

    fn on_evict(&self, (): &mut (), _: Box<str>, known: Arc<KnownKey>) {
        known.supersede();
    }
}
