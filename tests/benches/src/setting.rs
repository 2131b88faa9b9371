//! Authenticators as they are measured.

use portcullis::Authenticator;

use crate::{Published, Tenant, at_once};

/// One that verifies every token as if it had never seen it.
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
    issuer.authenticator().cached_tokens(tokens).build().expect("an issuer with a key")
}

/// Verifies a token; whether it is good.
#[must_use]
pub fn admits(auth: &Authenticator, token: &str) -> bool {
    at_once(auth.verify(token)).is_ok()
}

/// Shows every token three times, as an application does that decodes claims: the first time it is verified, then this
/// thread learns of it, and from then on it is a hit as it will ever be.
///
/// # Panics
/// If one is not good, or would not be a hit the next time.
pub fn fill<'t>(auth: &Authenticator, tokens: impl IntoIterator<Item = &'t str> + Clone) {
    for _ in 0..3 {
        for token in tokens.clone() {
            let authentication = at_once(auth.verify(token)).expect("a good token");
            let _ = authentication.principal::<Tenant>().expect("it has a tenant");
        }
    }
    let before = auth.cache_status();
    let count = tokens.into_iter().map(|token| assert!(admits(auth, token))).count() as u64;
    let after = auth.cache_status();
    assert_eq!((after.hits - before.hits, after.misses - before.misses), (count, 0), "{after:?}");
}
