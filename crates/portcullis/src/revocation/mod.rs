//! Tokens that are refused although they verify: taken back before they expire.

mod deny_list;
mod feed;
#[cfg(test)]
mod feed_tests;
mod freshness;
#[cfg(all(test, shuttle))]
mod interleavings;
mod kind;
mod moment;
mod outbox;
mod record;
mod sync;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

pub use self::feed::{AskedAt, FeedError, RevocationFeed};
pub use self::freshness::{FeedState, FeedStatus};
pub use self::kind::RevocationKind;
pub use self::outbox::{Outgoing, RevocationNumber};
pub use self::record::{Revocation, RevocationError};

use self::deny_list::{DenyList, Entry};
use self::freshness::Freshness;
use self::moment::Moment;
use self::outbox::Outbox;
use self::sync::AtomicU64;
use crate::claims::NumericDate;
use crate::clock::{Clock, SystemClock};
use crate::defaults;
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
/// revocations.revoke_client("https://login.example.com/", "reports", now, until);
/// assert_eq!(revocations.len(), 4);
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
/// **Several instances.** A list is of one process. With a [feed](Self::feed) it is kept in step with a store that several
/// share, such as Redis by `portcullis-redis`; what is revoked here is shared, too. A list that was not in step for too long
/// refuses callers with [`Reason::RevocationsUnavailable`], a 503; one without a feed is never out of step.
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
    /// By [`RevocationKind`].
    lists: [DenyList; KINDS],
    epoch: AtomicU64,
    freshness: Freshness,
    outbox: Outbox,
    /// Done once, between a check and the note of it.
    #[cfg(test)]
    after_check: std::sync::Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

const KINDS: usize = RevocationKind::ALL.len();

/// What a token can be revoked by.
#[derive(Debug, Clone, Copy, Default)]
struct Names<'a> {
    issuer: &'a str,
    jti: Option<&'a str>,
    sid: Option<&'a str>,
    sub: Option<&'a str>,
    client: Option<&'a str>,
    iat: Option<NumericDate>,
}

impl<'a> Names<'a> {
    fn of(caller: &'a Caller) -> Self {
        Self {
            issuer: caller.issuer(),
            jti: caller.token_id(),
            sid: caller.session_id(),
            sub: caller.subject(),
            client: caller.client(),
            iat: caller.claims().iat,
        }
    }

    /// Keys and tokens are told apart by their issuers: that of a key is no address.
    fn of_kind(self, kind: RevocationKind) -> Option<&'a str> {
        match kind {
            RevocationKind::Token | RevocationKind::Key => self.jti,
            RevocationKind::Session => self.sid,
            RevocationKind::Subject => self.sub,
            RevocationKind::Client => self.client,
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
        let shared = Shared {
            clock: Box::new(clock),
            lists: RevocationKind::ALL.map(|_| DenyList::new()),
            epoch: AtomicU64::new(0),
            freshness: Freshness::new(),
            outbox: Outbox::new(),
            #[cfg(test)]
            after_check: std::sync::Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Revokes one token, by its `jti`.
    pub fn revoke_token(&self, issuer: &str, jti: &str, until: SystemTime) {
        self.add(&Revocation::token(issuer, jti, until));
    }

    /// Revokes every token of a session, by its `sid` (OpenID Connect Back-Channel Logout §2.7).
    pub fn revoke_session(&self, issuer: &str, sid: &str, until: SystemTime) {
        self.add(&Revocation::session(issuer, sid, until));
    }

    /// Revokes every token of a subject that was issued before a time, by `sub` and `iat`. It is the issuer's clock that
    /// dates tokens, often in whole seconds. A time that is far ahead shuts the subject out.
    pub fn revoke_subject(&self, issuer: &str, sub: &str, issued_before: SystemTime, until: SystemTime) {
        self.add(&Revocation::subject(issuer, sub, issued_before, until));
    }

    /// Revokes every token that was issued to a client before a time, by [`Caller::client`] and `iat`; otherwise as
    /// [`revoke_subject`](Self::revoke_subject).
    pub fn revoke_client(&self, issuer: &str, client: &str, issued_before: SystemTime, until: SystemTime) {
        self.add(&Revocation::client(issuer, client, issued_before, until));
    }

    /// Revokes one API key of an environment, by its id, beside [`ApiKeys::revoke`](crate::api_key::ApiKeys::revoke), which
    /// other instances learn of within 30 s, or ten minutes while the store does not answer. `until`: later than that.
    pub fn revoke_key(&self, environment: &str, id: &str, until: SystemTime) {
        self.add(&Revocation::key(environment, id, until));
    }

    /// Revokes what is said. To add the same again changes nothing; of two that name the same the later times count.
    ///
    /// The number matters where a feed shares it: see [`Outgoing::up_to`].
    pub fn add(&self, revocation: &Revocation) -> RevocationNumber {
        let denies_more = self.insert(revocation);
        self.count(1);
        let number = self.shared.outbox.push(revocation);
        if denies_more {
            telemetry::revoked(revocation.kind.as_str());
        }
        number
    }

    /// The same for many that come from a feed, and need not go there: counted together, and told to nobody.
    fn apply<'a>(&self, revocations: impl IntoIterator<Item = &'a Revocation>) {
        let mut applied = 0;
        for revocation in revocations {
            if self.insert(revocation) {
                telemetry::revocation_learnt(revocation.kind.as_str());
            }
            applied += 1;
        }
        self.count(applied);
    }

    /// After the entries are there, never before: see [`epoch`](Self::epoch).
    fn count(&self, entries: u64) {
        self.shared.epoch.fetch_add(entries, Ordering::Release);
    }

    fn insert(&self, revocation: &Revocation) -> bool {
        let clock = &*self.shared.clock;
        let Revocation { kind, issuer, value, issued_before, .. } = revocation;
        let entry = Entry { issued_before: *issued_before, end: Moment::of(revocation.until(), clock) };
        let denies_more = self.list(*kind).insert(issuer, value, entry);
        let now = Moment::now(clock);
        self.shared.lists.iter().for_each(|list| list.sweep(now));
        denies_more
    }

    /// Every revocation that has not ended, in no order. For a feed; takes time and memory of its size.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Revocation> {
        let now = Moment::now(&*self.shared.clock);
        let mut all = Vec::with_capacity(self.len());
        for kind in RevocationKind::ALL {
            self.list(kind).for_each(|issuer, value, entry| {
                if !entry.end.has_passed(now) {
                    let (issued_before, until) = (entry.issued_before, entry.end.expiry());
                    all.push(Revocation { kind, issuer: issuer.into(), value: value.into(), issued_before, until });
                }
            });
        }
        all
    }

    /// How this list and its source stand; nothing where there is no feed.
    #[must_use]
    pub fn feed_status(&self) -> Option<FeedStatus> {
        self.shared.freshness.status(self.shared.clock.monotonic())
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
        if caller.claims().sid_unreadable {
            return Err(AuthError::from(Reason::ClaimMalformed).about("sid"));
        }
        match self.find(Names::of(caller)) {
            Some(kind) => Err(AuthError::from(Reason::TokenRevoked).about(kind.claim())),
            None => Ok(()),
        }
    }

    /// Refuses everybody where a feed was in step too long ago. Asks for the time only where there is a feed.
    pub(crate) fn check_age(&self) -> Result<(), AuthError> {
        match self.shared.freshness.is_usable(|| self.shared.clock.monotonic()) {
            true => Ok(()),
            false => Err(AuthError::from(Reason::RevocationsUnavailable)
                .detail(|detail| detail.retry_after = Some(defaults::RETRY_AFTER))),
        }
    }

    #[cfg(test)]
    fn after_check(&self) {
        let done = self.shared.after_check.lock().unwrap().take();
        done.into_iter().for_each(|done| done());
    }

    /// What such a token is revoked by. Allocates nothing.
    fn find(&self, names: Names<'_>) -> Option<RevocationKind> {
        let denied = |kind: &RevocationKind| {
            let name = names.of_kind(*kind);
            name.is_some_and(|name| self.list(*kind).denies(names.issuer, name, names.iat))
        };
        RevocationKind::ALL.into_iter().find(denied)
    }

    fn list(&self, kind: RevocationKind) -> &DenyList {
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
        let [tokens, sessions, subjects, clients, keys] = RevocationKind::ALL.map(|kind| self.list(kind).len());
        f.debug_struct("Revocations")
            .field("tokens", &tokens)
            .field("sessions", &sessions)
            .field("subjects", &subjects)
            .field("clients", &clients)
            .field("keys", &keys)
            .finish()
    }
}
