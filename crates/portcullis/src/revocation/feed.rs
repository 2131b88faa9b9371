//! The side of a list that faces its source: a store that several instances share.

use std::fmt;
use std::time::Duration;

use super::outbox::{Outgoing, Taken};
use super::record::Revocation;
use super::{Revocations, defaults};
use crate::telemetry;

/// Keeps a list in step with a source: what a store of revocations is written with. Applications take one that exists,
/// such as `portcullis-redis`.
///
/// Held by the one task that talks to the source. It [applies](Self::apply) what others revoked, shares what is
/// [outgoing](Self::outgoing) from here, and says when the list was [in step](Self::in_step). From [`Revocations::feed`] on
/// the list is used only while it was in step recently enough; until it has been for the first time, all callers are
/// refused. When the feed is dropped the list grows old like that of a source that cannot be reached.
pub struct RevocationFeed {
    list: Revocations,
}

/// When a source was asked. See [`RevocationFeed::asking`].
#[derive(Debug, Clone, Copy)]
pub struct AskedAt(Duration);

/// Why a list takes no feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// It has one.
    #[error("the list of revocations has a feed already: use one list for each feed")]
    HasOne,
    /// The time for which the list is used without being in step is out of bounds.
    #[error("a list of revocations is used for 1 second to 24 hours after it was in step; 5 minutes is the default")]
    UsableFor,
}

impl Revocations {
    /// Makes this a list with a feed. `usable_for`: how long callers are accepted after the list was in step, by default
    /// [`defaults::REVOCATIONS_USABLE_FOR`], from [`defaults::MIN_REVOCATIONS_USABLE_FOR`] to
    /// [`defaults::MAX_REVOCATIONS_USABLE_FOR`].
    ///
    /// # Errors
    /// [`FeedError`], and the list is as it was.
    pub fn feed(&self, usable_for: Duration) -> Result<RevocationFeed, FeedError> {
        if !(defaults::MIN_REVOCATIONS_USABLE_FOR..=defaults::MAX_REVOCATIONS_USABLE_FOR).contains(&usable_for) {
            return Err(FeedError::UsableFor);
        }
        match self.shared.freshness.begin(usable_for) {
            true => Ok(RevocationFeed { list: self.clone() }),
            false => Err(FeedError::HasOne),
        }
    }
}

impl RevocationFeed {
    /// The list.
    #[must_use]
    pub fn list(&self) -> &Revocations {
        &self.list
    }

    /// Puts what comes from the source on the list. It is not outgoing.
    pub fn apply<'a>(&self, revocations: impl IntoIterator<Item = &'a Revocation>) {
        self.list.apply(revocations);
    }

    /// What was revoked here since the last time, or the whole list: at first, after
    /// [`share_again`](Self::share_again), and when more than [`defaults::MAX_REVOCATIONS_WAITING`] had to wait. Nothing,
    /// if all is shared.
    ///
    /// What is taken and cannot be shared must be answered with [`share_again`](Self::share_again).
    #[must_use]
    pub fn outgoing(&self) -> Option<Outgoing> {
        let (taken, up_to) = self.list.shared.outbox.take()?;
        let revocations = match taken {
            Taken::These(revocations) => revocations,
            Taken::Everything => self.list.snapshot(),
        };
        Some(Outgoing { revocations, up_to })
    }

    /// Makes the whole list outgoing. Nothing that was taken is lost by this, whatever became of it.
    pub fn share_again(&self) {
        self.list.shared.outbox.put_everything_back();
    }

    /// Waits until something is outgoing. Dropping the future loses nothing.
    pub async fn has_outgoing(&self) {
        self.list.shared.outbox.pushed().await;
    }

    /// To be called *before* the source is asked for its state.
    #[must_use]
    pub fn asking(&self) -> AskedAt {
        AskedAt(self.list.shared.clock.monotonic())
    }

    /// Everything that the source held when it was asked is on the list.
    pub fn in_step(&self, asked: AskedAt) {
        self.list.shared.freshness.in_step(asked.0);
        self.report_because(None);
    }

    /// The source could not be asked, or its answer not be used. `why` goes into an event: no password, no names.
    pub fn behind(&self, why: &dyn fmt::Display) {
        self.list.shared.freshness.failed();
        self.report_because(Some(why));
    }

    /// Tells age and state, if it is another than before: to be called every few seconds while the source is silent.
    pub fn report(&self) {
        self.report_because(None);
    }

    /// Something of the source is no revocation, and was passed over. `why` goes into an event.
    pub fn skipped(&self, why: &dyn fmt::Display) {
        telemetry::revocation_skipped(why);
    }

    /// Gives the list back as one without a feed, which is used however old it is.
    pub fn detach(self) {
        self.list.shared.freshness.detach();
    }

    fn report_because(&self, why: Option<&dyn fmt::Display>) {
        let freshness = &self.list.shared.freshness;
        if let Some((status, is_news)) = freshness.report(self.list.shared.clock.monotonic()) {
            telemetry::revocations_age(status.age);
            if is_news {
                telemetry::feed_changed(status.state, status.age, why);
            }
        }
    }
}

impl Drop for RevocationFeed {
    fn drop(&mut self) {
        let shared = &self.list.shared;
        shared.outbox.put_everything_back();
        shared.freshness.end();
        self.report_because(Some(&"the feed has ended"));
    }
}

impl fmt::Debug for RevocationFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationFeed").field("list", &self.list).field("status", &self.list.feed_status()).finish()
    }
}
