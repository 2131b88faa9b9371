//! The story of a token, from the request to the caller.

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::authenticating::Authenticating;
use crate::authentication::Authentication;
use crate::builder::AuthenticatorBuilder;
use crate::cache::{Address, CacheStatus, TokenCache};
use crate::challenge::{Answers, Refusal};
use crate::claims::{ClaimPaths, NumericDate, UnverifiedClaims, VerifiedClaims};
use crate::clock::Clock;
use crate::credential::{Credential, Presented};
use crate::defaults;
use crate::error::{AuthError, Reason, loggable};
use crate::issuer::Issuer;
use crate::jwks::{Demand, ExportedKeys, KeyStatus, NoKey, NotReady, WaitOutcome};
use crate::principal::{Caller, KeysUsed, Verified};
use crate::request::RequestHead;
use crate::telemetry;
use crate::token::{CompactToken, Header};
use crate::trusted::TrustedIssuer;

/// A resource server's verifier: bearer token in, [`Authentication`] or reasoned refusal out.
///
/// One concrete type, cheap to clone (one reference count); make one at start-up and share it. The last clone
/// dropped ends the background refresh.
///
/// ```
/// use portcullis::Authenticator;
///
/// let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
/// assert_eq!(auth.status()[0].issuer, "https://login.example.com/");
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Authenticator {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) issuers: Vec<TrustedIssuer>,
    pub(crate) by_name: HashMap<Arc<str>, usize>,
    /// For operators: what `iss` could have been.
    pub(crate) issuer_names: Arc<str>,
    /// The issuer that tokens without `iss` are taken for, where that was waived.
    pub(crate) without_issuer: Option<usize>,
    pub(crate) paths: ClaimPaths,
    pub(crate) answers: Arc<Answers>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) max_token_bytes: usize,
    pub(crate) require_claims: Option<ClaimsCheck>,
    pub(crate) cache: Option<TokenCache>,
}

/// Decodes the claims type that every caller must fit.
pub(crate) type ClaimsCheck = fn(&Caller) -> Result<(), AuthError>;

/// What the cache knows of a token.
enum Recalled {
    Known(Arc<Caller>),
    /// With where it would be, if it may be remembered.
    Unknown(Option<Address>),
}

/// What kept an attempt from ending.
enum Obstacle {
    Refused(AuthError),
    /// No key to decide with, and it may help to ask the issuer.
    KeyMissing {
        issuer: usize,
        kid: Option<Box<str>>,
    },
}

impl<E: Into<AuthError>> From<E> for Obstacle {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl Authenticator {
    /// Starts a configuration with one issuer and the audience that identifies this resource server.
    ///
    /// Neither has a default that would be safe, so both are arguments; everything else has one.
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> AuthenticatorBuilder {
        AuthenticatorBuilder::new(Issuer::new(issuer, audience))
    }

    /// Starts a configuration with an issuer that has settings of its own.
    pub fn trusting(issuer: Issuer) -> AuthenticatorBuilder {
        AuthenticatorBuilder::new(issuer)
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The steps up to the signature, with the first issuer's keys, and none of those after it.
    #[cfg(feature = "__internals")]
    pub(crate) fn check_signature(&self, token: &str) -> Result<(), Reason> {
        let verified = self.inner.open(token, |compact, header| {
            compact.payload_octets()?;
            self.inner.signed_by(0, compact, header)
        });
        match verified {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(Reason::SignatureInvalid),
            Err(Obstacle::Refused(error)) => Err(error.reason()),
            Err(Obstacle::KeyMissing { .. }) => Err(Reason::KeysUnavailable),
        }
    }

    /// The same with that one key for the first issuer, unless there are clones.
    #[cfg(feature = "__internals")]
    pub(crate) fn with_key(mut self, key: crate::jwks::VerificationKey) -> Option<Self> {
        use crate::jwks::{KeySet, KeySource};
        Arc::get_mut(&mut self.inner)?.issuers.first_mut()?.keys = KeySource::Fixed(KeySet::configured(vec![key]));
        Some(self)
    }

    /// Authenticates a request that must present a credential.
    ///
    /// The future is ready at once unless keys must be waited for. Dropping it leaves nothing behind.
    pub fn authenticate<H: RequestHead + ?Sized>(&self, head: &H) -> Authenticating {
        match Credential::of(head) {
            Ok(Credential::Bearer(presented)) => self.verify_presented(presented),
            Ok(Credential::Absent) => Authenticating::ready(Err(Reason::CredentialMissing.into())),
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    /// Authenticates a request that may present nothing. Only an absent credential passes as anonymous: one that is
    /// there and bad is refused, and so is one of a scheme that is not served.
    pub fn authenticate_optional<H: RequestHead + ?Sized>(&self, head: &H) -> Authenticating {
        match Credential::of(head) {
            Ok(Credential::Bearer(presented)) => self.verify_presented(presented),
            Ok(Credential::Absent) => {
                Authenticating::ready(Ok(Authentication::nobody(Arc::clone(&self.inner.answers))))
            }
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    /// Verifies a token that did not come in an `Authorization` field.
    pub fn verify(&self, token: &str) -> Authenticating {
        match self.inner.recall(token.as_bytes()) {
            Recalled::Known(caller) => Authenticating::ready(Ok(Authentication::of(caller))),
            Recalled::Unknown(address) => self.verify_anew(token, address),
        }
    }

    /// What is known already was looked at when it came first.
    fn verify_presented(&self, presented: Presented<'_>) -> Authenticating {
        match (self.inner.recall(presented.octets()), presented) {
            (Recalled::Known(caller), _) => Authenticating::ready(Ok(Authentication::of(caller))),
            (Recalled::Unknown(address), presented) => match presented.token() {
                Ok(token) => self.verify_anew(token, address),
                Err(reason) => Authenticating::ready(Err(reason.into())),
            },
        }
    }

    fn verify_anew(&self, token: &str, address: Option<Address>) -> Authenticating {
        let (issuer, kid) = match self.inner.attempt(token) {
            Ok(caller) => return Authenticating::ready(Ok(self.inner.keep(address, token, caller))),
            Err(Obstacle::Refused(error)) => return Authenticating::ready(Err(error)),
            Err(Obstacle::KeyMissing { issuer, kid }) => (issuer, kid),
        };
        let trusted = &self.inner.issuers[issuer];
        match trusted.keys.demand(kid.as_deref()) {
            Demand::Unknown => Authenticating::ready(Err(trusted.key_unknown(kid.as_deref()))),
            Demand::Unavailable { retry_after } => Authenticating::ready(Err(trusted.keys_unavailable(retry_after))),
            Demand::Wait(wait) => {
                let (this, token) = (self.clone(), token.to_owned());
                Authenticating::waiting(async move {
                    let outcome = wait.await;
                    this.inner.attempt_again(&token, outcome).map(|caller| this.inner.keep(address, &token, caller))
                })
            }
        }
    }

    /// Renders a refusal as configured: status, header fields and body, the same on every framework.
    #[must_use]
    pub fn refuse(&self, error: &AuthError) -> Refusal {
        self.inner.answers.refuse(error)
    }

    /// Waits until every issuer has keys. Pending for as long as one cannot be reached; never needed, since requests
    /// work without it, but a readiness probe may want it.
    pub async fn ready(&self) {
        for issuer in &self.inner.issuers {
            issuer.keys.ready(&*self.inner.clock).await;
        }
    }

    /// Waits for keys of every issuer, but not longer than `limit`: for those who would rather not start without.
    ///
    /// # Errors
    /// [`NotReady`] lists the issuers that have none, and the last error of each.
    pub async fn require_keys_within(&self, limit: Duration) -> Result<(), NotReady> {
        let mut ready = pin!(self.ready());
        let mut limit = self.inner.clock.sleep(limit);
        poll_fn(|context| match ready.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => limit.as_mut().poll(context).map(|()| NotReady::unless_ready(self.status())),
        })
        .await
    }

    /// Asks every issuer for its keys now, and waits until each attempt has ended.
    pub async fn refresh(&self) {
        let waits: Vec<_> = self.inner.issuers.iter().filter_map(|issuer| issuer.keys.refresh()).collect();
        for wait in waits {
            wait.await;
        }
    }

    /// The state of each issuer's keys, in the order of the configuration.
    #[must_use]
    pub fn status(&self) -> Vec<KeyStatus> {
        self.inner.issuers.iter().map(|issuer| issuer.keys.status(&issuer.policy.issuer)).collect()
    }

    /// Are there keys to decide with for every issuer?
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status().iter().all(KeyStatus::is_usable)
    }

    /// How the cache of verified tokens does.
    #[must_use]
    pub fn cache_status(&self) -> CacheStatus {
        self.inner.cache.as_ref().map_or(CacheStatus::OFF, TokenCache::status)
    }

    /// The fetched keys of all issuers, for [`AuthenticatorBuilder::seed`] of the next process. Public keys only.
    #[must_use]
    pub fn export_keys(&self) -> ExportedKeys {
        ExportedKeys::new(self.inner.issuers.iter().filter_map(|issuer| issuer.keys.export()).collect())
    }
}

impl Inner {
    /// A token that was verified before, if it would be found good again: by the keys that are in use now, and at this
    /// time.
    fn recall(&self, token: &[u8]) -> Recalled {
        // One that is too long was never verified, and is not read to its end for that.
        let Some(cache) = self.cache.as_ref().filter(|_| token.len() <= self.max_token_bytes) else {
            return Recalled::Unknown(None);
        };
        let (address, found) = cache.find(token);
        let found = found.filter(|caller| {
            let stands = self.still_stands(caller.verified());
            if !stands {
                cache.forget(address);
            }
            stands
        });
        telemetry::token_looked_up(found.is_some());
        found.map_or(Recalled::Unknown(Some(address)), Recalled::Known)
    }

    fn still_stands(&self, verified: &Verified) -> bool {
        let KeysUsed { issuer, generation } = verified.keys;
        let keys = self.issuers.get(issuer).and_then(|issuer| issuer.keys.current());
        keys.is_some_and(|keys| keys.generation() == generation)
            && verified.claims.window().contains(NumericDate::at(self.clock.now()))
    }

    fn keep(&self, address: Option<Address>, token: &str, caller: Arc<Caller>) -> Authentication {
        if let (Some(cache), Some(address)) = (&self.cache, address) {
            cache.keep(address, token.as_bytes(), &caller);
        }
        Authentication::of(caller)
    }

    /// One pass, no waiting: the order is cheap checks first, and nothing that fails them can cause a fetch.
    fn attempt(&self, token: &str) -> Result<Arc<Caller>, Obstacle> {
        self.open(token, |compact, header| self.verify(compact, header))
    }

    /// Cuts a token, reads its header, and leaves the rest to `decide`.
    fn open<T>(
        &self,
        token: &str,
        decide: impl FnOnce(CompactToken<'_>, &Header<'_>) -> Result<T, Obstacle>,
    ) -> Result<T, Obstacle> {
        let compact = CompactToken::parse(token, self.max_token_bytes)?;
        compact.with_header(|json| {
            let header = Header::parse(json)?;
            if compact.is_unsigned() { Err(Reason::TokenMalformed) } else { Ok(decide(compact, &header)) }
        })?
    }

    fn verify(&self, compact: CompactToken<'_>, header: &Header<'_>) -> Result<Arc<Caller>, Obstacle> {
        let claims = UnverifiedClaims::read(compact.payload()?, &self.paths)?;
        let index = self.choose_issuer(claims.unverified_issuer())?;
        let issuer = &self.issuers[index];
        let kid = header.kid.as_deref();
        let generation = self.signed_by(index, compact, header)?;
        let (claims, generation) = VerifiedClaims::if_verified(claims, generation)
            .ok_or_else(|| issuer.explain(Reason::SignatureInvalid, kid))?;

        let now = NumericDate::at(self.clock.now());
        let claims = issuer.policy.validate(claims, now).map_err(|error| issuer.locate(error, kid))?;
        let keys = KeysUsed { issuer: index, generation };
        let verified = Verified::new(claims, Arc::clone(&issuer.policy), Arc::clone(&self.answers), keys);
        let caller = Caller::new(Arc::new(verified));
        if let Some(require_claims) = self.require_claims {
            require_claims(&caller).map_err(|error| issuer.locate(error, kid))?;
        }
        Ok(Arc::new(caller))
    }

    /// The generation of the issuer's keys, if one of them made the signature, by an algorithm that is allowed.
    fn signed_by(&self, index: usize, compact: CompactToken<'_>, header: &Header<'_>) -> Result<Option<u64>, Obstacle> {
        let issuer = &self.issuers[index];
        issuer.check_header(header)?;
        let kid = header.kid.as_deref();
        // Shape comes before the network: a signature that cannot be one is no reason to ask for keys.
        let key_missing = || match compact.with_signature(|_| ()) {
            Ok(()) => Obstacle::KeyMissing { issuer: index, kid: kid.map(Into::into) },
            Err(reason) => reason.into(),
        };
        let keys = issuer.keys.current().ok_or_else(key_missing)?;
        let may_ask = !header.brings_own_key;
        let candidates = match keys.candidates(kid, header.algorithm) {
            Ok(candidates) => candidates,
            Err(NoKey::UnknownKid | NoKey::NoneCompatible) if may_ask && issuer.keys.is_remote() => {
                return Err(key_missing());
            }
            Err(NoKey::UnknownKid | NoKey::NoneCompatible) => return Err(issuer.key_unknown(kid).into()),
            Err(NoKey::WrongAlgorithm | NoKey::Ambiguous) => {
                return Err(issuer.explain(Reason::KeyUnsuitable, kid).into());
            }
        };
        let message = compact.signing_input.as_bytes();
        let verified = compact.with_signature(|signature| {
            let mut candidates = candidates;
            candidates.any(|key| key.verify(message, signature))
        })?;
        if !verified && kid.is_none() && may_ask {
            // Nothing else would show that a key without `kid` was replaced. Nobody waits for it.
            drop(issuer.keys.demand(None));
        }
        Ok(verified.then(|| keys.generation()))
    }

    /// The second and last look, after an attempt to get keys has ended.
    fn attempt_again(&self, token: &str, outcome: WaitOutcome) -> Result<Arc<Caller>, AuthError> {
        match (self.attempt(token), outcome) {
            (Ok(caller), _) => Ok(caller),
            (Err(Obstacle::Refused(error)), _) => Err(error),
            (Err(Obstacle::KeyMissing { issuer, kid }), WaitOutcome::Published) => {
                Err(self.issuers[issuer].key_unknown(kid.as_deref()))
            }
            (Err(Obstacle::KeyMissing { issuer, .. }), WaitOutcome::Failed | WaitOutcome::TimedOut) => {
                Err(self.issuers[issuer].keys_unavailable(defaults::RETRY_AFTER))
            }
        }
    }

    /// The configured issuer of exactly that name, octet by octet.
    fn choose_issuer(&self, claimed: Option<&str>) -> Result<usize, AuthError> {
        let unknown = || {
            let expected = Some(Arc::clone(&self.issuer_names));
            AuthError::from(Reason::IssuerUnknown).about("iss").detail(|detail| detail.expected = expected)
        };
        match (claimed, &*self.issuers) {
            (None, _) => self.without_issuer.ok_or_else(unknown),
            (Some(claimed), [only]) if *only.policy.issuer == *claimed => Ok(0),
            (Some(_), [_]) => Err(unknown()),
            (Some(claimed), _) => self.by_name.get(claimed).copied().ok_or_else(unknown),
        }
    }
}

impl TrustedIssuer {
    fn check_header(&self, header: &Header<'_>) -> Result<(), AuthError> {
        if !self.algorithms.contains(header.algorithm) {
            let error = self.explain(Reason::AlgorithmNotAllowed, header.kid.as_deref()).about("alg");
            return Err(error.detail(|detail| {
                detail.expected = Some(format!("{:?}", self.algorithms).into());
                detail.got = Some(header.algorithm.name().into());
            }));
        }
        self.policy.check_typ(header.typ).map_err(|error| self.locate(error, header.kid.as_deref()))
    }

    fn explain(&self, reason: Reason, kid: Option<&str>) -> AuthError {
        self.locate(AuthError::from(reason), kid)
    }

    /// Adds what tells an operator whose token it was.
    fn locate(&self, error: AuthError, kid: Option<&str>) -> AuthError {
        error.detail(|detail| {
            detail.issuer = Some(Arc::clone(&self.policy.issuer));
            detail.kid = kid.and_then(loggable);
            detail.key_age = self.keys.age();
        })
    }

    fn key_unknown(&self, kid: Option<&str>) -> AuthError {
        self.explain(Reason::KeyUnknown, kid)
    }

    fn keys_unavailable(&self, retry_after: Duration) -> AuthError {
        self.explain(Reason::KeysUnavailable, None).detail(|detail| detail.retry_after = Some(retry_after))
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("issuers", &self.inner.issuers)
            .field("answers", &self.inner.answers)
            .finish_non_exhaustive()
    }
}
