//! Verification in pure Rust, through the factories of `jsonwebtoken`'s own provider.
//!
//! Never through its process-wide default: that panics on first use when another crate in the build switches on a
//! second provider.

use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm as Name, DecodingKey};

use super::{Components, VerifierError};
use crate::token::Algorithm;

/// The `rsa` crate refuses larger moduli, but only when it verifies.
const MAX_RSA_OCTETS: usize = 4096 / 8;

pub(super) struct Key {
    name: Name,
    key: DecodingKey,
}

impl Key {
    pub(super) fn new(algorithm: Algorithm, components: Components<'_>) -> Result<Self, VerifierError> {
        let name = provider_name(algorithm).ok_or(VerifierError::Unsupported)?;
        let key = match components {
            Components::Rsa { n, .. } if n.len() > MAX_RSA_OCTETS => return Err(VerifierError::Unsupported),
            Components::Rsa { n, e } => DecodingKey::from_rsa_raw_components(n, e),
            Components::EcPoint(point) => DecodingKey::from_ec_der(point),
            Components::Ed25519(x) => DecodingKey::from_ed_der(x),
            Components::Secret(secret) => DecodingKey::from_secret(secret),
        };
        let key = Self { name, key };
        // Parses the point of an elliptic curve, and fails off the curve.
        key.build().map(|_| key).ok_or(VerifierError::InvalidKey)
    }

    /// Built anew for each signature: the provider's boxed verifiers are neither `Send` nor `Sync`.
    fn build(&self) -> Option<Box<dyn JwtVerifier>> {
        (DEFAULT_PROVIDER.verifier_factory)(&self.name, &self.key).ok()
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.build().is_some_and(|verifier| verifier.verify(message, &signature.to_vec()).is_ok())
    }
}

fn provider_name(algorithm: Algorithm) -> Option<Name> {
    Some(match algorithm {
        Algorithm::RS256 => Name::RS256,
        Algorithm::RS384 => Name::RS384,
        Algorithm::RS512 => Name::RS512,
        Algorithm::PS256 => Name::PS256,
        Algorithm::PS384 => Name::PS384,
        Algorithm::PS512 => Name::PS512,
        Algorithm::ES256 => Name::ES256,
        Algorithm::ES384 => Name::ES384,
        Algorithm::ES512 => return None,
        Algorithm::Ed25519 | Algorithm::EdDSA => Name::EdDSA,
        Algorithm::HS256 => Name::HS256,
        Algorithm::HS384 => Name::HS384,
        Algorithm::HS512 => Name::HS512,
    })
}
