//! The rules that one issuer's claims are held to.

use std::sync::Arc;
use std::time::Duration;

use super::date::NumericDate;
use super::path::{ClaimPaths, PathMask};
use super::reader::{ClientClaim, UnverifiedClaims};
use super::validated::{ValidatedClaims, VerifiedClaims};
use super::window::Window;
use crate::error::{AuthError, Reason};
use crate::principal::CallerKind;
use crate::token::Typ;

/// What one issuer's tokens must say.
#[derive(Debug, Clone)]
pub(crate) struct ClaimsPolicy {
    pub(crate) issuer: Arc<str>,
    pub(crate) audience: AudienceRule,
    /// RFC 9068 as a whole: `typ` and every claim of its §2.2.
    pub(crate) rfc9068: bool,
    pub(crate) leeway: Duration,
    pub(crate) max_age: Option<Duration>,
    pub(crate) expiry_optional: bool,
    /// Where scopes are; on which of these paths an array will do; where roles, groups, tenant and owner are.
    pub(crate) scopes: PathMask,
    pub(crate) scope_lists: PathMask,
    pub(crate) roles: PathMask,
    pub(crate) groups: PathMask,
    pub(crate) tenant: PathMask,
    pub(crate) owner: PathMask,
    /// How this issuer's access tokens are told from its ID tokens, beyond the rules that always hold.
    pub(crate) kind: KindRule,
}

/// Who a token must be meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AudienceRule {
    /// `aud` contains one of these.
    OneOf(Vec<Box<str>>),
    /// There is no `aud`; the client is one of these (Amazon Cognito).
    Client(Vec<Box<str>>),
    /// Waived, loudly.
    Any,
}

/// Marks of an access token that a provider's tokens have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum KindRule {
    /// Only the rules that hold for everybody.
    #[default]
    Common,
    /// Access tokens name the client in one of these claims; ID tokens do not.
    NamesClientIn(&'static [ClientClaim]),
    /// `token_use` is there and says `access` (Cognito).
    TokenUse,
    /// The claim `typ` says `Bearer` (Keycloak), and service accounts have names of a fixed form.
    BearerTyp,
    /// The header's `typ` says `at+jwt` (IdentityServer).
    AccessTokenTyp,
    /// There is no token, and it is known who is calling.
    Is(CallerKind),
}

impl ClaimsPolicy {
    /// No demands at all: only where claims are read. For callers that no token stands behind.
    pub(crate) fn lenient(issuer: Arc<str>, scopes: PathMask, roles: PathMask, groups: PathMask) -> Self {
        Self {
            issuer,
            audience: AudienceRule::Any,
            rfc9068: false,
            leeway: Duration::ZERO,
            max_age: None,
            expiry_optional: true,
            scopes,
            scope_lists: scopes,
            roles,
            groups,
            tenant: 0,
            owner: 0,
            kind: KindRule::Common,
        }
    }

    /// Is a token with this header `typ` an access token (RFC 8725 §3.11, RFC 9068 §4)?
    pub(crate) fn check_typ(&self, typ: Typ) -> Result<(), AuthError> {
        let allowed = match typ {
            Typ::AccessToken => true,
            Typ::Jwt | Typ::Absent => !self.rfc9068 && self.kind != KindRule::AccessTokenTyp,
            Typ::LogoutToken => false,
            Typ::Other => false,
        };
        if allowed { Ok(()) } else { Err(AuthError::from(Reason::TokenTypeNotAllowed).about("typ")) }
    }

    /// Judges claims whose signature was good: the only way to [`ValidatedClaims`].
    pub(crate) fn validate(&self, claims: VerifiedClaims, now: NumericDate) -> Result<ValidatedClaims, AuthError> {
        let claims = claims.into_inner();
        self.check(&claims, now)?;
        let window = self.window(&claims);
        Ok(ValidatedClaims::new(claims, self, window))
    }

    fn check(&self, claims: &UnverifiedClaims, now: NumericDate) -> Result<(), AuthError> {
        if let Some(claim) = claims.facts.malformed {
            return Err(AuthError::from(Reason::ClaimMalformed).about(claim));
        }
        self.check_kind(claims)?;
        self.check_audience(claims)?;
        self.check_dates(claims, now)?;
        if claims.facts.bound {
            return Err(AuthError::from(Reason::SenderConstrained).about("cnf"));
        }
        if claims.facts.odd & self.scopes != 0 || claims.facts.lists & self.scopes & !self.scope_lists != 0 {
            return Err(AuthError::from(Reason::ClaimMalformed).about("scope"));
        }
        if self.rfc9068 { Self::check_profile(claims) } else { Ok(()) }
    }

    /// Refuses what is recognisably an ID token, a refresh token or the like.
    fn check_kind(&self, claims: &UnverifiedClaims) -> Result<(), AuthError> {
        let facts = &claims.facts;
        let refuse = |claim, expected: &'static str| {
            let error = AuthError::from(Reason::TokenTypeNotAllowed).about(claim);
            Err(error.detail(|detail| detail.expected = Some(expected.into())))
        };
        let typ = facts.typ.map(|span| claims.text.get(span));
        let token_use = facts.token_use.map(|span| claims.text.get(span));
        if facts.has_hash {
            return refuse("at_hash", "none, as in an access token");
        }
        if token_use.is_some_and(|token_use| token_use != "access") {
            return refuse("token_use", "access");
        }
        if facts.other_kind {
            return refuse("events or token_introspection", "none, as in an access token");
        }
        if typ
            .is_some_and(|typ| ["ID", "Refresh", "Offline", "Logout"].iter().any(|kind| typ.eq_ignore_ascii_case(kind)))
        {
            return refuse("claim typ", "the one of an access token");
        }
        match self.kind {
            KindRule::NamesClientIn(claims) if claims.iter().all(|claim| facts.client[*claim as usize].is_none()) => {
                refuse("client_id", "the client, as this provider's access tokens name it")
            }
            KindRule::TokenUse if token_use.is_none() => refuse("token_use", "access"),
            KindRule::BearerTyp if typ != Some("Bearer") => refuse("claim typ", "Bearer"),
            _ => Ok(()),
        }
    }

    pub(super) fn check_audience(&self, claims: &UnverifiedClaims) -> Result<(), AuthError> {
        let missing = |claim| Err(AuthError::from(Reason::ClaimMissing).about(claim));
        if claims.facts.odd & ClaimPaths::AUDIENCE != 0 {
            return Err(AuthError::from(Reason::ClaimMalformed).about("aud"));
        }
        let mut audience = claims.strings(ClaimPaths::AUDIENCE).map(|(value, _)| value).peekable();
        let (allowed, claim) = match &self.audience {
            AudienceRule::Any => return Ok(()),
            AudienceRule::OneOf(_) if audience.peek().is_none() => return missing("aud"),
            AudienceRule::OneOf(allowed) if audience.any(|value| allowed.iter().any(|one| **one == *value)) => {
                return Ok(());
            }
            AudienceRule::OneOf(allowed) => (allowed, "aud"),
            // There is none to be; one that is there all the same must be ours.
            AudienceRule::Client(allowed)
                if audience.peek().is_some() && !audience.any(|value| allowed.iter().any(|one| **one == *value)) =>
            {
                (allowed, "aud")
            }
            AudienceRule::Client(allowed) => match claims.facts.client[ClientClaim::ClientId as usize] {
                None => return missing("client_id"),
                Some(client) if allowed.iter().any(|one| **one == *claims.text.get(client)) => return Ok(()),
                Some(_) => (allowed, "client_id"),
            },
        };
        let got = claims.strings(ClaimPaths::AUDIENCE).map(|(value, _)| value).collect::<Vec<_>>().join(" ");
        Err(AuthError::from(Reason::AudienceMismatch).about(claim).detail(|detail| {
            detail.expected = Some(allowed.join(" or ").into());
            detail.got = Some(got.into());
        }))
    }

    /// Times with leeway; the sums saturate, so no value wraps.
    pub(super) fn check_dates(&self, claims: &UnverifiedClaims, now: NumericDate) -> Result<(), AuthError> {
        let facts = &claims.facts;
        let late = |reason: Reason, claim, seconds: u64| {
            Err(AuthError::from(reason).about(claim).detail(|detail| detail.seconds_off = Some(seconds)))
        };
        match facts.exp {
            Some(exp) if now >= exp.plus(self.leeway) => {
                return late(Reason::TokenExpired, "exp", now.seconds_since(exp));
            }
            None if !self.expiry_optional => return Err(AuthError::from(Reason::ClaimMissing).about("exp")),
            _ => {}
        }
        if let Some(nbf) = facts.nbf.filter(|nbf| *nbf > now.plus(self.leeway)) {
            return late(Reason::TokenNotYetValid, "nbf", nbf.seconds_since(now));
        }
        if let Some(iat) = facts.iat.filter(|iat| *iat > now.plus(self.leeway)) {
            return late(Reason::IssuedInFuture, "iat", iat.seconds_since(now));
        }
        match (self.max_age, facts.iat) {
            (Some(_), None) => Err(AuthError::from(Reason::ClaimMissing).about("iat")),
            (Some(max_age), Some(iat)) if now > iat.plus(max_age).plus(self.leeway) => {
                late(Reason::TokenTooOld, "iat", now.seconds_since(iat))
            }
            _ => Ok(()),
        }
    }

    /// When [`check_dates`](Self::check_dates) passes claims that it has passed once.
    pub(super) fn window(&self, claims: &UnverifiedClaims) -> Window {
        let facts = &claims.facts;
        let mut window = Window::ALWAYS;
        for start in [facts.nbf, facts.iat].into_iter().flatten() {
            window = window.not_before(start.minus(self.leeway));
        }
        if let Some(exp) = facts.exp {
            window = window.before(exp.plus(self.leeway));
        }
        if let (Some(max_age), Some(iat)) = (self.max_age, facts.iat) {
            window = window.before(iat.plus(max_age).plus(self.leeway).next());
        }
        window
    }

    /// The claims that RFC 9068 §2.2 requires beyond those always required.
    fn check_profile(claims: &UnverifiedClaims) -> Result<(), AuthError> {
        let facts = &claims.facts;
        let missing = [
            ("sub", facts.sub.is_none()),
            ("client_id", facts.client[ClientClaim::ClientId as usize].is_none()),
            ("iat", facts.iat.is_none()),
            ("jti", facts.jti.is_none()),
        ]
        .into_iter()
        .find(|(_, missing)| *missing);
        match missing {
            Some((claim, _)) => Err(AuthError::from(Reason::ClaimMissing).about(claim)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
