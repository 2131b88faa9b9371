//! Tokens that are refused although they verify: taken back before they expire.

mod deny_list;
#[cfg(all(test, shuttle))]
mod interleavings;
mod moment;
mod sync;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use self::deny_list::{DenyList, Entry};
use self::moment::Moment;
use self::sync::AtomicU64;
use crate::claims::NumericDate;
use crate::clock::{Clock, SystemClock};
use crate::error::{AuthError, Reason};
use crate::principal::Caller;
use crate::telemetry;

/// A list of revoked tokens in memory: one handle for whoever revokes, a clone of it for each [`Authenticator`] that
/// shall refuse what is on it ([`AuthenticatorBuilder::revocations`]).
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use portcullis::{Authenticator, Revocations};
///
/// let revocations = Revocations::new();
/// let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com")
///     .revocations(revocations.clone())
///     .build()?;
///
/// // No token of that issuer lives longer than an hour.
/// let now = SystemTime::now();
/// let until = now + Duration::from_secs(3600);
/// revocations.revoke_token("https://login.example.com/", "5f1c8a52", until);
/// revocations.revoke_session("https://login.example.com/", "08a5019c", until);
/// revocations.revoke_subject("https://login.example.com/", "alice", now, until);
/// assert_eq!(revocations.len(), 3);
/// # drop(auth);
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
///
/// **What counts.** Every token is looked up after its signature and its claims were found good, without I/O; one that is
/// on the list is [`Reason::TokenRevoked`]. From the moment a `revoke_` method returns, no verification that begins
/// accepts the token; requests that were let in before go on.
///
/// **Names** are compared octet for octet. `issuer` is the issuer exactly as it is configured: one that no authenticator
/// has does no harm and matches nothing. A token without `jti` cannot be revoked by one, and so on; a token without `iat`
/// counts as older than any date.
///
/// **Memory.** An entry takes 55 to 95 bytes and the length of its value. It is kept until the time that is given with it,
/// and 300 s longer, since an authenticator may allow [that leeway](crate::defaults::MAX_LEEWAY); give the token's `exp`,
/// or, where many tokens are meant, a time by which all of them have expired. After that it is dropped by later
/// revocations, of whatever kind, and not by a timer: each looks through eight entries, so that a list of *n* is clean of
/// what has ended after *n* / 8 more. Until it is dropped it keeps refusing. To revoke the same again keeps the later of
/// both times.
///
/// [`Authenticator`]: crate::Authenticator
/// [`AuthenticatorBuilder::revocations`]: crate::AuthenticatorBuilder::revocations
#[derive(Clone)]
pub struct Revocations {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Box<dyn Clock>,
    /// By [`Kind`].
    lists: [DenyList; 3],
    epoch: AtomicU64,
    /// Done once, between a check and the note of it.
    #[cfg(test)]
    after_check: std::sync::Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

/// What a revocation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Token,
    Session,
    Subject,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Token, Self::Session, Self::Subject];

    /// The label of the metric, and the field of the event.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Subject => "subject",
        }
    }

    const fn claim(self) -> &'static str {
        match self {
            Self::Token => "jti",
            Self::Session => "sid",
            Self::Subject => "sub",
        }
    }
}

impl Revocations {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock::new())
    }

    /// An empty list that takes time from another clock, to know which entries have ended. For tests.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        let lists = Kind::ALL.map(|_| DenyList::new());
        let shared = Shared {
            clock: Box::new(clock),
            lists,
            epoch: AtomicU64::new(0),
            #[cfg(test)]
            after_check: std::sync::Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Revokes one token, by its `jti`.
    pub fn revoke_token(&self, issuer: &str, jti: &str, until: SystemTime) {
        self.revoke(Kind::Token, issuer, jti, NumericDate::END, until);
    }

    /// Revokes every token of a session, by its `sid` (OpenID Connect Back-Channel Logout §2.7).
    pub fn revoke_session(&self, issuer: &str, sid: &str, until: SystemTime) {
        self.revoke(Kind::Session, issuer, sid, NumericDate::END, until);
    }

    /// Revokes every token of a subject that was issued before a time, by `sub` and `iat`. It is the issuer's clock that
    /// dates tokens, often in whole seconds. A time that is far ahead shuts the subject out.
    pub fn revoke_subject(&self, issuer: &str, sub: &str, issued_before: SystemTime, until: SystemTime) {
        self.revoke(Kind::Subject, issuer, sub, NumericDate::not_before(issued_before), until);
    }

    fn revoke(&self, kind: Kind, issuer: &str, value: &str, issued_before: NumericDate, until: SystemTime) {
        let clock = &*self.shared.clock;
        let entry = Entry { issued_before, end: Moment::of(until, clock) };
        let denies_more = self.list(kind).insert(issuer, value, entry);
        // After the entry is there, never before: see `epoch`.
        self.shared.epoch.fetch_add(1, Ordering::Release);
        if denies_more {
            telemetry::revoked(kind.as_str());
        }
        let now = Moment::now(clock);
        self.shared.lists.iter().for_each(|list| list.sweep(now));
    }

    /// How many entries are held, with those that have ended and were not dropped yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.lists.iter().map(DenyList::len).sum()
    }

    /// Is nothing held?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses a verified caller whose token is on the list, or could not be found there. That it was not is remembered,
    /// and holds for as long as the number of revocations is the one that was read *before* the check.
    pub(crate) fn clear(&self, caller: &Caller) -> Result<(), AuthError> {
        let epoch = self.epoch();
        if caller.standing().is_cleared(epoch) {
            return Ok(());
        }
        self.check(caller)?;
        #[cfg(test)]
        self.after_check();
        caller.clear(epoch);
        Ok(())
    }

    /// A number that is another one after each revocation.
    ///
    /// An entry is published first and counted second (`Release`, met by
    /// the `Acquire` here), so a check sees all that is in the number read before it. At worst it saw more, and is made
    /// once more for nothing. What was on the list already is counted all the same: whoever put it there may not have
    /// come to the counting yet. What is dropped is not: that turns no acceptance into a refusal.
    fn epoch(&self) -> u64 {
        self.shared.epoch.load(Ordering::Acquire)
    }

    fn check(&self, caller: &Caller) -> Result<(), AuthError> {
        let claims = caller.claims();
        if claims.sid_unreadable {
            return Err(AuthError::from(Reason::ClaimMalformed).about("sid"));
        }
        match self.find(caller.issuer(), caller.token_id(), caller.session_id(), caller.subject(), claims.iat) {
            Some(claim) => Err(AuthError::from(Reason::TokenRevoked).about(claim)),
            None => Ok(()),
        }
    }

    /// The claim by which such a token is revoked. Allocates nothing.
    fn find(
        &self,
        issuer: &str,
        jti: Option<&str>,
        sid: Option<&str>,
        sub: Option<&str>,
        iat: Option<NumericDate>,
    ) -> Option<&'static str> {
        let named = [(Kind::Token, jti), (Kind::Session, sid), (Kind::Subject, sub)];
        let denied = |(kind, value): &(Kind, Option<&str>)| {
            value.is_some_and(|value| self.list(*kind).denies(issuer, value, iat))
        };
        named.into_iter().find(denied).map(|(kind, _)| kind.claim())
    }

    #[cfg(test)]
    fn after_check(&self) {
        let done = self.shared.after_check.lock().unwrap().take();
        done.into_iter().for_each(|done| done());
    }

    fn list(&self, kind: Kind) -> &DenyList {
        &self.shared.lists[kind as usize]
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self::new()
    }
}

/// Numbers only: whose tokens they are is personal data.
impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [tokens, sessions, subjects] = Kind::ALL.map(|kind| self.list(kind).len());
        f.debug_struct("Revocations")
            .field("tokens", &tokens)
            .field("sessions", &sessions)
            .field("subjects", &subjects)
            .finish()
    }
}
