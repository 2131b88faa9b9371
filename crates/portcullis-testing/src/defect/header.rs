//! Headers that ask for something else.

use aws_lc_rs::digest;
use portcullis::{Algorithm, KeyKind};
use serde_json::Value;

use crate::encoding::base64url;
use crate::key::{Material, der};
use crate::token::{Signing, TokenBuilder};

/// Another `alg` as JSON text; what signs stays.
pub(super) fn alg(token: TokenBuilder, json: &str) -> TokenBuilder {
    token.header_json("alg", json)
}

/// Another `alg`, and no signature.
pub(super) fn unsigned(mut token: TokenBuilder, json: &str) -> TokenBuilder {
    token.signature = Some(|_| Vec::new());
    alg(token, json)
}

/// Signed by a key that is not the issuer's, with that header parameter.
pub(super) fn foreign(mut token: TokenBuilder, name: &str, value: impl Into<Value>) -> TokenBuilder {
    token.signature = Some(|signing| signing.foreign());
    token.header(name, value)
}

pub(super) fn embedded_jwk(token: TokenBuilder) -> TokenBuilder {
    let jwk = token.foreign_key().jwk();
    foreign(asymmetric(token), "jwk", jwk)
}

/// HS256 under what everybody knows.
pub(super) fn hmac(token: TokenBuilder, signature: fn(&Signing<'_>) -> Vec<u8>) -> TokenBuilder {
    let mut token = asymmetric(token);
    token.signature = Some(signature);
    token.header("alg", "HS256")
}

pub(super) fn modulus(signing: &Signing<'_>) -> Vec<u8> {
    match &**signing.key.material() {
        Material::Rsa { n, .. } => n.clone(),
        Material::Ec { point, .. } => point.clone(),
        Material::Ed25519 { x, .. } => x.clone(),
        Material::Secret(_) => Vec::new(),
    }
}

/// Signed with a published key; RS256 when the issuer has none of its own to publish.
pub(super) fn asymmetric(token: TokenBuilder) -> TokenBuilder {
    match token.key.algorithm().key_kind() {
        KeyKind::Secret => token.algorithm(Algorithm::RS256),
        _ => token,
    }
}

/// Signed by that algorithm's key of the issuer.
pub(super) fn by(token: TokenBuilder, algorithm: Algorithm) -> TokenBuilder {
    if token.key.algorithm() == algorithm { token } else { token.algorithm(algorithm) }
}

/// Well signed by the key of one algorithm, under the `kid` of another's.
pub(super) fn under_kid_of(token: TokenBuilder, algorithm: Algorithm, other: Algorithm) -> TokenBuilder {
    let kid = token.issuer.signing_key(other).kid().to_owned();
    by(token, algorithm).kid(&kid)
}

/// A header member twice, the second value and the spelling of the second name as JSON text.
pub(super) fn duplicate(mut token: TokenBuilder, quoted_name: &str, json: &str) -> TokenBuilder {
    token.header.append(quoted_name, json);
    token
}

/// `crit` with that value, and a member `x` for it to name.
pub(super) fn crit(token: TokenBuilder, json: &str) -> TokenBuilder {
    token.header("x", 1).header_json("crit", json)
}

pub(super) fn thumbprint(token: TokenBuilder) -> TokenBuilder {
    let hash = digest::digest(&digest::SHA256, &token.key.material().public_der());
    token.header("x5t#S256", base64url(hash))
}

pub(super) fn foreign_with_own_thumbprint(mut token: TokenBuilder) -> TokenBuilder {
    token.signature = Some(|signing| signing.foreign());
    thumbprint(token)
}

/// A certificate for the attacker's key, signed by itself, and the token by that key.
pub(super) fn self_made_chain(token: TokenBuilder) -> TokenBuilder {
    const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
    const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    const UTF8_STRING: u8 = 0x0c;
    const UTC_TIME: u8 = 0x17;
    const SET: u8 = 0x31;

    let token = by(token, Algorithm::RS256);
    let key = token.foreign_key();
    let algorithm = der::sequence(&[der::element(0x06, SHA256_WITH_RSA), der::element(0x05, &[])]);
    let attribute = der::sequence(&[der::element(0x06, COMMON_NAME), der::element(UTF8_STRING, b"issuer.test")]);
    let name = der::sequence(&[der::element(SET, &attribute)]);
    let validity = der::sequence(&[der::element(UTC_TIME, b"200101000000Z"), der::element(UTC_TIME, b"491231235959Z")]);
    let to_be_signed = der::sequence(&[
        der::unsigned(&[1]),
        algorithm.clone(),
        name.clone(),
        validity,
        name,
        key.material().public_der(),
    ]);
    let signature = der::bit_string(&key.sign(&to_be_signed));
    let certificate = der::sequence(&[to_be_signed, algorithm, signature]);
    foreign(token, "x5c", vec![base64_simd::STANDARD.encode_to_string(certificate)])
}
