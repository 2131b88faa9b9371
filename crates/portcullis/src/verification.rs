//! The verification of one token: header, issuer, key, signature, claims.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;

use crate::authentication::Authentication;
use crate::cache::TokenCache;
use crate::challenge::Answers;
use crate::claims::{ClaimPaths, LogoutClaims, LogoutPolicy, NumericDate, UnverifiedClaims, VerifiedClaims};
use crate::clock::Clock;
use crate::defaults;
use crate::error::{AuthError, Reason, loggable};
use crate::jwks::{Demand, KeyWait, NoKey, WaitOutcome};
use crate::key_verification::AcceptedKeys;
use crate::principal::{Basis, Caller, Standing, Verified};
use crate::revocation::Revocations;
use crate::token::{CompactToken, Header, KnownHeader};
use crate::trusted::TrustedIssuer;

/// What all clones of an authenticator share.
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
    pub(crate) revocations: Option<Revocations>,
    pub(crate) api_keys: Option<AcceptedKeys>,
    /// Who calls where nothing was presented, and that is allowed.
    pub(crate) guest: Option<Authentication>,
    pub(crate) known_header: ArcSwapOption<KnownHeader>,
}

/// Decodes the claims type that every caller must fit.
pub(crate) type ClaimsCheck = fn(&Caller) -> Result<(), AuthError>;

/// What kept an attempt from ending.
pub(crate) enum Obstacle {
    Refused(AuthError),
    /// No key to decide with, and it may help to ask the issuer.
    KeyMissing {
        issuer: usize,
        kid: Option<Box<str>>,
    },
}

/// What a token has to be. One that is something else is refused by its header, before its signature is looked at.
#[derive(Clone, Copy)]
pub(crate) enum TokenKind<'p> {
    Access,
    Logout(&'p LogoutPolicy),
}

impl<E: Into<AuthError>> From<E> for Obstacle {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl Inner {
    /// One pass, no waiting: the order is cheap checks first, and nothing that fails them can cause a fetch.
    pub(crate) fn attempt(&self, token: &str) -> Result<Arc<Caller>, Obstacle> {
        self.open(token, |compact, header, signature| self.verify(compact, header, signature))
    }

    /// Cuts a token, reads its header, decodes its signature, and leaves the rest to `decide`.
    pub(crate) fn open<T>(
        &self,
        token: &str,
        decide: impl FnOnce(CompactToken<'_>, &Header<'_>, &[u8]) -> Result<T, Obstacle>,
    ) -> Result<T, Obstacle> {
        let compact = CompactToken::parse(token, self.max_token_bytes)?;
        let decide = |header: &Header<'_>| match compact.is_unsigned() {
            true => Err(Reason::TokenMalformed),
            false => compact.with_signature(|signature| decide(compact, header, signature)),
        };
        let known = self.known_header.load();
        match known.as_ref().and_then(|known| known.of(compact.header)) {
            Some(header) => decide(header)?,
            None => compact.with_header(|json| {
                let header = Header::parse(json)?;
                let outcome = decide(&header)?;
                // Only with one issuer: several would take turns at it.
                if outcome.is_ok() && self.issuers.len() == 1 {
                    self.known_header.store(Some(Arc::new(KnownHeader::new(compact.header, &header))));
                }
                Ok(outcome)
            })?,
        }
    }

    fn verify(
        &self,
        compact: CompactToken<'_>,
        header: &Header<'_>,
        signature: &[u8],
    ) -> Result<Arc<Caller>, Obstacle> {
        let payload = compact.payload()?;
        let kid = header.kid.as_deref();
        let (index, claims, generation) = match &*self.issuers {
            // It is clear whose keys to ask, so a payload is not read before its signature is good.
            [only] => {
                let outcome = self.signed_by(0, TokenKind::Access, compact.signing_input, header, signature);
                if !matches!(outcome, Ok(Some(_))) && self.may_stay_unread(only, &payload, &outcome, kid) {
                    return Err(outcome.err().unwrap_or_else(|| only.explain(Reason::SignatureInvalid, kid).into()));
                }
                let claims = UnverifiedClaims::read(payload, &self.paths)?;
                (self.choose_issuer(claims.unverified_issuer())?, claims, outcome?)
            }
            _ => {
                let claims = UnverifiedClaims::read(payload, &self.paths)?;
                let index = self.choose_issuer(claims.unverified_issuer())?;
                (index, claims, self.signed_by(index, TokenKind::Access, compact.signing_input, header, signature)?)
            }
        };
        let issuer = &self.issuers[index];
        let (claims, generation) = issuer.believe(claims, header, generation)?;

        let now = NumericDate::at(self.clock.now());
        let claims = issuer.policy.validate(claims, now).map_err(|error| issuer.locate(error, kid))?;
        let basis = Basis::Signature { issuer: u32::try_from(index).unwrap_or(u32::MAX), generation };
        let standing = Standing::new(basis, claims.window());
        let verified = Verified::new(claims, Arc::clone(&issuer.policy), Arc::clone(&self.answers), standing);
        let caller = Caller::new(Arc::new(verified));
        self.admit(&caller).map_err(|error| issuer.locate(error, kid))?;
        Ok(Arc::new(caller))
    }

    /// What is asked of every caller whose credential is good: not to be revoked, and to fit the application.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<(), AuthError> {
        if let Some(revocations) = &self.revocations {
            revocations.clear(caller)?;
            revocations.check_age()?;
        }
        self.require_claims.map_or(Ok(()), |require_claims| require_claims(caller))
    }

    /// One pass over a logout token of that issuer, as [`attempt`](Self::attempt) makes it over an access token. Its claims
    /// are read before anybody is asked for its key: a token that names another issuer causes no fetch.
    pub(crate) fn attempt_logout(
        &self,
        index: usize,
        policy: &LogoutPolicy,
        token: &str,
    ) -> Result<LogoutClaims, Obstacle> {
        let issuer = &self.issuers[index];
        self.open(token, |compact, header, signature| {
            let claims = UnverifiedClaims::read(compact.payload()?, &ClaimPaths::new())?;
            if claims.unverified_issuer() != Some(&**policy.issuer()) {
                return Err(issuer.explain(Reason::IssuerUnknown, None).about("iss").into());
            }
            let generation =
                self.signed_by(index, TokenKind::Logout(policy), compact.signing_input, header, signature)?;
            let (claims, _) = issuer.believe(claims, header, generation)?;
            let now = NumericDate::at(self.clock.now());
            let kid = header.kid.as_deref();
            Ok(policy.validate(claims, now).map_err(|error| issuer.locate(error, kid))?)
        })
    }

    /// Whether a token can be refused, as it must be, without reading its claims: reading them would only tell that it is
    /// malformed or another issuer's. Nobody waits for keys, and nobody is asked for them, on behalf of an unread token.
    fn may_stay_unread(
        &self,
        issuer: &TrustedIssuer,
        payload: &str,
        outcome: &Result<Option<u64>, Obstacle>,
        kid: Option<&str>,
    ) -> bool {
        kid.is_some()
            && issuer.seems_to_be_named_in(payload)
            && match outcome {
                Err(Obstacle::KeyMissing { .. }) => issuer.keys.current().is_some() && issuer.keys.is_of_no_use(kid),
                _ => true,
            }
    }

    /// The generation of the issuer's keys, if one of them made the signature, by an algorithm that is allowed.
    pub(crate) fn signed_by(
        &self,
        index: usize,
        kind: TokenKind<'_>,
        signing_input: &str,
        header: &Header<'_>,
        signature: &[u8],
    ) -> Result<Option<u64>, Obstacle> {
        let issuer = &self.issuers[index];
        issuer.check_header(header, kind)?;
        let kid = header.kid.as_deref();
        let key_missing = || Obstacle::KeyMissing { issuer: index, kid: kid.map(Into::into) };
        let keys = issuer.keys.current().ok_or_else(key_missing)?;
        let may_ask = !header.brings_own_key;
        let mut candidates = match keys.candidates(kid, header.algorithm) {
            Ok(candidates) => candidates,
            Err(NoKey::UnknownKid | NoKey::NoneCompatible) if may_ask && issuer.keys.is_remote() => {
                return Err(key_missing());
            }
            Err(NoKey::UnknownKid | NoKey::NoneCompatible) => return Err(issuer.key_unknown(kid).into()),
            Err(NoKey::WrongAlgorithm | NoKey::Ambiguous) => {
                return Err(issuer.explain(Reason::KeyUnsuitable, kid).into());
            }
        };
        let verified = candidates.any(|key| key.verify(signing_input.as_bytes(), signature));
        Ok(verified.then(|| keys.generation()))
    }

    /// The second and last look, after an attempt to get keys has ended.
    pub(crate) fn attempt_again(&self, token: &str, outcome: WaitOutcome) -> Result<Arc<Caller>, AuthError> {
        match (self.attempt(token), outcome) {
            (Ok(caller), _) => Ok(caller),
            (Err(Obstacle::Refused(error)), _) => Err(error),
            (Err(Obstacle::KeyMissing { issuer, kid }), outcome) => {
                Err(self.issuers[issuer].still_without_key(kid.as_deref(), outcome))
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
    fn check_header(&self, header: &Header<'_>, kind: TokenKind<'_>) -> Result<(), AuthError> {
        if !self.algorithms.contains(header.algorithm) {
            let error = self.explain(Reason::AlgorithmNotAllowed, header.kid.as_deref()).about("alg");
            return Err(error.detail(|detail| {
                detail.expected = Some(format!("{:?}", self.algorithms).into());
                detail.got = Some(header.algorithm.name().into());
            }));
        }
        let checked = match kind {
            TokenKind::Access => self.policy.check_typ(header.typ),
            TokenKind::Logout(policy) => policy.check_typ(header.typ),
        };
        checked.map_err(|error| self.locate(error, header.kid.as_deref()))
    }

    /// The claims under a signature that was good, and the generation of the keys that it was good by.
    fn believe(
        &self,
        claims: UnverifiedClaims,
        header: &Header<'_>,
        generation: Option<u64>,
    ) -> Result<(VerifiedClaims, u64), AuthError> {
        let kid = header.kid.as_deref();
        if generation.is_none() && kid.is_none() && !header.brings_own_key {
            // Nothing else would show that a key without `kid` was replaced. Nobody waits for it.
            drop(self.keys.demand(None));
        }
        VerifiedClaims::if_verified(claims, generation).ok_or_else(|| self.explain(Reason::SignatureInvalid, kid))
    }

    /// Asks for the key that a token needs: what to wait for, or why there is nothing to wait for.
    pub(crate) fn ask_for_key(&self, kid: Option<&str>) -> Result<KeyWait, AuthError> {
        match self.keys.demand(kid) {
            Demand::Wait(wait) => Ok(wait),
            Demand::Unknown => Err(self.key_unknown(kid)),
            Demand::Unavailable { retry_after } => Err(self.keys_unavailable(retry_after)),
        }
    }

    /// Why a token is refused whose key was waited for and did not come.
    pub(crate) fn still_without_key(&self, kid: Option<&str>, outcome: WaitOutcome) -> AuthError {
        match outcome {
            WaitOutcome::Published => self.key_unknown(kid),
            WaitOutcome::Failed | WaitOutcome::TimedOut => self.keys_unavailable(defaults::RETRY_AFTER),
        }
    }

    fn explain(&self, reason: Reason, kid: Option<&str>) -> AuthError {
        self.locate(AuthError::from(reason), kid)
    }

    /// Adds what tells an operator whose token it was.
    pub(crate) fn locate(&self, error: AuthError, kid: Option<&str>) -> AuthError {
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
