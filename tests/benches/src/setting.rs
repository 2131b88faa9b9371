//! Authenticators as they are measured.

use portcullis::{Authenticator, AuthenticatorBuilder};

use crate::Mint;

/// Sets how many verified tokens are kept; the one place that knows how.
fn cached(builder: AuthenticatorBuilder, _tokens: usize) -> AuthenticatorBuilder {
    builder
}

/// One that verifies every token as if it had never seen it.
///
/// # Panics
/// If the configuration is not accepted.
#[must_use]
pub fn without_cache(mint: &Mint) -> Authenticator {
    with_cache(mint, 0)
}

/// One that remembers so many verified tokens.
///
/// # Panics
/// If the configuration is not accepted.
#[must_use]
pub fn with_cache(mint: &Mint, tokens: usize) -> Authenticator {
    cached(mint.authenticator(), tokens).build().expect("an issuer with a key")
}

/// Verifies a token; whether it is good.
///
/// # Panics
/// If it would have to wait for keys.
#[must_use]
pub fn admits(auth: &Authenticator, token: &str) -> bool {
    auth.verify(token).now().is_ok_and(|outcome| outcome.is_ok())
}
