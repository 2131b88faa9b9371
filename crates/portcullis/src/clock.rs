//! Time, as one injectable source.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// Where the library takes time from.
///
/// Claims are judged by [`now`](Clock::now); ages of keys, back-off and budgets are measured by
/// [`monotonic`](Clock::monotonic), so a wall clock that is set back or jumps neither freezes nor floods
/// the key refresh. [`SystemClock`] is the default; `portcullis-testing` has a clock that a test moves.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Wall-clock time, compared with `exp`, `nbf` and `iat`.
    fn now(&self) -> SystemTime;

    /// Time since an arbitrary, fixed point; never goes back.
    fn monotonic(&self) -> Duration;

    /// Resolves once [`monotonic`](Clock::monotonic) has advanced by `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The operating system's clocks. Sleeping needs a tokio runtime with its timer enabled.
#[derive(Debug, Clone)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts at zero now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
