//! Keys that sign, for tests.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use aws_lc_rs::{hmac, signature as s};

use super::{CryptoBackend, Verifier, VerifierError};
use crate::token::{Algorithm, KeyKind};

pub(crate) enum SigningKey {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secret(Vec<u8>),
}

/// One key of each kind for the whole test binary: RSA keys are slow to make.
static KEYS: LazyLock<[(KeyKind, SigningKey); 6]> = LazyLock::new(|| {
    let ec = |algorithm| SigningKey::Ec(EcdsaKeyPair::generate(algorithm).unwrap());
    [
        (KeyKind::Rsa, SigningKey::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())),
        (KeyKind::P256, ec(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)),
        (KeyKind::P384, ec(&signature::ECDSA_P384_SHA384_FIXED_SIGNING)),
        (KeyKind::P521, ec(&signature::ECDSA_P521_SHA512_FIXED_SIGNING)),
        (KeyKind::Ed25519, SigningKey::Ed25519(Ed25519KeyPair::generate().unwrap())),
        (KeyKind::Secret, SigningKey::Secret((0..64).collect())),
    ]
});

impl SigningKey {
    pub(crate) fn of(kind: KeyKind) -> &'static Self {
        KEYS.iter().find(|(of, _)| *of == kind).map(|(_, key)| key).unwrap()
    }

    pub(crate) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => {
                let padding: &'static dyn signature::RsaEncoding = match algorithm {
                    Algorithm::RS256 => &s::RSA_PKCS1_SHA256,
                    Algorithm::RS384 => &s::RSA_PKCS1_SHA384,
                    Algorithm::RS512 => &s::RSA_PKCS1_SHA512,
                    Algorithm::PS256 => &s::RSA_PSS_SHA256,
                    Algorithm::PS384 => &s::RSA_PSS_SHA384,
                    Algorithm::PS512 => &s::RSA_PSS_SHA512,
                    _ => unreachable!("not an RSA algorithm"),
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Secret(secret) => {
                let hash = match algorithm {
                    Algorithm::HS256 => hmac::HMAC_SHA256,
                    Algorithm::HS384 => hmac::HMAC_SHA384,
                    _ => hmac::HMAC_SHA512,
                };
                hmac::sign(&hmac::Key::new(hash, secret), message).as_ref().to_vec()
            }
        }
    }

    /// SubjectPublicKeyInfo.
    pub(crate) fn spki(&self) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa(pair) => pair.public_key().as_der().unwrap(),
            Self::Ec(pair) => pair.public_key().as_der().unwrap(),
            Self::Ed25519(pair) => pair.public_key().as_der().unwrap(),
            Self::Secret(_) => unreachable!("a secret has no public key"),
        };
        der.as_ref().to_vec()
    }

    /// `n` and `e`, or `x` and `y`, or `x` and nothing, or the secret and nothing.
    pub(crate) fn parts(&self) -> (Vec<u8>, Vec<u8>) {
        match self {
            Self::Rsa(pair) => {
                // RSAPublicKey of a 2048-bit key: 30 82 len len, 02 82 01 01 00 n, 02 03 e.
                let der = pair.public_key().as_ref();
                (der[9..265].to_vec(), der[267..].to_vec())
            }
            Self::Ec(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                (x.to_vec(), y.to_vec())
            }
            Self::Ed25519(pair) => (pair.public_key().as_ref().to_vec(), Vec::new()),
            Self::Secret(secret) => (secret.clone(), Vec::new()),
        }
    }

    pub(crate) fn verifier(&self, backend: CryptoBackend, algorithm: Algorithm) -> Result<Verifier, VerifierError> {
        let (first, second) = self.parts();
        match self {
            Self::Rsa(_) => Verifier::rsa(backend, algorithm, &first, &second),
            Self::Ec(_) => Verifier::ec(backend, algorithm, &first, &second),
            Self::Ed25519(_) => Verifier::ed25519(backend, &first),
            Self::Secret(_) => Verifier::secret(backend, algorithm, &first),
        }
    }

    /// A JWK without `kid`, `alg` and `use`.
    pub(crate) fn jwk(&self) -> serde_json::Value {
        let text = |octets: Vec<u8>| base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets);
        let (first, second) = self.parts();
        let (octets, first, second) = (first.len(), text(first), text(second));
        match (self, octets) {
            (Self::Rsa(_), _) => serde_json::json!({"kty": "RSA", "n": first, "e": second}),
            (Self::Ec(_), 32) => serde_json::json!({"kty": "EC", "crv": "P-256", "x": first, "y": second}),
            (Self::Ec(_), 48) => serde_json::json!({"kty": "EC", "crv": "P-384", "x": first, "y": second}),
            (Self::Ec(_), _) => serde_json::json!({"kty": "EC", "crv": "P-521", "x": first, "y": second}),
            (Self::Ed25519(_), _) => serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": first}),
            (Self::Secret(_), _) => serde_json::json!({"kty": "oct", "k": first}),
        }
    }
}
