//! Keys of the configuration: PEM text, the DER inside, and secrets.
//!
//! Input: `p` and PEM text, `d` and DER for a `PUBLIC KEY` block, `r` and DER for an `RSA PUBLIC KEY` block, or `s` and a
//! secret.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::internals::key_set::{KeyPolicy, KeySet};
use portcullis::{Algorithm, CryptoBackend, KeyKind};

use crate::allocation::bounded;
use crate::jwks_document::copies_faithfully;

const BACKEND: CryptoBackend = CryptoBackend::AwsLcRs;
/// One for each kind of key.
const ALGORITHMS: [Algorithm; 6] =
    [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::Ed25519, Algorithm::HS256];

pub fn check(input: &[u8]) {
    let Some((how, rest)) = input.split_first() else { return };
    match how {
        b'd' => der("PUBLIC KEY", rest),
        b'r' => der("RSA PUBLIC KEY", rest),
        b's' => secret(rest),
        _ => {
            let Ok(text) = std::str::from_utf8(rest) else { return };
            pem(text);
        }
    }
}

fn der(label: &str, der: &[u8]) {
    let text = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der));
    let Some((algorithm, keys)) = pem(&text) else { return };
    // AWS-LC has a parser of its own, which has to take whatever ours took, as it stands.
    assert!(aws_lc_takes(algorithm.key_kind(), der), "{label}: {der:02x?}");
    // The numbers in the JWK are octets of the DER.
    let document: serde_json::Value = serde_json::from_str(&keys.to_document()).expect("JSON");
    for name in ["n", "e", "x", "y"] {
        let Some(value) = document["keys"][0][name].as_str() else { continue };
        let octets = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(value).expect("base64url");
        assert!(der.windows(octets.len()).any(|window| window == octets), "{name} is {octets:02x?}");
    }
}

fn aws_lc_takes(kind: KeyKind, der: &[u8]) -> bool {
    match kind {
        KeyKind::Rsa => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).is_ok(),
        KeyKind::P256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, der).is_ok(),
        KeyKind::P384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, der).is_ok(),
        KeyKind::P521 => ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, der).is_ok(),
        _ => ParsedPublicKey::new(&ED25519, der).is_ok(),
    }
}

/// The key that the text is, and an algorithm it is for: there is at most one among those of different kinds.
fn pem(text: &str) -> Option<(Algorithm, KeySet)> {
    let read = |algorithm| bounded(text.len(), 8, || KeySet::from_pem(text, algorithm, Some("k"), BACKEND)).ok();
    let mut taken = ALGORITHMS.into_iter().filter_map(|algorithm| Some((algorithm, read(algorithm)?)));
    let (algorithm, keys) = taken.next()?;
    assert!(taken.next().is_none(), "a key of two kinds: {text}");
    assert_ne!(algorithm.key_kind(), KeyKind::Secret, "a secret in PEM: {text}");
    assert!(!text.contains("PRIVATE KEY-----") && text.matches("-----BEGIN ").count() == 1, "{text}");
    assert!(keys.len() == 1 && keys.contains_kid("k") && keys.has_candidate(Some("k"), algorithm));
    let others = Algorithm::ALL.into_iter().filter(|other| *other != algorithm);
    assert!(others.into_iter().all(|other| !keys.has_candidate(Some("k"), other)), "for another algorithm too: {text}");
    copies_faithfully(&keys, &KeyPolicy::new(&[algorithm], &[], BACKEND, 1));
    Some((algorithm, keys))
}

/// What passes as a secret is long enough, and no public key that was pasted into the wrong setting.
fn secret(secret: &[u8]) {
    for (algorithm, least) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let Ok(keys) = KeySet::from_secret(secret, algorithm, None, BACKEND) else { continue };
        assert!(secret.len() >= least && keys.has_candidate(None, algorithm));
        assert_eq!(keys.to_document(), r#"{"keys":[]}"#, "a secret is written");
        if let Ok(text) = std::str::from_utf8(secret) {
            assert!(pem(text).is_none(), "{text}");
            assert!(
                !serde_json::from_str::<serde_json::Value>(text).is_ok_and(|jwk| jwk.get("kty").is_some()),
                "{text}"
            );
        }
    }
}
