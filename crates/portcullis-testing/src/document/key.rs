//! Published keys that a verifier must never use.

use portcullis::{Algorithm, KeyKind};
use serde_json::{Value, json};

use crate::encoding::base64url;
use crate::issuer::TestIssuer;
use crate::key::{Material, TestKey, der, raw_rsa};
use crate::token::Signing;

const KID: &str = "bad-key";
const WEAK_512: &str = include_str!("../../keys/rsa-weak-512.pem");
const WEAK_1024: &str = include_str!("../../keys/rsa-weak-1024.pem");

/// A key set with a bad key in it, and a token for that key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct KeyCase {
    /// The issuer's key set with the bad key before the good ones. The good ones must go on working.
    pub jwks: String,
    /// A token under the bad key's `kid`, signed so that an incautious verifier takes it where that can be done. To be
    /// refused with 401.
    pub token: String,
}

/// A key that must never verify anything, although it is in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadKey {
    /// RSA of 512 bits; the token is well signed (ATK-30).
    Rsa512,
    /// RSA of 1024 bits; the token is well signed (ATK-30).
    Rsa1024,
    /// RSA of 16384 bits (RFC7518-8.6-a).
    Rsa16384,
    /// RSA exponent 1, under which everybody can sign, and the token is (ATK-30).
    ExponentOne,
    /// RSA exponent 2 (ATK-30).
    ExponentTwo,
    /// RSA exponent even (ATK-30).
    ExponentEven,
    /// RSA exponent of more than 64 bits (PC-RES-2).
    ExponentWide,
    /// RSA modulus even (ATK-30).
    EvenModulus,
    /// A point that is not on P-256 (ATK-31).
    PointOffCurve,
    /// The point with both coordinates zero (ATK-31).
    PointAtInfinity,
    /// A point of P-256 labelled P-384 (ATK-31).
    CurveMislabelled,
    /// A coordinate without its first octet (RFC7518-6.2.1-a).
    CoordinateShort,
    /// `use: enc`; the token is well signed (ATK-33).
    UseEnc,
    /// An unknown `use`; the token is well signed (RFC7517-4.2-a).
    UseUnknown,
    /// `key_ops: ["encrypt"]`; the token is well signed (ATK-33).
    KeyOpsEncrypt,
    /// `key_ops` with `verify` twice; the token is well signed (RFC7517-4.3-a).
    KeyOpsTwice,
    /// Another `alg` in the key than in the token, which is well signed (ATK-33).
    AlgOther,
    /// A secret in a public set, and an HS256 token under it (ATK-34).
    Oct,
    /// `kty` in lower case; the token is well signed (RFC7517-4.1-a).
    KtyLowerCase,
    /// No `kty`; the token is well signed (RFC7517-4.1-a).
    KtyMissing,
    /// A member twice; the token is well signed by the last (RFC7517-4-a).
    MemberTwice,
    /// A key for key agreement, X25519 (RFC8037-3.2-a).
    X25519,
    /// An Ed25519 key of 31 octets (RFC8037-2-a).
    Ed25519Short,
    /// A published private key; the token is well signed (PC-RES-4).
    Private,
}

impl BadKey {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Rsa512,
        Self::Rsa1024,
        Self::Rsa16384,
        Self::ExponentOne,
        Self::ExponentTwo,
        Self::ExponentEven,
        Self::ExponentWide,
        Self::EvenModulus,
        Self::PointOffCurve,
        Self::PointAtInfinity,
        Self::CurveMislabelled,
        Self::CoordinateShort,
        Self::UseEnc,
        Self::UseUnknown,
        Self::KeyOpsEncrypt,
        Self::KeyOpsTwice,
        Self::AlgOther,
        Self::Oct,
        Self::KtyLowerCase,
        Self::KtyMissing,
        Self::MemberTwice,
        Self::X25519,
        Self::Ed25519Short,
        Self::Private,
    ];

    /// The set and the token for that issuer.
    #[must_use]
    pub fn case(self, issuer: &TestIssuer) -> KeyCase {
        let algorithm = self.algorithm();
        let mut keys: Vec<String> = vec![self.jwk(algorithm)];
        keys.extend(issuer.published_jwks().iter().map(Value::to_string));
        let mut token = issuer.token().header("alg", algorithm.name()).kid(KID).signed_by(&TestKey::foreign(algorithm));
        token.signature = self.signature();
        KeyCase { jwks: format!(r#"{{"keys":[{}]}}"#, keys.join(",")), token: token.sign() }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::PointOffCurve | Self::PointAtInfinity | Self::CoordinateShort => Algorithm::ES256,
            Self::CurveMislabelled => Algorithm::ES384,
            Self::Oct => Algorithm::HS256,
            Self::X25519 | Self::Ed25519Short | Self::Private => Algorithm::Ed25519,
            _ => Algorithm::RS256,
        }
    }

    fn jwk(self, algorithm: Algorithm) -> String {
        let material = match self {
            Self::Rsa512 => Material::rsa_pem(WEAK_512),
            Self::Rsa1024 => Material::rsa_pem(WEAK_1024),
            Self::CurveMislabelled => Material::foreign(KeyKind::P256),
            _ => Material::foreign(algorithm.key_kind()),
        };
        let mut jwk = match &material {
            Material::Secret(secret) => json!({ "kty": "oct", "k": base64url(secret) }),
            _ => material.bare_jwk(),
        };
        jwk["kid"] = KID.into();
        jwk["alg"] = algorithm.name().into();
        match self {
            Self::Rsa16384 => jwk["n"] = base64url([0xff; 2048]).into(),
            Self::ExponentOne => jwk["e"] = base64url([1]).into(),
            Self::ExponentTwo => jwk["e"] = base64url([2]).into(),
            Self::ExponentEven => jwk["e"] = base64url([1, 0, 0]).into(),
            Self::ExponentWide => jwk["e"] = base64url([1, 0, 0, 0, 0, 0, 0, 0, 1]).into(),
            Self::EvenModulus => change(&mut jwk, "n", |octets| octets.last_mut().map(|last| *last &= 0xfe)),
            Self::PointOffCurve => change(&mut jwk, "y", |octets| octets.last_mut().map(|last| *last ^= 1)),
            Self::PointAtInfinity => {
                jwk["x"] = base64url([0; 32]).into();
                jwk["y"] = base64url([0; 32]).into();
            }
            Self::CurveMislabelled => jwk["crv"] = "P-384".into(),
            Self::CoordinateShort | Self::Ed25519Short => {
                change(&mut jwk, "x", |octets| octets.drain(..1).next().map(drop))
            }
            Self::UseEnc => jwk["use"] = "enc".into(),
            Self::UseUnknown => jwk["use"] = "tls".into(),
            Self::KeyOpsEncrypt => jwk["key_ops"] = json!(["encrypt"]),
            Self::KeyOpsTwice => jwk["key_ops"] = json!(["verify", "verify"]),
            Self::AlgOther => jwk["alg"] = "PS256".into(),
            Self::KtyLowerCase => jwk["kty"] = "rsa".into(),
            Self::KtyMissing => drop(jwk.as_object_mut().map(|members| members.remove("kty"))),
            Self::MemberTwice => return jwk.to_string().replacen('{', r#"{"n":"AQAB","#, 1),
            Self::X25519 => jwk["crv"] = "X25519".into(),
            Self::Private => jwk["d"] = base64url([7; 32]).into(),
            Self::Rsa512 | Self::Rsa1024 | Self::Oct => {}
        }
        jwk.to_string()
    }

    /// Where the attacker's own key would not do.
    fn signature(self) -> Option<fn(&Signing<'_>) -> Vec<u8>> {
        match self {
            Self::Rsa512 => Some(|signing| weak_rsa(WEAK_512, signing.input)),
            Self::Rsa1024 => Some(|signing| weak_rsa(WEAK_1024, signing.input)),
            Self::Rsa16384 => Some(|_| vec![0x7f; 2048]),
            // Raised to the power of one, the padded hash is its own signature.
            Self::ExponentOne => Some(|signing| padded(256, signing.input)),
            Self::CurveMislabelled => {
                Some(|signing| Material::foreign(KeyKind::P256).sign(Algorithm::ES256, signing.input))
            }
            _ => None,
        }
    }
}

fn padded(length: usize, message: &[u8]) -> Vec<u8> {
    raw_rsa::pkcs1_padded(length, &raw_rsa::sha256_digest_info(message))
}

fn weak_rsa(pem: &str, message: &[u8]) -> Vec<u8> {
    let Some(key) = der::from_pem(pem) else { return Vec::new() };
    let length = der::rsa_private_key(&key).map_or(0, |[n, ..]| n.len());
    raw_rsa::sign(&key, &padded(length, message)).unwrap_or_default()
}

fn change(jwk: &mut Value, member: &str, change: impl FnOnce(&mut Vec<u8>) -> Option<()>) {
    let encoded = jwk[member].as_str().unwrap_or_default();
    let mut octets = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(encoded).unwrap_or_default();
    if change(&mut octets).is_some() {
        jwk[member] = base64url(octets).into();
    }
}
