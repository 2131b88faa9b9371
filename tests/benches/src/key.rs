//! Keys to sign with, and what raw verification by the same library needs.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair};
use portcullis::{Algorithm, KeyKind};
use serde_json::{Value, json};

use crate::raw::hash;

/// A private key, its name and its algorithm. A new one in every run.
///
/// Not the test kit's, which prepares its keys again for each signature: here there are ten thousand.
pub struct SigningKey {
    algorithm: Algorithm,
    kid: String,
    material: Material,
}

enum Material {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secret(Vec<u8>),
}

impl SigningKey {
    /// A new key: RSA of 2,048 bits, secrets of 32 octets.
    ///
    /// # Panics
    /// If the system has no randomness.
    #[must_use]
    pub fn generate(algorithm: Algorithm, kid: &str) -> Self {
        let curve = |algorithm| EcdsaKeyPair::generate(algorithm).map(Material::Ec);
        let material = match algorithm.key_kind() {
            KeyKind::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).map(Material::Rsa),
            KeyKind::P256 => curve(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            KeyKind::P384 => curve(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            KeyKind::P521 => curve(&signature::ECDSA_P521_SHA512_FIXED_SIGNING),
            KeyKind::Ed25519 => Ed25519KeyPair::generate().map(Material::Ed25519),
            _ => {
                let mut secret = vec![0; 32];
                aws_lc_rs::rand::fill(&mut secret).map(|()| Material::Secret(secret))
            }
        };
        Self { algorithm, kid: kid.to_owned(), material: material.expect("the system has randomness") }
    }

    /// The one algorithm it is used with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its name in key sets and headers.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its octets, where it is a shared secret.
    #[must_use]
    pub fn secret(&self) -> Option<&[u8]> {
        match &self.material {
            Material::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    /// Its public half as key sets have it (RFC 7517); `null` for a secret.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let encoded = |octets: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets);
        let mut jwk = match &self.material {
            Material::Rsa(pair) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                json!({
                    "kty": "RSA",
                    "n": encoded(n.big_endian_without_leading_zero()),
                    "e": encoded(e.big_endian_without_leading_zero()),
                })
            }
            Material::Ec(pair) => {
                // 0x04, x, y.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = match self.algorithm.key_kind() {
                    KeyKind::P256 => "P-256",
                    KeyKind::P384 => "P-384",
                    _ => "P-521",
                };
                json!({ "kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y) })
            }
            Material::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(pair.public_key().as_ref()) })
            }
            Material::Secret(_) => return Value::Null,
        };
        jwk["kid"] = self.kid().into();
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm.name().into();
        jwk
    }

    /// A JWS signature (RFC 7515 §5.1).
    ///
    /// # Panics
    /// If the system has no randomness.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.material {
            Material::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding(self.algorithm), &random, message, &mut signature).expect("it is an RSA key");
                signature
            }
            Material::Ec(pair) => pair.sign(&random, message).expect("the system has randomness").as_ref().to_vec(),
            Material::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Material::Secret(secret) => {
                hmac::sign(&hmac::Key::new(hash(self.algorithm), secret), message).as_ref().to_vec()
            }
        }
    }
}

fn padding(algorithm: Algorithm) -> &'static dyn RsaEncoding {
    match algorithm {
        Algorithm::RS384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_SHA512,
        _ => &signature::RSA_PKCS1_SHA256,
    }
}
