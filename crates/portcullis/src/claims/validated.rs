//! Claims as proofs: holding one of these types means that the step before was passed.

use serde_json::{Map, Value};

use super::date::NumericDate;
use super::path::ClaimPaths;
use super::policy::ClaimsPolicy;
use super::reader::{Found, UnverifiedClaims};
use super::text::{ClaimText, Span};
use super::window::Window;

/// Claims under a signature that was good. Made by the signature step only.
pub(crate) struct VerifiedClaims(UnverifiedClaims);

impl VerifiedClaims {
    /// `verified` is the outcome of the signature check over exactly these claims, and says with what.
    pub(crate) fn if_verified<T>(claims: UnverifiedClaims, verified: Option<T>) -> Option<(Self, T)> {
        verified.map(|with| (Self(claims), with))
    }

    pub(super) fn into_inner(self) -> UnverifiedClaims {
        self.0
    }
}

/// Verified claims that an issuer's policy found in order: what a caller is asked for, and the text that it stands in.
/// Small, since caches keep many of them.
pub(crate) struct ValidatedClaims {
    text: ClaimText,
    strings: Box<[Listed]>,
    window: Window,
    pub(crate) exp: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    sub: Option<Span>,
    jti: Option<Span>,
    sid: Option<Span>,
    client: Option<Span>,
    pub(crate) client_grant: bool,
    pub(crate) service_account: bool,
    pub(crate) sid_unreadable: bool,
}

/// A string of one or more of the lists that callers have.
struct Listed {
    span: Span,
    lists: u8,
}

/// A list that callers have; of the last two they have one at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum List {
    Audience = 1,
    Scopes = 2,
    Roles = 4,
    Groups = 8,
    Tenant = 16,
    Owner = 32,
}

impl ValidatedClaims {
    /// The policy says where the lists are.
    pub(super) fn new(claims: UnverifiedClaims, policy: &ClaimsPolicy, window: Window) -> Self {
        let UnverifiedClaims { text, facts } = claims;
        let places = [
            (List::Audience, ClaimPaths::AUDIENCE),
            (List::Scopes, policy.scopes),
            (List::Roles, policy.roles),
            (List::Groups, policy.groups),
            (List::Tenant, policy.tenant),
            (List::Owner, policy.owner),
        ];
        let listed = |found: &Found| {
            let lists = places.iter().filter(|(_, paths)| found.paths & paths != 0);
            Listed { span: found.span, lists: lists.fold(0, |lists, (list, _)| lists | *list as u8) }
        };
        // All of them nearly always, so room for all: a list that grows by itself is moved again and again.
        let mut strings = Vec::with_capacity(facts.strings.len());
        strings.extend(facts.strings.iter().map(listed).filter(|listed| listed.lists != 0));
        Self {
            text,
            strings: strings.into_boxed_slice(),
            window,
            exp: facts.exp,
            iat: facts.iat,
            sub: facts.sub,
            jti: facts.jti,
            sid: facts.sid,
            client: facts.client.into_iter().flatten().next(),
            client_grant: facts.client_grant,
            service_account: facts.service_account,
            sid_unreadable: facts.sid_unreadable,
        }
    }

    /// Claims that the application vouches for itself; there is no token behind them.
    pub(crate) fn trusted(claims: &Map<String, Value>, paths: &ClaimPaths, policy: &ClaimsPolicy) -> Self {
        let json = serde_json::to_string(claims).unwrap_or_default();
        // Only nesting beyond the limit can fail here; such claims come out empty, and so without rights.
        let read = UnverifiedClaims::read(json, paths);
        Self::new(read.unwrap_or_else(|_| UnverifiedClaims::empty()), policy, Window::ALWAYS)
    }

    /// The time during which the same claims would be found in order again.
    pub(crate) fn window(&self) -> Window {
        self.window
    }

    pub(crate) fn json(&self) -> &str {
        self.text.json()
    }

    pub(crate) fn sub(&self) -> Option<&str> {
        self.text_at(self.sub)
    }

    pub(crate) fn jti(&self) -> Option<&str> {
        self.text_at(self.jti)
    }

    pub(crate) fn sid(&self) -> Option<&str> {
        self.text_at(self.sid)
    }

    /// `client_id`, else `azp`, `cid`, `appid`.
    pub(crate) fn client(&self) -> Option<&str> {
        self.text_at(self.client)
    }

    /// The strings of a list, and whether each stood in an array.
    pub(crate) fn strings(&self, list: List) -> impl Iterator<Item = (&str, bool)> {
        let listed = self.strings.iter().filter(move |listed| listed.lists & list as u8 != 0);
        listed.map(|listed| (self.text.get(listed.span), listed.span.is_in_list()))
    }

    fn text_at(&self, span: Option<Span>) -> Option<&str> {
        span.map(|span| self.text.get(span))
    }
}
