//! The signature layer alone, for published vectors whose payloads are not claims.

use crate::authenticator::Authenticator;
use crate::crypto::{CryptoBackend, Verifier};
use crate::error::Reason;
use crate::jwks::VerificationKey;
use crate::token::Algorithm;

/// Whether `token` is a compact JWS signed by a key of the first issuer of `auth`, by an algorithm allowed for it.
///
/// These are the steps of [`Authenticator::verify`] up to the signature, except that the payload may be any octets;
/// keys and algorithms come from the configuration as always.
///
/// # Errors
/// The reason that `verify` would have given. Keys are never waited for.
pub fn verify(auth: &Authenticator, token: &str) -> Result<(), Reason> {
    auth.check_signature(token)
}

/// `auth` with one HMAC key of any octets in place of the first issuer's keys; `None` if the backend refuses it, or if
/// `auth` has clones.
///
/// Published vectors use secrets that a configuration refuses, such as zeros, to show something else.
#[must_use]
pub fn with_secret(
    auth: Authenticator,
    backend: CryptoBackend,
    algorithm: Algorithm,
    secret: &[u8],
    kid: Option<&str>,
) -> Option<Authenticator> {
    let verifier = Verifier::secret(backend, algorithm, secret).ok()?;
    auth.with_key(VerificationKey::secret(kid, algorithm, verifier))
}
