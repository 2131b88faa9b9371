//! Requests in process wait for nothing.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The outcome of a future that is ready when it is first polled. Costs less than a runtime, and shows that nothing
/// waited.
///
/// # Panics
/// If it is not ready.
pub fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "it waits")]
    fn what_waits_is_noticed() {
        assert_eq!(at_once(std::future::ready(3)), 3);
        at_once(std::future::pending::<()>());
    }
}
