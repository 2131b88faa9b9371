//! A future with a bound on its time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// What `future` resolves to, or `None` once `bound` has resolved before it.
pub(crate) async fn within<F: Future>(bound: impl Future<Output = ()>, future: F) -> Option<F::Output> {
    let (mut bound, mut future) = (pin!(bound), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => bound.as_mut().poll(context).map(|()| None),
    })
    .await
}
