//! Authentication in progress.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::authentication::Authentication;
use crate::error::AuthError;
use crate::telemetry;

type Outcome = Result<Authentication, AuthError>;

/// The future of one authentication. Ready at once, without allocating, unless keys must be waited for.
///
/// Cancel safe: dropping it leaves nothing stuck, and a key fetch it waited for goes on for others.
#[must_use = "nothing is decided until this is awaited"]
pub struct Authenticating {
    state: State,
}

enum State {
    Ready(Option<Outcome>),
    Waiting(Pin<Box<dyn Future<Output = Outcome> + Send>>),
}

impl Authenticating {
    pub(crate) fn ready(outcome: Outcome) -> Self {
        telemetry::authenticated(&outcome);
        Self { state: State::Ready(Some(outcome)) }
    }

    pub(crate) fn waiting(outcome: impl Future<Output = Outcome> + Send + 'static) -> Self {
        let reported = async move {
            let outcome = outcome.await;
            telemetry::authenticated(&outcome);
            outcome
        };
        Self { state: State::Waiting(Box::pin(reported)) }
    }

    /// The outcome, if nothing has to be waited for; otherwise the future back.
    ///
    /// # Errors
    /// Not a failure: the future, to be awaited.
    pub fn now(self) -> Result<Result<Authentication, AuthError>, Self> {
        match self.state {
            State::Ready(Some(outcome)) => Ok(outcome),
            state => Err(Self { state }),
        }
    }
}

impl Future for Authenticating {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        match &mut self.state {
            // Polled again after it was ready: a misuse of the future, which may stay pending for ever.
            State::Ready(outcome) => outcome.take().map_or(Poll::Pending, Poll::Ready),
            State::Waiting(outcome) => {
                let outcome = ready!(outcome.as_mut().poll(context));
                self.state = State::Ready(None);
                Poll::Ready(outcome)
            }
        }
    }
}

impl fmt::Debug for Authenticating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Ready(_) => "Authenticating(ready)",
            State::Waiting(_) => "Authenticating(waiting for keys)",
        })
    }
}
