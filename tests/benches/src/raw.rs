//! The least that a verification can be: a parsed key in the hands of the library below ours.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaPublicKeyComponents};
use portcullis::Algorithm;

/// A key of aws-lc-rs, parsed once. What it takes to verify is the part of a request that nobody can save.
#[derive(Debug)]
pub enum RawKey {
    /// RSA, ECDSA, Ed25519.
    Public(ParsedPublicKey),
    /// HMAC.
    Secret(hmac::Key),
}

impl RawKey {
    pub(crate) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Self {
        let parameters = match algorithm {
            Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
            Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
            Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
            _ => &signature::RSA_PKCS1_2048_8192_SHA256,
        };
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters);
        Self::Public(key.expect("the key was made for it"))
    }

    pub(crate) fn point(algorithm: Algorithm, octets: &[u8]) -> Self {
        let parsed = match algorithm {
            Algorithm::ES256 => ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, octets),
            Algorithm::ES384 => ParsedPublicKey::new(&signature::ECDSA_P384_SHA384_FIXED, octets),
            Algorithm::ES512 => ParsedPublicKey::new(&signature::ECDSA_P521_SHA512_FIXED, octets),
            _ => ParsedPublicKey::new(&signature::ED25519, octets),
        };
        Self::Public(parsed.expect("the key was made for it"))
    }

    pub(crate) fn secret(algorithm: Algorithm, secret: &[u8]) -> Self {
        Self::Secret(hmac::Key::new(hash(algorithm), secret))
    }

    /// Whether that is this key's signature.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Public(key) => key.verify_sig(message, signature).is_ok(),
            Self::Secret(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}

pub(crate) fn hash(algorithm: Algorithm) -> hmac::Algorithm {
    match algorithm {
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    #[test]
    fn every_algorithm_verifies_what_it_signed_and_nothing_else() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm, "k");
            let (raw, signature) = (key.raw(), key.sign(b"message"));
            assert!(raw.verify(b"message", &signature), "{algorithm:?}");
            assert!(!raw.verify(b"massage", &signature), "{algorithm:?}");
        }
    }
}
