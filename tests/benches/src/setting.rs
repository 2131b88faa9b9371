//! Authenticators as they are measured.

use portcullis::{Authenticator, AuthenticatorBuilder};

use crate::Published;

/// Sets how many verified tokens are kept; the one place that knows how.
fn cached(builder: AuthenticatorBuilder, _tokens: usize) -> AuthenticatorBuilder {
    builder
}

/// One that verifies every token as if it had never seen it.
///
/// # Panics
/// If the configuration is not accepted.
#[must_use]
pub fn without_cache(issuer: &Published) -> Authenticator {
    with_cache(issuer, 0)
}

/// One that remembers so many verified tokens.
///
/// # Panics
/// If the configuration is not accepted.
#[must_use]
pub fn with_cache(issuer: &Published, tokens: usize) -> Authenticator {
    cached(issuer.authenticator(), tokens).build().expect("an issuer with a key")
}

/// Verifies a token; whether it is good.
///
/// # Panics
/// If it would have to wait for keys.
#[must_use]
pub fn admits(auth: &Authenticator, token: &str) -> bool {
    auth.verify(token).now().is_ok_and(|outcome| outcome.is_ok())
}
