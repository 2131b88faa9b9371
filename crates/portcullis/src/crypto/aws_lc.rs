//! Verification by AWS-LC. Keys are parsed once, here.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};

use super::{Components, VerifierError};
use crate::token::Algorithm;

pub(super) enum Key {
    Public(ParsedPublicKey),
    Secret(Box<hmac::Key>),
}

impl Key {
    pub(super) fn new(algorithm: Algorithm, components: Components<'_>) -> Result<Self, VerifierError> {
        let parsed = match components {
            Components::Rsa { n, e } => {
                let parameters = rsa_parameters(algorithm).ok_or(VerifierError::WrongKind)?;
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters)
            }
            Components::EcPoint(point) => {
                let parameters = ecdsa_parameters(algorithm).ok_or(VerifierError::WrongKind)?;
                ParsedPublicKey::new(parameters, point)
            }
            Components::Ed25519(x) => ParsedPublicKey::new(&signature::ED25519, x),
            Components::Secret(secret) => {
                let hash = hmac_algorithm(algorithm).ok_or(VerifierError::WrongKind)?;
                return Ok(Self::Secret(Box::new(hmac::Key::new(hash, secret))));
            }
        };
        parsed.map(Self::Public).map_err(|_| VerifierError::InvalidKey)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Public(key) => key.verify_sig(message, signature).is_ok(),
            // Compares in constant time.
            Self::Secret(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}

fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn ecdsa_parameters(algorithm: Algorithm) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::ES512 => &signature::ECDSA_P521_SHA512_FIXED,
        _ => return None,
    })
}

fn hmac_algorithm(algorithm: Algorithm) -> Option<hmac::Algorithm> {
    Some(match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => return None,
    })
}
