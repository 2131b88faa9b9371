//! The one task that talks to Redis.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use portcullis::{Outgoing, Revocation, RevocationFeed};
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::backoff::Backoff;
use crate::defaults::LAST_WORDS;
use crate::link::{Link, Source};
use crate::news::{Message, Position};
use crate::problem::RedisProblem;
use crate::progress::Teller;

/// What is asked of the task by whoever starts it, when that comes to nothing. The last handle that is dropped drops the
/// sender, and says nothing.
pub(crate) struct Detach;

/// Owns the list's side of Redis. Ends when the last handle is dropped.
pub(crate) struct Keeper {
    pub(crate) feed: RevocationFeed,
    pub(crate) source: Source,
    pub(crate) teller: Teller,
    pub(crate) look_every: Duration,
    pub(crate) reload_every: Duration,
}

/// What is known of the set while a connection lasts.
#[derive(Default)]
struct Following {
    position: Position,
    /// Met and passed over since it was told last.
    junk: u64,
}

impl Keeper {
    pub(crate) async fn keep(self, mut stop: oneshot::Receiver<Detach>) {
        let mut backoff = Backoff::new();
        loop {
            let mut link = None;
            let stopped = tokio::select! {
                biased;
                stopped = &mut stop => stopped,
                problem = self.serve(&mut link, &mut backoff) => {
                    drop(link);
                    self.feed.behind(&problem);
                    self.teller.failed(problem);
                    tokio::select! {
                        biased;
                        stopped = &mut stop => { link = None; stopped }
                        () = sleep(backoff.next()) => continue,
                    }
                }
            };
            match (stopped, link) {
                (Ok(Detach), _) => self.feed.detach(),
                // What was revoked last is still told, if that takes no time.
                (Err(_), Some(mut link)) => drop(timeout(LAST_WORDS, self.share(&mut link)).await),
                (Err(_), None) => {}
            }
            return;
        }
    }

    /// Connects and keeps the list in step until that fails.
    async fn serve<'a>(&'a self, link: &mut Option<Link<'a>>, backoff: &mut Backoff) -> RedisProblem {
        let opened = match self.source.open().await {
            Ok(opened) => link.insert(opened),
            Err(problem) => return problem,
        };
        let Err(problem) = self.follow(opened, backoff).await;
        problem
    }

    async fn follow(
        &self,
        link: &mut Link<'_>,
        backoff: &mut Backoff,
    ) -> Result<std::convert::Infallible, RedisProblem> {
        let mut following = Following::default();
        self.reload(link, &mut following).await?;
        *backoff = Backoff::new();
        let mut reload_at = self.next_reload();
        let mut look = interval(self.look_every);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.feed.has_outgoing() => self.share(link).await?,
                message = link.message() => {
                    self.take(&mut following, &message);
                    self.take_arrived(&mut following, link);
                }
                _ = look.tick() => {
                    let missed = !self.look(link, &mut following).await?;
                    if missed || Instant::now() >= reload_at {
                        self.reload(link, &mut following).await?;
                        reload_at = self.next_reload();
                    }
                    self.tell_of_junk(&mut following, link);
                }
            }
        }
    }

    /// A tenth sooner or later, so that instances do not read everything in step.
    fn next_reload(&self) -> Instant {
        Instant::now() + self.reload_every.mul_f64(0.9 + fastrand::f64() / 5.0)
    }

    /// Was nothing missed? The messages of what was added before Redis answers have arrived by then.
    async fn look(&self, link: &mut Link<'_>, following: &mut Following) -> Result<bool, RedisProblem> {
        let asked = self.feed.asking();
        let there = link.overview().await?;
        self.take_arrived(following, link);
        let reached = following.position.has_reached(&there.position);
        if reached {
            self.feed.in_step(asked);
        } else {
            self.feed.report();
        }
        Ok(reached)
    }

    /// Reads everything, and adds what is known here and not there: after Redis lost its data, all of it.
    async fn reload(&self, link: &mut Link<'_>, following: &mut Following) -> Result<(), RedisProblem> {
        self.feed.share_again();
        let (ours, taken) = (self.feed.outgoing(), Taken(&self.feed));
        let asked = self.feed.asking();
        let there = link.overview().await?;
        let bound = |entries: usize| match entries <= self.source.max_entries {
            true => Ok(()),
            false => Err(RedisProblem::TooMany(self.source.max_entries)),
        };
        bound(there.entries)?;
        // What is added from here on comes as a message, and follows on this.
        following.position = there.position;
        let mut theirs = HashSet::new();
        let mut next = Some(0);
        while let Some(from) = next {
            let page = link.page(from).await?;
            self.feed.apply(&page.revocations);
            following.junk += page.junk;
            theirs.extend(page.revocations);
            bound(theirs.len())?;
            next = page.next;
            self.take_arrived(following, link);
        }
        if let Some(Outgoing { revocations, up_to, .. }) = ours {
            let missing: Vec<Revocation> = revocations.into_iter().filter(|ours| !theirs.contains(ours)).collect();
            drop(theirs);
            let unfit = link.put(&missing).await?;
            self.tell_of_unfit(unfit);
            self.teller.confirmed(up_to);
        }
        std::mem::forget(taken);
        self.feed.in_step(asked);
        self.teller.well();
        Ok(())
    }

    /// Sends what was revoked here.
    async fn share(&self, link: &mut Link<'_>) -> Result<(), RedisProblem> {
        while let Some(outgoing) = self.feed.outgoing() {
            let taken = Taken(&self.feed);
            let unfit = link.put(&outgoing.revocations).await?;
            std::mem::forget(taken);
            self.tell_of_unfit(unfit);
            self.teller.confirmed(outgoing.up_to);
        }
        Ok(())
    }

    fn take_arrived(&self, following: &mut Following, link: &mut Link<'_>) {
        while let Some(message) = link.arrived() {
            self.take(following, &message);
        }
    }

    fn take(&self, following: &mut Following, message: &[u8]) {
        match Message::read(message) {
            Some(message) => {
                self.feed.apply([&message.revocation]);
                following.position.follow(&message);
            }
            None => following.junk += 1,
        }
    }

    fn tell_of_junk(&self, following: &mut Following, link: &Link<'_>) {
        let junk = std::mem::take(&mut following.junk) + link.oversized();
        if junk > 0 {
            self.feed.skipped(&Passed(junk, "in Redis that are no revocations"));
        }
    }

    fn tell_of_unfit(&self, unfit: u64) {
        if unfit > 0 {
            self.feed.skipped(&Passed(unfit, "of this instance with a name that is empty or too long to be shared"));
        }
    }
}

/// Revocations were taken from the list and are not in Redis yet. Forgotten when they are; dropped, because sending failed or
/// was interrupted, it makes them outgoing again.
struct Taken<'a>(&'a RevocationFeed);

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.0.share_again();
    }
}

struct Passed(u64, &'static str);

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}
