//! The keeper: the one task per source that fetches.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::attempt::{Fetched, FetchedKeys, Means, Order};
use super::ledger::Next;
use super::remote::{Shared, State};
use super::schedule;
use super::snapshot::KeySnapshot;
use super::status::{KeyState, RefreshError};
use super::sync::{AbortHandle, Handle, MutexGuard, Notify, panicking};
use super::wait::Ended;
use crate::telemetry::{self, RefreshOutcome};
use crate::within::within;

/// The keeper looks around at least this often: the age of the keys is reported, and a keeper whose runtime is no
/// longer driven is noticed, however long the keys are fresh.
const LOOKS_AROUND_EVERY: Duration = Duration::from_secs(60);

/// A keeper on a runtime that is driven begins what it is woken for within this.
const PICKS_UP_WITHIN: Duration = Duration::from_secs(1);

/// How the others reach the keeper.
pub(super) struct Keeper {
    /// Its own, so that a wake-up never goes to a predecessor that sleeps on another runtime.
    pub(super) wake: Arc<Notify>,
    pub(super) abort: Option<AbortHandle>,
}

impl Shared {
    pub(super) fn is_overdue(&self, now: Duration) -> bool {
        nanos(now) >= self.promised.load(Ordering::Relaxed)
    }

    /// How long a keeper may take to begin what it is woken for.
    pub(super) fn pick_up_time(&self) -> Duration {
        PICKS_UP_WITHIN.min(self.config.fetch_timeout)
    }

    fn promise(&self, by: Duration) {
        self.promised.store(nanos(by).max(1), Ordering::Relaxed);
    }

    /// The keeper has been asked for something, and answers soon if it still can. If there is none, because its client
    /// panicked, whoever waits starts the next one at once.
    pub(super) fn promise_pick_up(&self, keeper: Option<&Keeper>, now: Duration) {
        let by = keeper.map_or(0, |_| nanos(now.saturating_add(self.pick_up_time())).max(1));
        self.promised.fetch_min(by, Ordering::Relaxed);
    }

    /// Whether a keeper runs; starts one on the current runtime if there is none, or only one that broke its promise.
    pub(super) fn ensure_keeper(self: &Arc<Self>, now: Duration) -> bool {
        if !self.is_overdue(now) {
            return true;
        }
        let Ok(runtime) = Handle::try_current() else { return false };
        let mut state = self.state();
        if state.closed {
            return false;
        }
        if !self.is_overdue(now) {
            return true;
        }
        state.epoch += 1;
        let epoch = state.epoch;
        let wake = Arc::new(Notify::new());
        let predecessor = state.keeper.replace(Keeper { wake: Arc::clone(&wake), abort: None });
        self.promise(now.saturating_add(self.pick_up_time()));
        drop(state);
        abort(predecessor);
        // Outside the lock: a runtime that is shutting down drops the task at once, and the duty with it.
        let duty = Duty { shared: Arc::clone(self), epoch, wake };
        let task = runtime.spawn(duty.keep()).abort_handle();
        let mut state = self.state();
        let is_latest = state.epoch == epoch;
        if let Some(keeper) = state.keeper.as_mut().filter(|_| is_latest) {
            keeper.abort = Some(task);
            return true;
        }
        // The owner went away meanwhile, or the task is over already.
        drop(state);
        task.abort();
        false
    }

    /// Everybody who waits for that attempt or an earlier one is done waiting.
    pub(super) fn tell(&self, number: u64, published: bool) {
        self.ended.send_modify(|ended| {
            if number >= ended.number {
                *ended = Ended { number, published };
            }
        });
    }

    /// Puts fetched keys in place.
    fn publish(&self, state: &mut State, fetched: Fetched) -> Published {
        let held = self.current.load_full();
        let Fetched { keys, origin, caching, fresh_for, requested_at, requested_wall, discovered } = fetched;
        let (keys, generation, outcome) = match keys {
            FetchedKeys::Confirmed(confirmed) => {
                (Arc::clone(&confirmed.keys), confirmed.generation, RefreshOutcome::NotModified)
            }
            FetchedKeys::New(keys) => match &held {
                Some(held) if held.keys.same_keys(&keys) => {
                    (Arc::new(keys), held.generation, RefreshOutcome::Unchanged)
                }
                _ => {
                    state.generation += 1;
                    (Arc::new(keys), state.generation, RefreshOutcome::Changed)
                }
            },
        };
        let usable_until = KeySnapshot::usable_until(requested_at, Duration::ZERO, fresh_for, self.config.stale_for);
        let snapshot = Arc::new(KeySnapshot {
            keys,
            generation,
            taken_at: requested_at,
            age_then: Duration::ZERO,
            fetched_at: requested_wall,
            fresh_for,
            caching,
            origin,
            usable_until,
        });
        self.current.store(Some(Arc::clone(&snapshot)));
        let due_at = requested_at + schedule::refresh_after(fresh_for, schedule::draw());
        state.ledger.succeeded(self.clock.monotonic(), due_at, discovered, |kid| snapshot.keys.contains_kid(kid));
        let news_of_skipped = held.is_none_or(|held| held.keys.skipped() != snapshot.keys.skipped());
        Published { snapshot, outcome, news_of_skipped }
    }
}

/// What there is to tell about keys that were put in place.
struct Published {
    snapshot: Arc<KeySnapshot>,
    outcome: RefreshOutcome,
    news_of_skipped: bool,
}

/// What the task does, and the note it leaves when it ends, however it ends.
struct Duty {
    shared: Arc<Shared>,
    epoch: u64,
    wake: Arc<Notify>,
}

impl Duty {
    async fn keep(self) {
        while let Some((next, now)) = self.look_around() {
            match next {
                Next::Attempt(number) => {
                    let Some(order) = self.order() else { return };
                    let result = self.means().run(order).await;
                    if !self.conclude(number, result) {
                        return;
                    }
                }
                Next::SleepUntil(then) => {
                    let pause = self.shared.clock.sleep(then.saturating_sub(now));
                    within(pause, self.wake.notified()).await;
                }
            }
        }
    }

    fn means(&self) -> Means<'_> {
        let Shared { config, fetch, clock, .. } = &*self.shared;
        Means { config, fetch: &**fetch, clock: &**clock }
    }

    /// The state, unless a successor has taken over.
    fn state(&self) -> Option<MutexGuard<'_, State>> {
        let state = self.shared.state();
        (state.epoch == self.epoch && !state.closed).then_some(state)
    }

    /// What to do now; `None` when a successor has taken over.
    fn look_around(&self) -> Option<(Next, Duration)> {
        let shared = &self.shared;
        let timeout = shared.config.fetch_timeout;
        let mut state = self.state()?;
        let now = shared.clock.monotonic();
        let mut next = state.ledger.next(now);
        let current = shared.current.load_full();
        match &mut next {
            // Its bound, and as much again.
            Next::Attempt(_) => shared.promise(now.saturating_add(timeout.saturating_mul(4))),
            Next::SleepUntil(then) => {
                let changes_in = current.as_ref().and_then(|snapshot| snapshot.changes_in(now));
                let look_around = LOOKS_AROUND_EVERY.min(changes_in.unwrap_or(LOOKS_AROUND_EVERY));
                *then = (*then).min(now.saturating_add(look_around));
                shared.promise(then.saturating_add(timeout.saturating_mul(2)));
            }
        }
        let is = current.as_ref().map_or(KeyState::Waiting, |snapshot| snapshot.state(now));
        let was = std::mem::replace(&mut state.reported, is);
        drop(state);
        let issuer = &shared.config.issuer;
        if let Some(snapshot) = current {
            telemetry::keys_held(issuer, snapshot.keys.len(), snapshot.age(now));
            if is != was {
                telemetry::state_changed(issuer, was, is, snapshot.age(now));
            }
        }
        Some((next, now))
    }

    fn order(&self) -> Option<Order> {
        let discovered = self.state()?.ledger.discovered().clone();
        Some(Order { held: self.shared.current.load_full(), discovered })
    }

    /// Books the result; `false` when a successor has taken over. Its fetch is the newer one, so the result of this
    /// one is dropped: an older document never takes the place of a newer one.
    fn conclude(&self, number: u64, result: Result<Fetched, RefreshError>) -> bool {
        let shared = &self.shared;
        let Some(mut state) = self.state() else { return false };
        let failures_before = state.ledger.failures();
        match result {
            Ok(fetched) => {
                let published = shared.publish(&mut state, fetched);
                drop(state);
                let (issuer, keys) = (&shared.config.issuer, &published.snapshot.keys);
                telemetry::refreshed(issuer, published.outcome, keys.len(), keys.skipped().len(), failures_before);
                if published.news_of_skipped {
                    keys.skipped().iter().for_each(|key| telemetry::key_skipped(issuer, key));
                }
                shared.tell(number, true);
            }
            Err(error) => {
                state.ledger.failed(shared.clock.monotonic(), error.clone(), schedule::draw());
                drop(state);
                let age = shared.current.load().as_ref().map(|held| held.age(shared.clock.monotonic()));
                telemetry::refresh_failed(&shared.config.issuer, failures_before.saturating_add(1), age, &error);
                shared.tell(number, false);
            }
        }
        true
    }
}

impl Drop for Duty {
    fn drop(&mut self) {
        let shared = &self.shared;
        let Some(mut state) = self.state() else { return };
        state.keeper = None;
        if !panicking() {
            // The runtime is gone. What was in flight is left to a successor, which those who wait start now.
            shared.promised.store(0, Ordering::Relaxed);
            drop(state);
            shared.ended.send_modify(|_| {});
            return;
        }
        // A client that panics would panic again: it fails like any other, and pauses.
        let error = RefreshError::Interrupted;
        state.ledger.failed(shared.clock.monotonic(), error.clone(), schedule::draw());
        shared.promise(state.ledger.due_at());
        let (number, failures) = (state.ledger.last_number(), state.ledger.failures());
        drop(state);
        telemetry::refresh_failed(&shared.config.issuer, failures, None, &error);
        shared.tell(number, false);
    }
}

fn abort(keeper: Option<Keeper>) {
    if let Some(task) = keeper.and_then(|keeper| keeper.abort) {
        task.abort();
    }
}

/// Enough for 584 years.
fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;
    use crate::jwks::KeySet;
    use crate::jwks::attempt::Discovered;
    use crate::jwks::freshness::Caching;
    use crate::jwks::scenarios::{Source, document, policy};
    use crate::jwks::snapshot::Origin;

    fn older() -> Fetched {
        Fetched {
            keys: FetchedKeys::New(KeySet::parse(document(&["older"]).as_bytes(), &policy()).unwrap()),
            origin: Origin { url: String::new(), etag: None },
            caching: Caching::default(),
            fresh_for: Duration::from_secs(600),
            requested_at: Duration::ZERO,
            requested_wall: std::time::SystemTime::UNIX_EPOCH,
            discovered: Discovered::default(),
        }
    }

    /// Its task is cancelled too, but may just be running.
    #[tokio::test]
    async fn what_a_predecessor_brings_is_dropped_with_it() {
        let source = Source::booted().await;
        let shared = Arc::clone(source.keys.shared());
        let predecessor = Duty { shared: Arc::clone(&shared), epoch: 0, wake: Arc::new(Notify::new()) };
        assert!(predecessor.look_around().is_none() && predecessor.order().is_none());
        assert!(!predecessor.conclude(9, Ok(older())));
        assert!(!predecessor.conclude(9, Err(RefreshError::TookTooLong)));
        drop(predecessor);
        assert!(source.has("a") && !source.has("older"));
        assert_eq!(source.keys.status().consecutive_failures, 0);
        assert!(shared.state().keeper.is_some(), "the successor stays");
    }
}
