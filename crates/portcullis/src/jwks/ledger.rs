//! What is in flight, what was learnt, and who may cause the next fetch. No clock, no I/O: every rule about *when*
//! is here, and takes the time as an argument.

use std::time::Duration;

use super::attempt::Discovered;
use super::budget::{KidBudget, Purse};
use super::kid_memory::{KidMemory, Sighting, TurnedAway};
use super::schedule;
use super::status::RefreshError;
use crate::defaults::{RETURNING_KID_AFTER, UNKNOWN_KID_MEMORY};

pub(super) struct Ledger {
    /// Numbers of attempts so far. Numbers only grow.
    last_number: u64,
    /// The number of the attempt that was begun last.
    begun: u64,
    flight: Option<Flight>,
    /// When the keeper fetches next without being asked to. After a failure this is the end of the pause, before
    /// which no request causes a fetch.
    due_at: Duration,
    failures: u32,
    last_error: Option<RefreshError>,
    last_success: Option<Success>,
    budget: KidBudget,
    kids: KidMemory,
    /// A `kid` was turned away since the last fetch began.
    turned_away: bool,
    discovered: Discovered,
}

/// One attempt, from the moment somebody wants it until it has ended; there is never more than one.
struct Flight {
    number: u64,
    cause: Cause,
}

enum Cause {
    /// Its time has come.
    Due,
    /// No usable keys, or the application asked.
    Wanted,
    /// A `kid` that no key has; `Purse` paid for it.
    Kid(String, Purse),
    /// `kid`s that were turned away, once the budget is back.
    TurnedAway,
}

#[derive(Clone, Copy)]
struct Success {
    number: u64,
    ended_at: Duration,
}

/// What somebody who wants keys is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Wait for that attempt. `new`: the keeper is to be woken for it.
    Join { number: u64, new: bool },
    /// There is no such key, as far as can be known without a fetch.
    Unknown,
    /// No budget to find out, and the last fetch went well. `first` since a fetch began: the keeper is to be told, so
    /// that it looks when the budget is back.
    TurnedAway { first: bool },
    /// Nobody knows; ask again after that long.
    Unavailable(Duration),
}

/// What the keeper does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Attempt(u64),
    SleepUntil(Duration),
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            last_number: 0,
            begun: 0,
            flight: None,
            due_at: Duration::ZERO,
            failures: 0,
            last_error: None,
            last_success: None,
            budget: KidBudget::default(),
            kids: KidMemory::new(),
            turned_away: false,
            discovered: Discovered::default(),
        }
    }

    /// Somebody has no usable keys at all.
    pub(super) fn ask_for_keys(&mut self, now: Duration) -> Answer {
        match self.in_flight() {
            Some(answer) => answer,
            None if self.is_pausing(now) => Answer::Unavailable(self.due_at - now),
            None => self.take_off(Cause::Wanted),
        }
    }

    /// A token names a `kid` that none of the usable keys has.
    pub(super) fn ask_for_kid(&mut self, kid: &str, now: Duration) -> Answer {
        let sighting = self.kids.recall(kid, now, self.begun);
        if self.settles(sighting.asked_after, now) {
            return Answer::Unknown;
        }
        if let Some(answer) = self.in_flight() {
            return answer;
        }
        if self.is_pausing(now) {
            return Answer::Unavailable(self.due_at - now);
        }
        if now >= self.due_at {
            // The keeper is about to do this anyway, so nobody is charged for it.
            return self.take_off(Cause::Due);
        }
        match self.budget.pay(now, self.is_returning(sighting, now)) {
            Some(purse) => self.take_off(Cause::Kid(kid.to_owned(), purse)),
            None => {
                self.kids.turn_away(kid, TurnedAway { at: now, after: self.begun }, self.settled());
                Answer::TurnedAway { first: !std::mem::replace(&mut self.turned_away, true) }
            }
        }
    }

    /// Whether [`ask_for_kid`](Self::ask_for_kid) would make nobody wait and cause no fetch. Asks for nothing.
    pub(super) fn is_of_no_use(&mut self, kid: &str, now: Duration) -> bool {
        let sighting = self.kids.recall(kid, now, self.begun);
        let is_quiet = self.flight.is_none() && !self.is_pausing(now) && now < self.due_at;
        let has_budget = || self.budget.purse(now, self.is_returning(sighting, now)).is_some();
        self.settles(sighting.asked_after, now) || (is_quiet && !has_budget())
    }

    /// It was turned away since the last good fetch began, and comes back after a while.
    fn is_returning(&self, sighting: Sighting, now: Duration) -> bool {
        let turned_away = sighting.turned_away.filter(|earlier| earlier.after >= self.settled());
        turned_away.is_some_and(|earlier| now >= earlier.at + RETURNING_KID_AFTER)
    }

    /// The number of the last good attempt.
    fn settled(&self) -> u64 {
        self.last_success.map_or(0, |success| success.number)
    }

    /// Whether a fetch has shown lately that there is no such key; asks for nothing.
    pub(super) fn is_absent(&mut self, kid: &str, now: Duration) -> bool {
        let asked_after = self.kids.recall(kid, now, self.begun).asked_after;
        self.settles(asked_after, now)
    }

    /// The application wants a fetch now, pause or not.
    pub(super) fn force(&mut self) -> Answer {
        self.in_flight().unwrap_or_else(|| self.take_off(Cause::Wanted))
    }

    /// What the keeper does now. A flight that its predecessor left behind is flown again, for all who wait for it.
    pub(super) fn next(&mut self, now: Duration) -> Next {
        if self.flight.is_none() {
            if now >= self.due_at {
                self.take_off(Cause::Due);
            } else if self.turned_away && !self.is_pausing(now) && self.budget.pay(now, false).is_some() {
                self.take_off(Cause::TurnedAway);
            }
        }
        match &self.flight {
            Some(flight) => {
                self.begun = flight.number;
                self.turned_away = false;
                Next::Attempt(flight.number)
            }
            None if self.turned_away && !self.is_pausing(now) => {
                Next::SleepUntil(self.due_at.min(self.budget.back_at()))
            }
            None => Next::SleepUntil(self.due_at),
        }
    }

    /// The attempt brought keys; `has` tells whether a `kid` is among them.
    pub(super) fn succeeded(
        &mut self,
        now: Duration,
        due_at: Duration,
        discovered: Discovered,
        has: impl Fn(&str) -> bool,
    ) {
        if let Some(Flight { cause: Cause::Kid(kid, purse), .. }) = self.flight.take()
            && has(&kid)
        {
            self.budget.give_back(purse);
        }
        self.last_success = Some(Success { number: self.begun, ended_at: now });
        self.due_at = due_at;
        self.discovered = discovered;
        self.failures = 0;
        self.last_error = None;
    }

    /// The attempt brought nothing: pause, and look for the key set anew.
    pub(super) fn failed(&mut self, now: Duration, error: RefreshError, draw: f64) {
        self.flight = None;
        self.failures = self.failures.saturating_add(1);
        self.due_at = now + schedule::pause_after(self.failures, draw);
        self.last_error = Some(error);
        self.discovered.jwks_uri = None;
    }

    /// The highest number given out: everybody who waits, waits for that one or an earlier one.
    pub(super) fn last_number(&self) -> u64 {
        self.last_number
    }

    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    pub(super) fn last_error(&self) -> Option<&RefreshError> {
        self.last_error.as_ref()
    }

    pub(super) fn discovered(&self) -> &Discovered {
        &self.discovered
    }

    /// When the keeper would fetch of its own accord.
    pub(super) fn due_at(&self) -> Duration {
        self.due_at
    }

    fn is_pausing(&self, now: Duration) -> bool {
        self.failures > 0 && now < self.due_at
    }

    /// Whether a fetch that began later than that has brought keys, lately enough to still speak for its issuer.
    fn settles(&self, asked_after: u64, now: Duration) -> bool {
        self.last_success
            .is_some_and(|success| asked_after < success.number && now < success.ended_at + UNKNOWN_KID_MEMORY)
    }

    fn in_flight(&self) -> Option<Answer> {
        self.flight.as_ref().map(|flight| Answer::Join { number: flight.number, new: false })
    }

    fn take_off(&mut self, cause: Cause) -> Answer {
        self.last_number += 1;
        self.flight = Some(Flight { number: self.last_number, cause });
        Answer::Join { number: self.last_number, new: true }
    }
}
