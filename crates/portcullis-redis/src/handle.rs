//! What an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portcullis::{Revocation, Revocations};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::builder::RedisRevocationsBuilder;
use crate::keeper::Detach;
use crate::problem::{RedisProblem, RevokeError, StartError};
use crate::progress::Progress;

/// Keeps a list of [`Revocations`] in step with Redis, and so with the lists of all instances that do the same.
///
/// Clones share one task and one connection, which end when the last of them is dropped. **Keep one for as long as requests
/// are served**: a list that is no longer kept in step grows old, and refuses callers after
/// [`usable_for`](RedisRevocationsBuilder::usable_for).
#[derive(Clone)]
#[must_use = "the list grows old as soon as the last handle is dropped"]
pub struct RedisRevocations {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) list: Revocations,
    pub(crate) progress: watch::Receiver<Progress>,
    /// How long a revocation waits to be confirmed.
    pub(crate) patience: Duration,
    /// Dropped with the last handle, which the task notices.
    pub(crate) stop: oneshot::Sender<Detach>,
}

impl RedisRevocations {
    /// Connects with the defaults, and waits until the list is in step.
    ///
    /// # Errors
    /// [`StartError`], and the list is as it was. To start while Redis is away, use
    /// [`RedisRevocationsBuilder::start`].
    pub async fn connect(url: &str, revocations: &Revocations) -> Result<Self, StartError> {
        Self::builder(url).connect(revocations).await
    }

    /// Settings: `redis://[user:password@]host[:port][/database]`; `rediss://` for TLS, with the feature `tls`.
    pub fn builder(url: &str) -> RedisRevocationsBuilder {
        RedisRevocationsBuilder::new(url)
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Revokes one token, by its `jti`.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_token(&self, issuer: &str, jti: &str, until: SystemTime) -> Result<(), RevokeError> {
        self.revoke(&Revocation::token(issuer, jti, until)).await
    }

    /// Revokes every token of a session, by its `sid`.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_session(&self, issuer: &str, sid: &str, until: SystemTime) -> Result<(), RevokeError> {
        self.revoke(&Revocation::session(issuer, sid, until)).await
    }

    /// Revokes every token of a subject that was issued before a time.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_subject(
        &self,
        issuer: &str,
        sub: &str,
        issued_before: SystemTime,
        until: SystemTime,
    ) -> Result<(), RevokeError> {
        self.revoke(&Revocation::subject(issuer, sub, issued_before, until)).await
    }

    /// Revokes every token that was issued to a client before a time.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_client(
        &self,
        issuer: &str,
        client: &str,
        issued_before: SystemTime,
        until: SystemTime,
    ) -> Result<(), RevokeError> {
        self.revoke(&Revocation::client(issuer, client, issued_before, until)).await
    }

    /// Revokes one API key of an environment, by its id.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_key(&self, environment: &str, id: &str, until: SystemTime) -> Result<(), RevokeError> {
        self.revoke(&Revocation::key(environment, id, until)).await
    }

    /// Revokes on this instance at once, and waits until Redis has it: from then on every instance that is in step refuses
    /// it, and one that is not learns of it before it is in step again. `Revocations::revoke_…` on the list itself does the
    /// same without waiting.
    ///
    /// Dropping the future takes nothing back.
    ///
    /// # Errors
    /// [`RevokeError`], after twice [`timeout`](RedisRevocationsBuilder::timeout) at most, and at once while Redis is known
    /// to be away. The revocation counts here in any case.
    pub async fn revoke(&self, revocation: &Revocation) -> Result<(), RevokeError> {
        let mut progress = self.inner.progress.clone();
        // Before it is on its way: the failure that counts may come at once.
        let failures = progress.borrow().failures;
        let number = self.inner.list.add(revocation);
        if revocation.to_json().is_err() {
            return Err(RevokeError::Unfit);
        }
        let is_confirmed = |progress: &Progress| progress.confirmed >= Some(number);
        let is_over =
            |progress: &Progress| is_confirmed(progress) || progress.failures != failures || progress.problem.is_some();
        let problem = match timeout(self.inner.patience, progress.wait_for(|progress| is_over(progress))).await {
            Ok(Ok(progress)) if is_confirmed(&progress) => return Ok(()),
            Ok(Ok(progress)) => progress.problem.clone().unwrap_or(RedisProblem::NotYet),
            Ok(Err(_)) => RedisProblem::Ended,
            Err(_) => RedisProblem::TimedOut,
        };
        Err(RevokeError::NotConfirmed(problem))
    }

    /// Waits until the list is in step for the first time, or again. Pending for as long as Redis is away.
    ///
    /// # Errors
    /// [`RedisProblem::Ended`], when the runtime that the task was started on is gone.
    pub async fn in_step(&self) -> Result<(), RedisProblem> {
        let mut progress = self.inner.progress.clone();
        let outcome = progress.wait_for(|progress| progress.problem.is_none()).await;
        outcome.map(drop).map_err(|_| RedisProblem::Ended)
    }

    /// What is wrong, if anything is. How old the list is tells [`Revocations::feed_status`].
    #[must_use]
    pub fn problem(&self) -> Option<RedisProblem> {
        self.inner.progress.borrow().problem.clone()
    }
}

impl Inner {
    /// Waits until the list is in step, or the first attempt fails.
    pub(crate) async fn first(&self) -> Result<(), RedisProblem> {
        let mut progress = self.progress.clone();
        let over = |progress: &Progress| progress.problem.is_none() || progress.failures > 0;
        let outcome = progress.wait_for(over).await.map_err(|_| RedisProblem::Ended)?;
        outcome.problem.clone().map_or(Ok(()), Err)
    }
}

/// No address and no password.
impl fmt::Debug for RedisRevocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRevocations")
            .field("list", &self.inner.list)
            .field("status", &self.inner.list.feed_status())
            .field("problem", &self.problem())
            .finish()
    }
}
