//! The rules that logout tokens are held to (OpenID Connect Back-Channel Logout 1.0 with errata set 1, §2.4 and §2.6).

use std::sync::Arc;
use std::time::Duration;

use super::date::NumericDate;
use super::policy::{AudienceRule, ClaimsPolicy};
use super::reader::UnverifiedClaims;
use super::text::Span;
use super::validated::VerifiedClaims;
use crate::error::{AuthError, Reason};
use crate::token::Typ;

/// What one issuer's logout tokens must say.
#[derive(Debug)]
pub(crate) struct LogoutPolicy {
    /// What they have in common with access tokens: audience and dates.
    common: ClaimsPolicy,
    /// Their header must say what they are.
    typ_required: bool,
}

/// What a logout token said that was found in order.
#[derive(Debug)]
pub(crate) struct LogoutClaims {
    pub(crate) jti: Box<str>,
    pub(crate) iat: NumericDate,
    /// From when on its dates are not in order any more.
    pub(crate) end: NumericDate,
    /// At least one of the two is there, and neither is empty.
    pub(crate) sub: Option<Box<str>>,
    pub(crate) sid: Option<Box<str>>,
}

impl LogoutPolicy {
    /// For the logout tokens of an issuer that are meant for one of these clients and were issued no longer ago than `max_age`.
    pub(crate) fn new(
        issuer: Arc<str>,
        clients: Vec<Box<str>>,
        leeway: Duration,
        max_age: Duration,
        expiry_optional: bool,
        typ_required: bool,
    ) -> Self {
        let nothing_else = ClaimsPolicy::lenient(issuer, 0, 0, 0);
        let audience = AudienceRule::OneOf(clients);
        let common = ClaimsPolicy { audience, leeway, max_age: Some(max_age), expiry_optional, ..nothing_else };
        Self { common, typ_required }
    }

    /// Is a token with this header `typ` a logout token? Before the errata there was none of its own.
    pub(crate) fn check_typ(&self, typ: Typ) -> Result<(), AuthError> {
        let allowed = match typ {
            Typ::LogoutToken => true,
            Typ::Jwt | Typ::Absent => !self.typ_required,
            Typ::AccessToken | Typ::Other => false,
        };
        if allowed { Ok(()) } else { Err(AuthError::from(Reason::TokenTypeNotAllowed).about("typ")) }
    }

    /// The issuer that the tokens must name.
    pub(crate) fn issuer(&self) -> &Arc<str> {
        &self.common.issuer
    }

    /// Judges claims whose signature was good: the only way to [`LogoutClaims`].
    pub(crate) fn validate(&self, claims: VerifiedClaims, now: NumericDate) -> Result<LogoutClaims, AuthError> {
        let claims = claims.into_inner();
        let (facts, refuse) = (&claims.facts, |reason: Reason, claim| Err(AuthError::from(reason).about(claim)));
        if let Some(claim) = facts.malformed {
            return refuse(Reason::ClaimMalformed, claim);
        }
        if facts.has_nonce {
            // So that it cannot pass for an ID token.
            return refuse(Reason::TokenTypeNotAllowed, "nonce");
        }
        if !facts.logout_event {
            return refuse(Reason::TokenTypeNotAllowed, "events");
        }
        self.common.check_audience(&claims)?;
        self.common.check_dates(&claims, now)?;
        if facts.sid_unreadable {
            return refuse(Reason::ClaimMalformed, "sid");
        }
        let [jti, sub, sid] = [("jti", facts.jti), ("sub", facts.sub), ("sid", facts.sid)]
            .map(|(claim, span)| text(&claims, claim, span));
        let (sub, sid) = (sub?, sid?);
        match (jti?, facts.iat) {
            (None, _) => refuse(Reason::ClaimMissing, "jti"),
            (_, None) => refuse(Reason::ClaimMissing, "iat"),
            _ if sub.is_none() && sid.is_none() => refuse(Reason::ClaimMissing, "sub or sid"),
            (Some(jti), Some(iat)) => Ok(LogoutClaims { jti, iat, end: self.common.window(&claims).end(), sub, sid }),
        }
    }
}

/// A name that is there must be one: an empty one would be a logout of nobody that is answered like any other.
fn text(claims: &UnverifiedClaims, claim: &'static str, span: Option<Span>) -> Result<Option<Box<str>>, AuthError> {
    match span.map(|span| claims.text.get(span)) {
        Some("") => Err(AuthError::from(Reason::ClaimMalformed).about(claim)),
        text => Ok(text.map(Into::into)),
    }
}
