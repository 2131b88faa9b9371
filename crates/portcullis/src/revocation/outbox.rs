//! What was revoked here and has not been handed to the feed.

use std::sync::PoisonError;

use tokio::sync::Notify;

use super::record::Revocation;
use super::sync::{Mutex, MutexGuard};
use crate::defaults::MAX_REVOCATIONS_WAITING;

/// Which of a list's own revocations one was: later ones are greater. See [`Outgoing::up_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevocationNumber(pub(super) u64);

/// What a feed is to share, once.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// In the order in which they were revoked, unless it is the whole list.
    pub revocations: Vec<Revocation>,
    /// All of the list's own revocations up to this one are shared when these are.
    pub up_to: RevocationNumber,
}

/// A queue that never makes a revoker wait, never grows beyond a bound, and never loses anything, since it may always say
/// "all of the list" instead of what was revoked: the list keeps each entry for as long as it matters.
///
/// An entry is on the list before it is in here. So whoever takes "all" first and looks at the list after that finds what
/// was pushed before; what is pushed later is taken next time.
pub(super) struct Outbox {
    state: Mutex<State>,
    pushed: Notify,
}

struct State {
    last: u64,
    waiting: Vec<Revocation>,
    /// All of the list, and `waiting` is empty. So it is as long as there is no feed.
    everything: bool,
}

/// What was taken out of the box.
pub(super) enum Taken {
    These(Vec<Revocation>),
    Everything,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { last: 0, waiting: Vec::new(), everything: true }), pushed: Notify::new() }
    }

    /// To be called when it is on the list.
    pub(super) fn push(&self, revocation: &Revocation) -> RevocationNumber {
        let mut state = self.state();
        state.last += 1;
        if state.waiting.len() == MAX_REVOCATIONS_WAITING {
            state.waiting = Vec::new();
            state.everything = true;
        }
        if !state.everything {
            state.waiting.push(revocation.clone());
        }
        let number = RevocationNumber(state.last);
        drop(state);
        self.pushed.notify_one();
        number
    }

    /// Nothing, if there is nothing to share.
    pub(super) fn take(&self) -> Option<(Taken, RevocationNumber)> {
        let mut state = self.state();
        let taken = match std::mem::take(&mut state.everything) {
            true => Taken::Everything,
            false if state.waiting.is_empty() => return None,
            false => Taken::These(std::mem::take(&mut state.waiting)),
        };
        Some((taken, RevocationNumber(state.last)))
    }

    /// From now on "all" is what there is to share.
    pub(super) fn put_everything_back(&self) {
        let mut state = self.state();
        state.waiting = Vec::new();
        state.everything = true;
    }

    /// Is ready when there is something to take. One may wait at a time.
    pub(super) async fn pushed(&self) {
        while !self.has_something() {
            self.pushed.notified().await;
        }
    }

    fn has_something(&self) -> bool {
        let state = self.state();
        state.everything || !state.waiting.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
