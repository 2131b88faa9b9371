//! One issuer's fetched keys: the handle of their owner, and what requests may ask of it.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::Guard;

use super::attempt::is_entity_tag;
use super::export::SeededKeys;
use super::freshness::Caching;
use super::keeper::Keeper;
use super::key_set::{KeyPolicy, KeySet, KeySetError};
use super::ledger::{Answer, Ledger};
use super::location::Location;
use super::snapshot::{KeySnapshot, Origin};
use super::status::{KeyState, KeyStatus};
use super::sync::{ArcSwapOption, AtomicU64, AtomicUsize, Mutex, MutexGuard, watch};
use super::wait::{Ended, KeyWait, WaitOutcome};
use crate::clock::Clock;
use crate::defaults;
use crate::fetch::Fetch;

/// How one issuer's keys are fetched.
#[derive(Debug, Clone)]
pub(crate) struct RemoteConfig {
    /// Also what discovery documents are held to, byte by byte.
    pub(crate) issuer: Arc<str>,
    pub(crate) location: Location,
    pub(crate) allow_loopback_http: bool,
    pub(crate) policy: KeyPolicy,
    /// When the server says nothing.
    pub(crate) fresh_for: Duration,
    /// How long after their fetch keys are served while it cannot be repeated; zero: not beyond their fresh time.
    pub(crate) stale_for: Duration,
    /// For each document; the whole attempt may take twice as long. Also how long a request waits.
    pub(crate) fetch_timeout: Duration,
    pub(crate) max_document_bytes: usize,
}

impl RemoteConfig {
    /// Everything but where and what, as [`defaults`] has it.
    #[cfg(test)]
    pub(crate) fn new(issuer: impl Into<Arc<str>>, location: Location, policy: KeyPolicy) -> Self {
        Self {
            issuer: issuer.into(),
            location,
            allow_loopback_http: false,
            policy,
            fresh_for: defaults::KEYS_FRESH_FOR,
            stale_for: defaults::STALE_KEYS_FOR,
            fetch_timeout: defaults::FETCH_TIMEOUT,
            max_document_bytes: defaults::MAX_DOCUMENT_BYTES,
        }
    }
}

/// The owner of one issuer's fetched keys. Dropping it ends the task that keeps them.
///
/// Reading is lock-free and never waits. All fetching is done by one background task, the keeper, so there is never
/// more than one fetch at a time and no request that is cancelled takes a fetch with it. The keeper starts with the
/// first call that is made inside a tokio runtime, and is replaced when its runtime is gone or no longer driven.
pub(crate) struct RemoteKeys {
    shared: Arc<Shared>,
}

/// What the owner, the keeper and those who wait have in common.
pub(super) struct Shared {
    pub(super) config: RemoteConfig,
    pub(super) fetch: Arc<dyn Fetch>,
    pub(super) clock: Arc<dyn Clock>,
    /// Stays when it expires, so that its entity tag and generation live on. Written only under `state`.
    pub(super) current: ArcSwapOption<KeySnapshot>,
    /// Monotonic nanoseconds by which the keeper must have stirred; past it, it needs a successor. Zero: there is
    /// none.
    pub(super) promised: AtomicU64,
    /// Never held across an await, a wake-up or a call into foreign code but the clock.
    state: Mutex<State>,
    pub(super) ended: watch::Sender<Ended>,
    pub(super) waiting: AtomicUsize,
}

pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) keeper: Option<Keeper>,
    /// Counts keepers; the latest one is the only one that counts.
    pub(super) epoch: u64,
    pub(super) generation: u64,
    /// What was last told to the log.
    pub(super) reported: KeyState,
    pub(super) closed: bool,
}

/// Usable keys, for as short a time as one verification takes.
pub(crate) struct CurrentKeys(Guard<Option<Arc<KeySnapshot>>>);

impl Deref for CurrentKeys {
    type Target = KeySnapshot;

    fn deref(&self) -> &KeySnapshot {
        self.0.as_ref().expect("only made of a guard that holds a snapshot")
    }
}

/// What a request is told that found no key.
#[derive(Debug)]
pub(crate) enum Demand {
    /// Wait, then look again, once.
    Wait(KeyWait),
    /// There is no such key.
    Unknown,
    /// It cannot be known.
    Unavailable { retry_after: Duration },
}

impl RemoteKeys {
    /// No I/O, and no runtime needed.
    pub(crate) fn new(config: RemoteConfig, fetch: Arc<dyn Fetch>, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            ledger: Ledger::new(),
            keeper: None,
            epoch: 0,
            generation: 0,
            reported: KeyState::Waiting,
            closed: false,
        };
        Self {
            shared: Arc::new(Shared {
                config,
                fetch,
                clock,
                current: ArcSwapOption::empty(),
                promised: AtomicU64::new(0),
                state: Mutex::new(state),
                ended: watch::Sender::new(Ended::default()),
                waiting: AtomicUsize::new(0),
            }),
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.shared.config.issuer
    }

    /// The keys, unless there are none or they are too old. Never waits, and never writes to a word that threads
    /// share; sees to it that a keeper runs.
    pub(crate) fn current(&self) -> Option<CurrentKeys> {
        let now = self.shared.clock.monotonic();
        if self.shared.is_overdue(now) {
            self.shared.ensure_keeper(now);
        }
        let current = self.shared.current.load();
        match &*current {
            Some(snapshot) if snapshot.is_usable(now) => Some(CurrentKeys(current)),
            _ => None,
        }
    }

    /// To be called when [`current`](Self::current) is `None`, or has no key of that `kid`.
    pub(crate) fn demand(&self, kid: Option<&str>) -> Demand {
        if kid.is_some_and(|kid| kid.len() > defaults::MAX_KID_BYTES) {
            // Nobody publishes such a name, so nobody is asked for it.
            return Demand::Unknown;
        }
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let kept = shared.ensure_keeper(now);
        let mut state = shared.state();
        let current = shared.current.load();
        let usable = current.as_ref().filter(|snapshot| snapshot.is_usable(now));
        let answer = match (usable, kid) {
            (Some(_), None) => return Demand::Wait(KeyWait::over(WaitOutcome::Published)),
            (Some(snapshot), Some(kid)) if snapshot.keys.contains_kid(kid) => {
                return Demand::Wait(KeyWait::over(WaitOutcome::Published));
            }
            (Some(_), Some(kid)) if !kept => match state.ledger.is_absent(kid, now) {
                true => Answer::Unknown,
                false => Answer::Unavailable(defaults::RETRY_AFTER),
            },
            (None, _) if !kept => Answer::Unavailable(defaults::RETRY_AFTER),
            (Some(_), Some(kid)) => state.ledger.ask_for_kid(kid, now),
            (None, _) => state.ledger.ask_for_keys(now),
        };
        match answer {
            Answer::Unknown | Answer::TurnedAway { first: false } => Demand::Unknown,
            Answer::TurnedAway { first: true } => {
                let wake = state.keeper.as_ref().map(|keeper| Arc::clone(&keeper.wake));
                drop(state);
                wake.inspect(|wake| wake.notify_one());
                Demand::Unknown
            }
            Answer::Unavailable(retry_after) => Demand::Unavailable { retry_after },
            Answer::Join { number, new } => match shared.join(state, number, new, now) {
                Some(wait) => Demand::Wait(wait),
                None => Demand::Unavailable { retry_after: defaults::RETRY_AFTER },
            },
        }
    }

    /// Whether [`demand`](Self::demand) would turn a `kid` away that no usable key has. Asks for nothing.
    pub(crate) fn is_of_no_use(&self, kid: &str) -> bool {
        let now = self.shared.clock.monotonic();
        kid.len() > defaults::MAX_KID_BYTES || self.shared.state().ledger.is_of_no_use(kid, now)
    }

    /// How long ago the keys were fetched or confirmed.
    pub(crate) fn age(&self) -> Option<Duration> {
        let now = self.shared.clock.monotonic();
        self.shared.current.load().as_ref().map(|snapshot| snapshot.age(now))
    }

    /// A fetch that the application wants: joins the one in flight, and else starts one, pause or not.
    pub(crate) fn refresh(&self) -> KeyWait {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        if !shared.ensure_keeper(now) {
            return KeyWait::over(WaitOutcome::Failed);
        }
        let mut state = shared.state();
        match state.ledger.force() {
            Answer::Join { number, new } => {
                shared.join(state, number, new, now).unwrap_or_else(|| KeyWait::over(WaitOutcome::Failed))
            }
            _ => KeyWait::over(WaitOutcome::Failed),
        }
    }

    /// Takes over keys from an earlier process, at the age they have; whether they are used. They are not if they
    /// are too old, from the future, or no newer than what is there.
    ///
    /// # Errors
    ///
    /// The document is not a key set.
    pub(crate) fn seed(&self, keys: &SeededKeys) -> Result<bool, KeySetError> {
        let shared = &self.shared;
        let wall = shared.clock.now();
        let Some(fetched_at) = keys.fetched_time() else { return Ok(false) };
        let age = match wall.duration_since(fetched_at) {
            Ok(age) => age,
            // Clocks of two machines differ a little; beyond that the age is anybody's guess.
            Err(ahead) if ahead.duration() <= defaults::MAX_LEEWAY => Duration::ZERO,
            Err(_) => return Ok(false),
        };
        let fits = keys.document.len() <= shared.config.max_document_bytes;
        if keys.issuer != *shared.config.issuer || age >= shared.config.stale_for || !fits {
            return Ok(false);
        }
        let set = KeySet::parse(keys.document.as_bytes(), &shared.config.policy)?;
        let now = shared.clock.monotonic();
        let mut state = shared.state();
        if shared.current.load().as_ref().is_some_and(|held| held.age(now) <= age) {
            return Ok(false);
        }
        state.generation += 1;
        let fresh_for = shared.config.fresh_for;
        shared.current.store(Some(Arc::new(KeySnapshot {
            keys: Arc::new(set),
            generation: state.generation,
            taken_at: now,
            age_then: age,
            fetched_at,
            fresh_for,
            caching: Caching::default(),
            origin: Origin { url: keys.url.clone(), etag: keys.etag.clone().filter(|etag| is_entity_tag(etag)) },
            usable_until: KeySnapshot::usable_until(now, age, fresh_for, shared.config.stale_for),
        })));
        Ok(true)
    }

    /// The keys for the next process; `None` if there are none, or their server wants them written nowhere.
    pub(crate) fn export(&self) -> Option<SeededKeys> {
        let current = self.shared.current.load_full()?;
        if current.caching.no_store || !current.is_usable(self.shared.clock.monotonic()) {
            return None;
        }
        Some(SeededKeys {
            issuer: self.issuer().to_owned(),
            document: current.keys.to_document(),
            fetched_at: current.fetched_at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            url: current.origin.url.clone(),
            etag: current.origin.etag.clone(),
        })
    }

    pub(crate) fn status(&self) -> KeyStatus {
        let now = self.shared.clock.monotonic();
        let state = self.shared.state();
        let current = self.shared.current.load_full();
        KeyStatus {
            issuer: self.issuer().to_owned(),
            state: current.as_ref().map_or(KeyState::Waiting, |snapshot| snapshot.state(now)),
            keys: current.as_ref().map_or(0, |snapshot| snapshot.keys.len()),
            skipped: current.as_ref().map_or_else(Vec::new, |snapshot| snapshot.keys.skipped().to_vec()),
            age: current.as_ref().map(|snapshot| snapshot.age(now)),
            last_success: current.as_ref().map(|snapshot| snapshot.fetched_at),
            last_error: state.ledger.last_error().cloned(),
            consecutive_failures: state.ledger.failures(),
        }
    }
}

#[cfg(test)]
impl RemoteKeys {
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Shared {
    /// A panic elsewhere leaves the state as good as it was: no rule of it spans two calls.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place among those who wait for that attempt, if there is one, and wakes the keeper for a new one.
    fn join(self: &Arc<Self>, state: MutexGuard<'_, State>, number: u64, new: bool, now: Duration) -> Option<KeyWait> {
        if new {
            self.promise_pick_up(state.keeper.as_ref(), now);
        }
        let wake = state.keeper.as_ref().filter(|_| new).map(|keeper| Arc::clone(&keeper.wake));
        // Under the lock, so that the count cannot pass the limit.
        let has_place = self.waiting.load(Ordering::Relaxed) < defaults::MAX_WAITING_REQUESTS;
        let wait = has_place.then(|| KeyWait::on(self, number));
        drop(state);
        if let Some(wake) = wake {
            wake.notify_one();
        }
        wait
    }
}

impl Drop for RemoteKeys {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.closed = true;
        let keeper = state.keeper.take();
        let number = state.ledger.last_number();
        drop(state);
        if let Some(abort) = keeper.and_then(|keeper| keeper.abort) {
            abort.abort();
        }
        self.shared.tell(number, false);
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("issuer", &self.issuer()).finish_non_exhaustive()
    }
}
