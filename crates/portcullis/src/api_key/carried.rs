//! A change that goes on when nobody waits for it any more.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

type Change<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A change on its way to a store. Dropped half-way, as by a handler whose client has gone, it goes on in the background:
/// what the store may have made durable by then has to be forgotten here and told to the audit. Dropped before it began,
/// nothing is done.
///
/// It is made by who waits for it, in their span and without a task of its own, until then. Without a runtime it ends where
/// it is dropped.
pub(super) struct Carried<T: Send + 'static> {
    /// `None` while it is polled, so that one that panicked does not go on.
    change: Option<Change<T>>,
    /// Where it began.
    runtime: Option<Handle>,
}

impl<T: Send + 'static> Carried<T> {
    pub(super) fn new(change: impl Future<Output = T> + Send + 'static) -> Self {
        Self { change: Some(Box::pin(change)), runtime: None }
    }
}

impl<T: Send + 'static> Future for Carried<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(mut change) = self.change.take() else { return Poll::Pending };
        if let Poll::Ready(outcome) = change.as_mut().poll(context) {
            return Poll::Ready(outcome);
        }
        self.change = Some(change);
        self.runtime = Handle::try_current().ok();
        Poll::Pending
    }
}

impl<T: Send + 'static> Drop for Carried<T> {
    fn drop(&mut self) {
        if let Some((change, runtime)) = self.change.take().zip(self.runtime.take()) {
            runtime.spawn(change);
        }
    }
}
