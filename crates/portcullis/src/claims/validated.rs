//! Claims as proofs: holding one of these types means that the step before was passed.

use serde_json::{Map, Value};

use super::path::{ClaimPaths, PathMask};
use super::reader::{Facts, UnverifiedClaims};
use super::text::Span;
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

/// Verified claims that an issuer's policy found in order.
pub(crate) struct ValidatedClaims {
    claims: UnverifiedClaims,
    window: Window,
}

impl ValidatedClaims {
    pub(super) fn new(claims: UnverifiedClaims, window: Window) -> Self {
        Self { claims, window }
    }

    /// Claims that the application vouches for itself; there is no token behind them.
    pub(crate) fn trusted(claims: &Map<String, Value>, paths: &ClaimPaths) -> Self {
        let json = serde_json::to_string(claims).unwrap_or_default();
        // Only nesting beyond the limit can fail here; such claims come out empty, and so without rights.
        let read = UnverifiedClaims::read(json, paths);
        Self::new(read.unwrap_or_else(|_| UnverifiedClaims::empty()), Window::ALWAYS)
    }

    /// The time during which the same claims would be found in order again.
    pub(crate) fn window(&self) -> Window {
        self.window
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.claims.facts
    }

    pub(crate) fn text(&self, span: Option<Span>) -> Option<&str> {
        span.map(|span| self.claims.text.get(span))
    }

    pub(crate) fn json(&self) -> &str {
        self.claims.text.json()
    }

    pub(crate) fn client(&self) -> Option<&str> {
        self.claims.client()
    }

    pub(crate) fn strings(&self, paths: PathMask) -> impl Iterator<Item = (&str, bool)> {
        self.claims.strings(paths)
    }
}
