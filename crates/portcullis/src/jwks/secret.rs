//! A shared secret from the configuration, the only way to HMAC.

use crate::crypto::{CryptoBackend, Verifier, VerifierError, hash_octets};
use crate::jwks::VerificationKey;
use crate::token::Algorithm;

/// Why octets are no secret for an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("{0} does not verify with a secret; name HS256, HS384 or HS512")]
    NotHmac(Algorithm),
    #[error("the secret has {found} octets, {algorithm} needs at least {least} random ones")]
    TooShort { algorithm: Algorithm, found: usize, least: usize },
    #[error("the secret is PEM text; a public key is no secret")]
    Pem,
    #[error("the cryptographic backend is not compiled in")]
    NoBackend,
}

/// Refuses a secret shorter than the hash (RFC 7518 §3.2), and PEM text: with a public key as the secret, everybody
/// could sign.
pub(crate) fn local_secret(
    algorithm: Algorithm,
    secret: &[u8],
    kid: Option<&str>,
    backend: CryptoBackend,
) -> Result<VerificationKey, SecretError> {
    let least = hash_octets(algorithm).ok_or(SecretError::NotHmac(algorithm))?;
    if secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Err(SecretError::Pem);
    }
    if secret.len() < least {
        return Err(SecretError::TooShort { algorithm, found: secret.len(), least });
    }
    match Verifier::secret(backend, algorithm, secret) {
        Ok(verifier) => Ok(VerificationKey::secret(kid, algorithm, verifier)),
        Err(VerifierError::WrongKind) => Err(SecretError::NotHmac(algorithm)),
        Err(VerifierError::Unsupported | VerifierError::InvalidKey) => Err(SecretError::NoBackend),
    }
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"sixty-four octets of a secret, which were not drawn at random...";

    /// RFC7518-3.2-a
    #[test]
    fn a_secret_is_at_least_as_long_as_the_hash() {
        assert_eq!(SECRET.len(), 64);
        for backend in CryptoBackend::available() {
            for (algorithm, least) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
                assert!(local_secret(algorithm, &SECRET[..least], None, backend).is_ok(), "{algorithm}");
                let short = local_secret(algorithm, &SECRET[..least - 1], None, backend).err();
                assert_eq!(short, Some(SecretError::TooShort { algorithm, found: least - 1, least }));
            }
        }
    }

    #[test]
    fn a_secret_is_for_hmac_only() {
        for backend in CryptoBackend::available() {
            for algorithm in Algorithm::ALL.into_iter().filter(|one| hash_octets(*one).is_none()) {
                let made = local_secret(algorithm, SECRET, None, backend).err();
                assert_eq!(made, Some(SecretError::NotHmac(algorithm)));
            }
        }
    }

    /// PC-RES-3
    #[test]
    fn a_public_key_is_no_secret() {
        let pem = [b"\n-----BEGIN PUBLIC KEY-----\n", SECRET].concat();
        for backend in CryptoBackend::available() {
            assert_eq!(local_secret(Algorithm::HS256, &pem, None, backend).err(), Some(SecretError::Pem));
        }
    }

    #[test]
    fn neither_a_key_nor_an_error_shows_the_secret() {
        for backend in CryptoBackend::available() {
            let key = local_secret(Algorithm::HS256, SECRET, Some("s"), backend).unwrap();
            assert_eq!(format!("{key:?}"), "VerificationKey { kid: Some(\"s\"), algorithms: {HS256}, .. }");
            let short = local_secret(Algorithm::HS256, &SECRET[..9], None, backend).unwrap_err();
            assert_eq!(short.to_string(), "the secret has 9 octets, HS256 needs at least 32 random ones");
        }
    }
}
