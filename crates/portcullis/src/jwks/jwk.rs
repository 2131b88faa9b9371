//! One JSON Web Key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), read strictly.
//!
//! Only members that matter are looked at; all others (`x5c`, `x5t`, an issuer's own) may be of any type.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jwks::key::PublicKey;
use crate::jwks::{SkipReason, SkippedKey};
use crate::token::{Algorithm, KeyKind};

/// A public key for signatures, with what the document says about it.
pub(crate) struct Jwk {
    /// Never empty: an empty `kid` counts as absent.
    pub(crate) kid: Option<String>,
    pub(crate) alg: Option<Algorithm>,
    pub(crate) public: PublicKey,
}

impl Jwk {
    pub(crate) fn parse(json: &RawValue) -> Result<Self, SkippedKey> {
        if !json.get().starts_with('{') {
            return Err(SkippedKey::new(None, SkipReason::NotAnObject));
        }
        let members: Members<'_> =
            serde_json::from_str(json.get()).map_err(|_| SkippedKey::new(None, SkipReason::NotAnObject))?;
        let kid = members.kid.map(string).transpose();
        let shown = kid.clone().ok().flatten();
        kid.and_then(|kid| members.read(kid)).map_err(|reason| SkippedKey::new(shown.as_deref(), reason))
    }
}

/// The values of the members that matter, before their types are known.
#[derive(Default)]
struct Members<'a> {
    kty: Option<&'a RawValue>,
    usage: Option<&'a RawValue>,
    key_ops: Option<&'a RawValue>,
    alg: Option<&'a RawValue>,
    kid: Option<&'a RawValue>,
    crv: Option<&'a RawValue>,
    n: Option<&'a RawValue>,
    e: Option<&'a RawValue>,
    x: Option<&'a RawValue>,
    y: Option<&'a RawValue>,
    private: bool,
    repeated: bool,
}

impl Members<'_> {
    fn read(&self, kid: Option<String>) -> Result<Jwk, SkipReason> {
        if self.repeated {
            return Err(SkipReason::DuplicateMember);
        }
        let kty = string(self.kty.ok_or(SkipReason::MissingMember)?)?;
        match kty.as_str() {
            "RSA" | "EC" | "OKP" => {}
            "oct" => return Err(SkipReason::SymmetricKey),
            _ => return Err(SkipReason::UnsupportedKeyType),
        }
        // Whatever their value: they have no business in a document that anybody may read.
        if self.private {
            return Err(SkipReason::PrivateMembers);
        }
        self.check_usage()?;
        let public = match kty.as_str() {
            "RSA" => PublicKey::rsa(&rsa_octets(self.n)?, &rsa_octets(self.e)?)?,
            "EC" => {
                let curve = match self.curve()?.as_str() {
                    "P-256" => KeyKind::P256,
                    "P-384" => KeyKind::P384,
                    "P-521" => KeyKind::P521,
                    _ => return Err(SkipReason::UnsupportedCurve),
                };
                PublicKey::ec(curve, &octets(self.x)?, &octets(self.y)?)?
            }
            // X25519 and X448 are for key agreement; Ed448 has no implementation here.
            _ if self.curve()? != "Ed25519" => return Err(SkipReason::UnsupportedCurve),
            _ => PublicKey::ed25519(&octets(self.x)?)?,
        };
        let alg = self.algorithm(public.kind())?;
        Ok(Jwk { kid: kid.filter(|kid| !kid.is_empty()), alg, public })
    }

    fn curve(&self) -> Result<String, SkipReason> {
        string(self.crv.ok_or(SkipReason::MissingMember)?)
    }

    /// `alg` pins the algorithm, and a JWK whose `alg` is for something else is for something else.
    fn algorithm(&self, kind: KeyKind) -> Result<Option<Algorithm>, SkipReason> {
        let Some(alg) = self.alg.map(string).transpose()? else { return Ok(None) };
        let algorithm = Algorithm::from_name(&alg).ok_or(SkipReason::UnsupportedAlgorithm)?;
        if algorithm.key_kind() == kind { Ok(Some(algorithm)) } else { Err(SkipReason::AlgorithmMismatch) }
    }

    /// RFC 7517 §4.2 and §4.3.
    fn check_usage(&self) -> Result<(), SkipReason> {
        let usage = self.usage.map(string).transpose()?;
        // SPIFFE bundles say what kind of document the signatures are on.
        if usage.as_deref().is_some_and(|usage| !matches!(usage, "sig" | "jwt-svid")) {
            return Err(SkipReason::NotForSignatures);
        }
        let Some(key_ops) = self.key_ops else { return Ok(()) };
        let key_ops: Vec<String> = serde_json::from_str(key_ops.get()).map_err(|_| SkipReason::WrongType)?;
        let mut seen = HashSet::new();
        let repeats = !key_ops.iter().all(|operation| seen.insert(operation.as_str()));
        let other = |operation: &&str| {
            matches!(*operation, "encrypt" | "decrypt" | "wrapKey" | "unwrapKey" | "deriveKey" | "deriveBits")
        };
        let contradicts = usage.is_some() && seen.iter().any(other);
        if repeats || contradicts || !seen.contains("verify") { Err(SkipReason::KeyOps) } else { Ok(()) }
    }
}

fn string(value: &RawValue) -> Result<String, SkipReason> {
    serde_json::from_str(value.get()).map_err(|_| SkipReason::WrongType)
}

/// Decodes strictly: no padding, no white space, spare bits zero.
fn octets(value: Option<&RawValue>) -> Result<Vec<u8>, SkipReason> {
    let text = string(value.ok_or(SkipReason::MissingMember)?)?;
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| SkipReason::InvalidEncoding)
}

/// As [`octets`], or in the standard alphabet with padding, as Battle.net publishes its moduli: the same number either
/// way, and the document comes from the issuer.
fn rsa_octets(value: Option<&RawValue>) -> Result<Vec<u8>, SkipReason> {
    octets(value).or_else(|refused| {
        let text = string(value.ok_or(SkipReason::MissingMember)?)?;
        base64_simd::STANDARD.decode_to_vec(text).map_err(|_| refused)
    })
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Web Key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let slot = match name.as_str() {
                "kty" => Some(&mut members.kty),
                "use" => Some(&mut members.usage),
                "key_ops" => Some(&mut members.key_ops),
                "alg" => Some(&mut members.alg),
                "kid" => Some(&mut members.kid),
                "crv" => Some(&mut members.crv),
                "n" => Some(&mut members.n),
                "e" => Some(&mut members.e),
                "x" => Some(&mut members.x),
                "y" => Some(&mut members.y),
                "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k" => {
                    members.private = true;
                    None
                }
                _ => None,
            };
            match slot {
                Some(slot) => *slot = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
            members.repeated |= !seen.insert(name);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests;
