//! The least that a verification can be: a parsed key in the hands of the library below ours.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};
use portcullis::Algorithm;
use serde_json::Value;

/// A key of aws-lc-rs, parsed once. What it takes to verify is the part of a request that nobody can save.
#[derive(Debug)]
pub enum RawKey {
    /// RSA, ECDSA, Ed25519.
    Public(ParsedPublicKey),
    /// HMAC.
    Secret(Box<hmac::Key>),
}

impl RawKey {
    /// The key in a JWK, or an HMAC key with that secret.
    ///
    /// # Panics
    /// If the JWK is not one for that algorithm.
    #[must_use]
    pub fn new(algorithm: Algorithm, jwk: &Value, secret: Option<&[u8]>) -> Self {
        if let Some(secret) = secret {
            return Self::Secret(Box::new(hmac::Key::new(hash(algorithm), secret)));
        }
        let octets = |member: &str| {
            let text = jwk[member].as_str().unwrap_or_default();
            base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).expect("a JWK has base64url")
        };
        let point = || [vec![4], octets("x"), octets("y")].concat();
        let parsed = match algorithm {
            Algorithm::ES256 => ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point()),
            Algorithm::ES384 => ParsedPublicKey::new(&signature::ECDSA_P384_SHA384_FIXED, point()),
            Algorithm::ES512 => ParsedPublicKey::new(&signature::ECDSA_P521_SHA512_FIXED, point()),
            Algorithm::EdDSA | Algorithm::Ed25519 => ParsedPublicKey::new(&signature::ED25519, octets("x")),
            _ => {
                let components = RsaPublicKeyComponents { n: octets("n"), e: octets("e") };
                components.to_parsed_public_key(rsa(algorithm))
            }
        };
        Self::Public(parsed.expect("the key is for that algorithm"))
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

fn rsa(algorithm: Algorithm) -> &'static RsaParameters {
    match algorithm {
        Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => &signature::RSA_PKCS1_2048_8192_SHA256,
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
            let raw = RawKey::new(algorithm, &key.jwk(), key.secret());
            let signature = key.sign(b"message");
            assert!(raw.verify(b"message", &signature), "{algorithm:?}");
            assert!(!raw.verify(b"massage", &signature), "{algorithm:?}");
        }
    }
}
