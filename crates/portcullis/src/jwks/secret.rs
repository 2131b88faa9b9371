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
    #[error("the secret is a public key; give random octets that only you and the issuer know")]
    PublicKey,
    #[error("the secret is one octet over and over; give random octets")]
    Constant,
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
    if looks_public(secret) {
        return Err(SecretError::PublicKey);
    }
    if secret.len() < least {
        return Err(SecretError::TooShort { algorithm, found: secret.len(), least });
    }
    if secret.iter().all(|octet| *octet == secret[0]) {
        return Err(SecretError::Constant);
    }
    match Verifier::secret(backend, algorithm, secret) {
        Ok(verifier) => Ok(VerificationKey::secret(kid, algorithm, verifier)),
        Err(VerifierError::WrongKind) => Err(SecretError::NotHmac(algorithm)),
        Err(VerifierError::Unsupported | VerifierError::InvalidKey) => Err(SecretError::NoBackend),
    }
}

/// PEM text, DER, its base64, or a JWK: the forms in which public keys get copied.
fn looks_public(secret: &[u8]) -> bool {
    let contains = |part: &[u8]| secret.windows(part.len()).any(|window| window == part);
    let is_der = match secret {
        // A SEQUENCE that is as long as it says. Where that is one octet it begins with the name of an algorithm, or one
        // in 65,536 random secrets would be taken for a key.
        [0x30, length @ 0..=0x7f, 0x30, _, 0x06, rest @ ..] => rest.len() + 3 == usize::from(*length),
        [0x30, 0x81, length, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x82, high, low, rest @ ..] => rest.len() == usize::from(*high) << 8 | usize::from(*low),
        _ => false,
    };
    let text = secret.trim_ascii();
    let is_der_in_base64 =
        [&b"MII"[..], b"MFkwEw", b"MHYwEA", b"MIGbMB", b"MCowBQ"].iter().any(|start| text.starts_with(start));
    let is_jwk = text.starts_with(b"{") && (contains(b"\"kty\"") || contains(b"\"keys\""));
    contains(b"-----BEGIN ") || is_der || is_der_in_base64 || is_jwk
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

    /// Seen among ten thousand that were drawn at random.
    #[test]
    fn random_octets_that_begin_like_a_sequence_are_a_secret() {
        let mut secret = [0x5a; 32];
        secret[..2].copy_from_slice(&[0x30, 30]);
        for backend in CryptoBackend::available() {
            assert!(local_secret(Algorithm::HS256, &secret, None, backend).is_ok());
            let mut key = secret;
            key[2..5].copy_from_slice(&[0x30, 0x05, 0x06]);
            assert_eq!(local_secret(Algorithm::HS256, &key, None, backend).err(), Some(SecretError::PublicKey));
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
            assert_eq!(local_secret(Algorithm::HS256, &pem, None, backend).err(), Some(SecretError::PublicKey));
        }
    }

    /// ATK-4: the forms in which a public key gets copied, and the nearest octets that are none of them.
    #[test]
    fn der_its_base64_and_a_jwk_are_no_secrets_either() {
        let der = [&[0x30, 0x82, 0x00, 0x40][..], SECRET].concat();
        let quoted = [b"\"-----BEGIN PUBLIC KEY-----", SECRET].concat();
        let base64 = [b"MIIBIjANBgkqhkiG9w0B", SECRET].concat();
        let jwk = [br#"{"kty":"RSA","n":""#, SECRET].concat();
        let backend = CryptoBackend::preferred().unwrap();
        let made = |secret: &[u8]| local_secret(Algorithm::HS256, secret, None, backend).err();
        for public in [der.as_slice(), &quoted, &base64, &jwk] {
            assert_eq!(made(public), Some(SecretError::PublicKey));
        }
        assert_eq!(made(&[7; 32]), Some(SecretError::Constant));
        assert_eq!(made(&der[1..]), None);
        assert_eq!(made(&[b"MI", SECRET].concat()), None);
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
