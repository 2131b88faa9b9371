//! How old what a fed list knows may be.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::sync::{AtomicU64, Mutex, MutexGuard};

/// A deadline that never comes.
const NEVER: u64 = u64::MAX;

/// Is a list in step with its source, and if not, for how long is it used all the same?
///
/// By the monotonic clock: a wall clock that is set back must not make old knowledge young.
pub(super) struct Freshness {
    /// In nanoseconds by the list's clock. All that a request looks at; [`NEVER`] where no feed is.
    usable_until: AtomicU64,
    feed: Mutex<Option<Feed>>,
}

/// What is known of the feed.
#[derive(Debug, Clone, Copy)]
struct Feed {
    usable_for: Duration,
    in_step_at: Option<Duration>,
    failing: bool,
    has_ended: bool,
    reported: Option<FeedState>,
}

/// Whether a list of revocations is in step with its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeedState {
    /// It is, or was when its feed last looked.
    InStep,
    /// The feed cannot reach the source, or has ended. Callers are accepted by what is known.
    Behind,
    /// It never was in step, or too long ago. Callers are refused with
    /// [`Reason::RevocationsUnavailable`](crate::Reason::RevocationsUnavailable).
    Unavailable,
}

impl FeedState {
    /// The stable name, as in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InStep => "in_step",
            Self::Behind => "behind",
            Self::Unavailable => "unavailable",
        }
    }
}

/// How a list of revocations and its source stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedStatus {
    /// In step or not.
    pub state: FeedState,
    /// How long ago the list was certainly in step; nothing if it never was.
    pub age: Option<Duration>,
    /// The age from which callers are refused.
    pub usable_for: Duration,
}

impl FeedStatus {
    /// Are callers accepted?
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.state != FeedState::Unavailable
    }
}

impl Freshness {
    pub(super) fn new() -> Self {
        Self { usable_until: AtomicU64::new(NEVER), feed: Mutex::new(None) }
    }

    /// `now` is only asked for where there is a feed.
    pub(super) fn is_usable(&self, now: impl FnOnce() -> Duration) -> bool {
        let until = self.usable_until.load(Ordering::Acquire);
        until == NEVER || nanos(now()) < until
    }

    /// A feed begins: what was never in step is not usable. Not while there is another.
    pub(super) fn begin(&self, usable_for: Duration) -> bool {
        let mut feed = self.feed();
        if feed.is_some_and(|feed| !feed.has_ended) {
            return false;
        }
        let in_step_at = feed.and_then(|former| former.in_step_at);
        *feed = Some(Feed { usable_for, in_step_at, failing: true, has_ended: false, reported: None });
        self.set(feed.as_ref());
        true
    }

    /// The list was in step at that time.
    pub(super) fn in_step(&self, at: Duration) {
        let mut feed = self.feed();
        if let Some(feed) = &mut *feed {
            feed.in_step_at = feed.in_step_at.max(Some(at));
            feed.failing = false;
        }
        self.set(feed.as_ref());
    }

    pub(super) fn failed(&self) {
        if let Some(feed) = &mut *self.feed() {
            feed.failing = true;
        }
    }

    /// The feed is gone, and the deadline stays.
    pub(super) fn end(&self) {
        if let Some(feed) = &mut *self.feed() {
            (feed.failing, feed.has_ended) = (true, true);
        }
    }

    /// The list is one without a feed.
    pub(super) fn detach(&self) {
        let mut feed = self.feed();
        *feed = None;
        self.set(None);
    }

    pub(super) fn status(&self, now: Duration) -> Option<FeedStatus> {
        self.feed().map(|feed| feed.status(now))
    }

    /// The status of now, and whether its state is another than the one that was told last.
    pub(super) fn report(&self, now: Duration) -> Option<(FeedStatus, bool)> {
        let mut feed = self.feed();
        let feed = feed.as_mut()?;
        let status = feed.status(now);
        Some((status, feed.reported.replace(status.state) != Some(status.state)))
    }

    /// Under the lock, so that a deadline never takes the place of a later one.
    fn set(&self, feed: Option<&Feed>) {
        let until =
            feed.map_or(NEVER, |feed| feed.in_step_at.map_or(0, |at| nanos(at.saturating_add(feed.usable_for))));
        self.usable_until.store(until, Ordering::Release);
    }

    fn feed(&self) -> MutexGuard<'_, Option<Feed>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    fn status(&self, now: Duration) -> FeedStatus {
        let age = self.in_step_at.map(|at| now.saturating_sub(at));
        let state = match age {
            Some(age) if age < self.usable_for && self.failing => FeedState::Behind,
            Some(age) if age < self.usable_for => FeedState::InStep,
            _ => FeedState::Unavailable,
        };
        FeedStatus { state, age, usable_for: self.usable_for }
    }
}

/// Enough for 584 years, and never [`NEVER`].
fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos())).min(NEVER - 1)
}
