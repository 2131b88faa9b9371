//! Time that a test moves.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use portcullis::clock::Clock;

/// A clock that stands still until a test moves it.
///
/// Clones share their time. Wall time and monotonic time can be moved together ([`advance`](Self::advance)), as time
/// passing does, or wall time alone ([`set_wall`](Self::set_wall)), as an operator or a time service does.
///
/// ```
/// use std::time::Duration;
/// use portcullis::clock::Clock;
/// use portcullis_testing::ManualClock;
///
/// let clock = ManualClock::new();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now(), before + Duration::from_secs(3600));
/// ```
#[derive(Clone)]
pub struct ManualClock {
    shared: Arc<Mutex<Time>>,
}

struct Time {
    /// Wall time at monotonic zero.
    wall_at_zero: SystemTime,
    advanced: Duration,
    /// Set when real time runs underneath.
    ticking_since: Option<Instant>,
    sleepers: BTreeMap<u64, (Duration, Waker)>,
    next_sleeper: u64,
}

impl Time {
    fn monotonic(&self) -> Duration {
        self.advanced.saturating_add(self.ticking_since.map_or(Duration::ZERO, |since| since.elapsed()))
    }
}

impl ManualClock {
    /// Where [`new`](Self::new) starts: 2026-01-15T12:00:00Z, in seconds since the Unix epoch.
    pub const START: u64 = 1_768_478_400;

    /// A clock that stands at [`START`](Self::START).
    #[must_use]
    pub fn new() -> Self {
        Self::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(Self::START))
    }

    /// A clock that stands at that wall time, monotonic zero.
    #[must_use]
    pub fn starting_at(wall: SystemTime) -> Self {
        Self::build(wall, None)
    }

    /// A clock that starts at the system's time and runs with it, for a demonstration or a test that talks to
    /// something with a clock of its own. It can still be moved on top. Sleeping on it needs a tokio timer.
    #[must_use]
    pub fn ticking() -> Self {
        Self::build(SystemTime::now(), Some(Instant::now()))
    }

    fn build(wall_at_zero: SystemTime, ticking_since: Option<Instant>) -> Self {
        let time =
            Time { wall_at_zero, advanced: Duration::ZERO, ticking_since, sleepers: BTreeMap::new(), next_sleeper: 0 };
        Self { shared: Arc::new(Mutex::new(time)) }
    }

    /// Lets time pass: wall and monotonic time move on, and whoever has slept long enough wakes.
    ///
    /// It is one step, however long: a task that sleeps ten minutes at a time wakes once in an hour's step.
    pub fn advance(&self, by: Duration) {
        let woken = {
            let mut time = self.time();
            time.advanced = time.advanced.saturating_add(by);
            let now = time.monotonic();
            let due: Vec<u64> =
                time.sleepers.iter().filter(|(_, (deadline, _))| *deadline <= now).map(|(id, _)| *id).collect();
            due.into_iter().filter_map(|id| time.sleepers.remove(&id)).collect::<Vec<_>>()
        };
        // Outside the lock: a waker may run code that asks this clock for the time.
        for (_, waker) in woken {
            waker.wake();
        }
    }

    /// Sets wall time, forwards or back, and leaves monotonic time and sleepers alone. Times before the Unix epoch
    /// become the epoch.
    pub fn set_wall(&self, wall: SystemTime) {
        let mut time = self.time();
        let monotonic = time.monotonic();
        time.wall_at_zero = wall.checked_sub(monotonic).unwrap_or(SystemTime::UNIX_EPOCH);
    }

    /// Wall time in whole seconds since the Unix epoch: a `NumericDate` (RFC 7519 §2).
    #[must_use]
    pub fn unix_seconds(&self) -> u64 {
        self.now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// How many futures sleep on this clock: what a test waits for before it moves the clock.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        self.time().sleepers.len()
    }

    /// How long until the next sleeper wakes, if there is one.
    #[must_use]
    pub fn until_next_wake(&self) -> Option<Duration> {
        let time = self.time();
        let now = time.monotonic();
        time.sleepers.values().map(|(deadline, _)| deadline.saturating_sub(now)).min()
    }

    // A panic elsewhere cannot leave the time half-written.
    fn time(&self) -> MutexGuard<'_, Time> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock")
            .field("unix_seconds", &self.unix_seconds())
            .field("monotonic", &self.monotonic())
            .field("sleepers", &self.sleepers())
            .finish()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        let time = self.time();
        // A sum past the end of the platform's time stops at what the clock was set to.
        time.wall_at_zero.checked_add(time.monotonic()).unwrap_or(time.wall_at_zero)
    }

    fn monotonic(&self) -> Duration {
        self.time().monotonic()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut time = self.time();
        let id = time.next_sleeper;
        time.next_sleeper += 1;
        let deadline = time.monotonic().saturating_add(duration);
        drop(time);
        Box::pin(Sleep { clock: self.clone(), id, deadline, timer: None })
    }
}

struct Sleep {
    clock: ManualClock,
    id: u64,
    deadline: Duration,
    /// Only on a ticking clock.
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        loop {
            let remaining = {
                let mut time = this.clock.time();
                let now = time.monotonic();
                if now >= this.deadline {
                    time.sleepers.remove(&this.id);
                    return Poll::Ready(());
                }
                time.sleepers.insert(this.id, (this.deadline, context.waker().clone()));
                if time.ticking_since.is_none() {
                    return Poll::Pending;
                }
                this.deadline - now
            };
            let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(remaining)));
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.timer = None;
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.time().sleepers.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// PC-TA-4
    #[test]
    fn a_clock_stands_still_until_it_is_moved() {
        let clock = ManualClock::new();
        assert_eq!(clock.unix_seconds(), ManualClock::START);
        assert_eq!(clock.monotonic(), Duration::ZERO);
        clock.clone().advance(MINUTE);
        assert_eq!((clock.unix_seconds(), clock.monotonic()), (ManualClock::START + 60, MINUTE));
    }

    /// PC-TA-4
    #[test]
    fn setting_the_wall_clock_back_leaves_monotonic_time_alone() {
        let clock = ManualClock::new();
        clock.advance(MINUTE);
        clock.set_wall(SystemTime::UNIX_EPOCH + MINUTE);
        assert_eq!((clock.unix_seconds(), clock.monotonic()), (60, MINUTE));
        clock.advance(MINUTE);
        assert_eq!((clock.unix_seconds(), clock.monotonic()), (120, MINUTE * 2));
    }

    #[tokio::test]
    async fn sleepers_wake_in_the_step_that_reaches_them_and_not_before() {
        let clock = ManualClock::new();
        let short = tokio::spawn(clock.sleep(MINUTE));
        let long = tokio::spawn(clock.sleep(MINUTE * 3));
        while clock.sleepers() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(clock.until_next_wake(), Some(MINUTE));
        clock.advance(MINUTE - Duration::from_nanos(1));
        tokio::task::yield_now().await;
        assert!(!short.is_finished());
        clock.advance(Duration::from_nanos(1));
        short.await.unwrap();
        assert!(!long.is_finished());
        clock.advance(MINUTE * 60);
        long.await.unwrap();
        assert_eq!(clock.sleepers(), 0);
    }

    #[test]
    fn a_dropped_sleep_is_forgotten() {
        let clock = ManualClock::new();
        let mut sleep = clock.sleep(MINUTE);
        assert!(sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(clock.sleepers(), 1);
        drop(sleep);
        assert_eq!((clock.sleepers(), clock.until_next_wake()), (0, None));
    }

    #[tokio::test]
    async fn a_ticking_clock_wakes_by_itself_and_can_still_be_pushed() {
        let clock = ManualClock::ticking();
        clock.sleep(Duration::from_millis(1)).await;
        let sleeping = tokio::spawn(clock.sleep(MINUTE * 60));
        while clock.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(MINUTE * 61);
        sleeping.await.unwrap();
    }
}
