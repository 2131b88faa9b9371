//! Test keys: fixed for RSA, derived from a seed for the curves.

pub(crate) mod der;
pub(crate) mod raw_rsa;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaKeyPair};
use aws_lc_rs::{digest, rand, rsa};
use jsonwebtoken::EncodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use portcullis::{Algorithm, KeyKind};
use serde_json::{Value, json};

use crate::encoding::base64url;

/// A signing key of a test issuer, with its name and its one algorithm.
///
/// The private half can be used ([`sign`](Self::sign)) and not read. It protects nothing all the same: anybody can
/// make the same key.
#[derive(Clone)]
pub struct TestKey {
    kid: Arc<str>,
    algorithm: Algorithm,
    material: Arc<Material>,
}

impl TestKey {
    pub(crate) fn new(kid: &str, algorithm: Algorithm, material: Arc<Material>) -> Self {
        Self { kid: kid.into(), algorithm, material }
    }

    /// The attacker's key for that algorithm, named `foreign`. No issuer publishes it.
    #[must_use]
    pub fn foreign(algorithm: Algorithm) -> Self {
        Self::new("foreign", algorithm, Arc::new(Material::foreign(algorithm.key_kind())))
    }

    /// The `kid` it is published under.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its public half as a JWK (RFC 7517) with `kid`, `use` and `alg`; `null` for a shared secret.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let mut jwk = self.material.bare_jwk();
        if let Some(members) = jwk.as_object_mut() {
            members.insert("kid".into(), self.kid().into());
            members.insert("use".into(), "sig".into());
            members.insert("alg".into(), self.algorithm.name().into());
        }
        jwk
    }

    /// Its public half as a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) in PEM; empty for a shared secret.
    #[must_use]
    pub fn public_key_pem(&self) -> String {
        match self.material.public_der() {
            der if der.is_empty() => String::new(),
            der => der::to_pem("PUBLIC KEY", &der),
        }
    }

    /// A JWS signature (RFC 7515 §5.1) over those octets.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.material.sign(self.algorithm, message)
    }

    pub(crate) fn material(&self) -> &Arc<Material> {
        &self.material
    }
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// What a key is made of. One material can stand behind several [`TestKey`]s.
pub(crate) enum Material {
    Rsa { private: Vec<u8>, n: Vec<u8>, e: Vec<u8> },
    Ec { kind: KeyKind, private: Vec<u8>, point: Vec<u8> },
    Ed25519 { private: Vec<u8>, x: Vec<u8> },
    Secret(Vec<u8>),
}

impl Material {
    /// The key that an issuer with that seed uses as its `number`-th of that kind, counting from zero.
    pub(crate) fn derived(kind: KeyKind, seed: u64, number: u64) -> Self {
        match kind {
            KeyKind::Rsa => match (seed, number) {
                (0, 0) => Self::rsa_pem(include_str!("../../keys/rsa-a1.pem")),
                (0, 1) => Self::rsa_pem(include_str!("../../keys/rsa-a2.pem")),
                (0, 2) => Self::rsa_pem(include_str!("../../keys/rsa-a3.pem")),
                (1, 0) => Self::rsa_pem(include_str!("../../keys/rsa-b1.pem")),
                (1, 1) => Self::rsa_pem(include_str!("../../keys/rsa-b2.pem")),
                _ => Self::generated_rsa(),
            },
            _ => Self::from_label(kind, &format!("issuer {seed} key {number}")),
        }
    }

    /// A key that no issuer publishes.
    pub(crate) fn foreign(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Rsa => Self::rsa_pem(include_str!("../../keys/rsa-foreign.pem")),
            _ => Self::from_label(kind, "foreign"),
        }
    }

    pub(crate) fn rsa_pem(pem: &str) -> Self {
        Self::rsa(der::from_pem(pem).expect("the committed keys are PEM"))
    }

    fn rsa(private: Vec<u8>) -> Self {
        let [n, e, _] = der::rsa_private_key(&private).expect("made by us as an RSAPrivateKey");
        Self::Rsa { private, n, e }
    }

    fn generated_rsa() -> Self {
        let pair = RsaKeyPair::generate(rsa::KeySize::Rsa2048).expect("the system has randomness");
        let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("a fresh key can be written");
        Self::rsa(der::pkcs8_content(pkcs8.as_ref()).expect("PKCS#8 as just written").to_vec())
    }

    fn from_label(kind: KeyKind, label: &str) -> Self {
        // An out-of-range scalar is refused by the parser; the next attempt is as good as any.
        (0u32..)
            .find_map(|attempt| {
                let input = format!("portcullis-testing {kind:?} {label} {attempt}");
                let bits = digest::digest(&digest::SHA512, input.as_bytes());
                Self::from_bits(kind, bits.as_ref())
            })
            .expect("one of four billion attempts is in range")
    }

    fn from_bits(kind: KeyKind, bits: &[u8]) -> Option<Self> {
        let scalar = match kind {
            KeyKind::P256 => bits[..32].to_vec(),
            KeyKind::P384 => bits[..48].to_vec(),
            KeyKind::P521 => [&[0, 0], bits].concat(),
            KeyKind::Ed25519 => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&bits[..32]).ok()?;
                let private = pair.to_pkcs8v1().ok()?.as_ref().to_vec();
                return Some(Self::Ed25519 { private, x: pair.public_key().as_ref().to_vec() });
            }
            _ => return Some(Self::Secret(bits.to_vec())),
        };
        let (algorithm, curve) = curve(kind)?;
        let private = der::sequence(&[
            der::unsigned(&[1]),
            der::octet_string(&scalar),
            der::element(0xa0, &der::element(0x06, curve)),
        ]);
        let pair = EcdsaKeyPair::from_private_key_der(algorithm, &private).ok()?;
        let private = pair.to_pkcs8v1().ok()?.as_ref().to_vec();
        Some(Self::Ec { kind, private, point: pair.public_key().as_ref().to_vec() })
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa { .. } => KeyKind::Rsa,
            Self::Ec { kind, .. } => *kind,
            Self::Ed25519 { .. } => KeyKind::Ed25519,
            Self::Secret(_) => KeyKind::Secret,
        }
    }

    /// Signs; with the material's own default algorithm when asked for one of another kind.
    pub(crate) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let algorithm = if algorithm.key_kind() == self.kind() { algorithm } else { self.default_algorithm() };
        let key = match self {
            Self::Rsa { private, .. } => EncodingKey::from_rsa_der(private),
            Self::Ec { kind: KeyKind::P521, private, .. } => {
                // jsonwebtoken has no ES512.
                return ec_sign(&signature::ECDSA_P521_SHA512_FIXED_SIGNING, private, message);
            }
            Self::Ec { private, .. } => EncodingKey::from_ec_der(private),
            Self::Ed25519 { private, .. } => EncodingKey::from_ed_der(private),
            Self::Secret(secret) => EncodingKey::from_secret(secret),
        };
        let signer = (DEFAULT_PROVIDER.signer_factory)(&oracle_algorithm(algorithm), &key)
            .expect("the algorithm was matched to the key");
        signer.try_sign(message).expect("the key was parsed when it was made")
    }

    /// An ECDSA signature in DER, which JWS does not use (RFC 7518 §3.4); `None` for other kinds.
    pub(crate) fn sign_der(&self, message: &[u8]) -> Option<Vec<u8>> {
        let Self::Ec { kind, private, .. } = self else { return None };
        let algorithm = match kind {
            KeyKind::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
            KeyKind::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
            _ => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
        };
        Some(ec_sign(algorithm, private, message))
    }

    pub(crate) fn default_algorithm(&self) -> Algorithm {
        match self.kind() {
            KeyKind::P256 => Algorithm::ES256,
            KeyKind::P384 => Algorithm::ES384,
            KeyKind::P521 => Algorithm::ES512,
            KeyKind::Ed25519 => Algorithm::Ed25519,
            KeyKind::Secret => Algorithm::HS256,
            _ => Algorithm::RS256,
        }
    }

    /// The public members of a JWK and nothing else; `null` for a secret.
    pub(crate) fn bare_jwk(&self) -> Value {
        match self {
            Self::Rsa { n, e, .. } => json!({ "kty": "RSA", "n": base64url(n), "e": base64url(e) }),
            Self::Ec { kind, point, .. } => {
                let (x, y) = point[1..].split_at(point.len() / 2);
                let crv = match kind {
                    KeyKind::P256 => "P-256",
                    KeyKind::P384 => "P-384",
                    _ => "P-521",
                };
                json!({ "kty": "EC", "crv": crv, "x": base64url(x), "y": base64url(y) })
            }
            Self::Ed25519 { x, .. } => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(x) }),
            Self::Secret(_) => Value::Null,
        }
    }

    /// `SubjectPublicKeyInfo`; empty for a secret.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
        const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
        const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
        let oid = |octets| der::element(0x06, octets);
        let (algorithm, key) = match self {
            Self::Rsa { n, e, .. } => (
                vec![oid(RSA_ENCRYPTION), der::element(0x05, &[])],
                der::sequence(&[der::unsigned(n), der::unsigned(e)]),
            ),
            Self::Ec { kind, point, .. } => {
                let (_, curve) = curve(*kind).expect("the kind of an EC key has a curve");
                (vec![oid(EC_PUBLIC_KEY), oid(curve)], point.clone())
            }
            Self::Ed25519 { x, .. } => (vec![oid(ED25519)], x.clone()),
            Self::Secret(_) => return Vec::new(),
        };
        der::sequence(&[der::sequence(&algorithm), der::bit_string(&key)])
    }
}

fn ec_sign(algorithm: &'static EcdsaSigningAlgorithm, pkcs8: &[u8], message: &[u8]) -> Vec<u8> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).expect("the key was written for this curve");
    pair.sign(&rand::SystemRandom::new(), message).expect("signing needs only randomness").as_ref().to_vec()
}

fn curve(kind: KeyKind) -> Option<(&'static EcdsaSigningAlgorithm, &'static [u8])> {
    Some(match kind {
        KeyKind::P256 => {
            (&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07])
        }
        KeyKind::P384 => (&signature::ECDSA_P384_SHA384_FIXED_SIGNING, &[0x2b, 0x81, 0x04, 0x00, 0x22]),
        KeyKind::P521 => (&signature::ECDSA_P521_SHA512_FIXED_SIGNING, &[0x2b, 0x81, 0x04, 0x00, 0x23]),
        _ => return None,
    })
}

/// Never called with ES512, which that crate does not have.
fn oracle_algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    use jsonwebtoken::Algorithm as Theirs;
    match algorithm {
        Algorithm::RS384 => Theirs::RS384,
        Algorithm::RS512 => Theirs::RS512,
        Algorithm::PS256 => Theirs::PS256,
        Algorithm::PS384 => Theirs::PS384,
        Algorithm::PS512 => Theirs::PS512,
        Algorithm::ES256 => Theirs::ES256,
        Algorithm::ES384 => Theirs::ES384,
        Algorithm::Ed25519 | Algorithm::EdDSA => Theirs::EdDSA,
        Algorithm::HS256 => Theirs::HS256,
        Algorithm::HS384 => Theirs::HS384,
        Algorithm::HS512 => Theirs::HS512,
        _ => Theirs::RS256,
    }
}

#[cfg(test)]
mod tests;
