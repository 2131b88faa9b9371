//! For this crate's own tests: a plain reading of tokens, and a second opinion on their signatures.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use serde_json::Value;

use crate::issuer::TestIssuer;

fn part(token: &str, number: usize) -> Vec<u8> {
    base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token.split('.').nth(number).unwrap_or_default()).unwrap_or_default()
}

pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&part(token, 0)).unwrap_or_default()
}

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&part(token, 1)).unwrap_or_default()
}

/// Whether the signature is one by a published key, chosen by `kid`, with that key's algorithm.
pub(crate) fn verified(issuer: &TestIssuer, token: &str) -> bool {
    let kid = header(token)["kid"].as_str().unwrap_or_default().to_owned();
    let keys = issuer.published_jwks();
    let Some(jwk) = keys.iter().find(|jwk| jwk["kid"] == kid.as_str()) else { return false };
    let Some((input, _)) = token.rsplit_once('.') else { return false };
    let signature = part(token, 2);
    let text = |name: &str| jwk[name].as_str().unwrap_or_default();
    if text("alg") == "ES512" {
        let octets = |name| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text(name)).unwrap_or_default();
        let point = [vec![4], octets("x"), octets("y")].concat();
        let key = aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P521_SHA512_FIXED, point);
        return key.verify(input.as_bytes(), &signature).is_ok();
    }
    let key = match text("kty") {
        "RSA" => DecodingKey::from_rsa_components(text("n"), text("e")),
        "EC" => DecodingKey::from_ec_components(text("x"), text("y")),
        _ => DecodingKey::from_ed_components(text("x")),
    };
    let name = if text("alg") == "Ed25519" { "EdDSA" } else { text("alg") };
    let (Ok(key), Ok(algorithm)) = (key, name.parse()) else { return false };
    let Ok(verifier) = (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key) else { return false };
    verifier.verify(input.as_bytes(), &signature).is_ok()
}
