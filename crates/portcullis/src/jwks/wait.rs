//! Waiting for an attempt to end.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::remote::Shared;
use crate::within::within;

/// Resolves when the attempt has ended, or after the fetch timeout. Dropping it leaves nothing behind: the fetch
/// belongs to the keeper.
pub(crate) struct KeyWait(Pin<Box<dyn Future<Output = WaitOutcome> + Send>>);

/// How an attempt that was waited for ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitOutcome {
    /// There are keys, fetched or confirmed just now.
    Published,
    /// The keys are what they were before.
    Failed,
    /// It has not ended yet.
    TimedOut,
}

/// The last attempt that has ended.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ended {
    pub(super) number: u64,
    pub(super) published: bool,
}

impl KeyWait {
    pub(super) fn over(outcome: WaitOutcome) -> Self {
        Self(Box::pin(ready(outcome)))
    }

    pub(super) fn on(shared: &Arc<Shared>, number: u64) -> Self {
        shared.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(shared));
        Self(Box::pin(async move { place.until_ended(number).await }))
    }
}

impl Future for KeyWait {
    type Output = WaitOutcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<WaitOutcome> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for KeyWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyWait")
    }
}

/// One of the places for those who wait; given back when dropped.
struct Place(Arc<Shared>);

impl Place {
    async fn until_ended(&self, number: u64) -> WaitOutcome {
        let shared = &self.0;
        let mut ended = shared.ended.subscribe();
        let deadline = shared.clock.monotonic() + shared.config.fetch_timeout;
        loop {
            let last = *ended.borrow_and_update();
            if last.number >= number {
                return if last.published { WaitOutcome::Published } else { WaitOutcome::Failed };
            }
            let now = shared.clock.monotonic();
            if now >= deadline {
                return WaitOutcome::TimedOut;
            }
            // The keeper may sit on a runtime that died or is not driven; this one is.
            shared.ensure_keeper(now);
            let pause = shared.clock.sleep(shared.pick_up_time().min(deadline - now));
            // An error would mean that the sender is gone, which `shared` holds.
            within(pause, ended.changed()).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
