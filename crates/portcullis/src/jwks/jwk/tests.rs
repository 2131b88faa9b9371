use serde_json::{Value, json};

use super::*;
use crate::jwks::SkipReason::*;

const N: &str = include_str!("../../../../../tests/vectors/jwks/google.json");

fn rsa() -> Value {
    let set: Value = serde_json::from_str(N).unwrap();
    json!({"kty": "RSA", "kid": "k", "n": set["keys"][0]["n"], "e": "AQAB"})
}

fn ec() -> Value {
    json!({
        "kty": "EC", "kid": "k", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

fn okp() -> Value {
    json!({"kty": "OKP", "kid": "k", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn parse(text: &str) -> Result<Jwk, SkippedKey> {
    Jwk::parse(serde_json::from_str(text).unwrap())
}

/// The key with members put in place of its own; `null` takes one out.
fn with(mut key: Value, members: Value) -> Result<Jwk, SkipReason> {
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => drop(key.as_object_mut().unwrap().remove(name)),
            value => key[name] = value.clone(),
        }
    }
    parse(&key.to_string()).map_err(|skipped| skipped.reason)
}

#[track_caller]
fn assert_skipped(key: Value, members: Value, reason: SkipReason) {
    assert_eq!(with(key, members.clone()).err(), Some(reason), "{members}");
}

#[track_caller]
fn assert_read(key: Value, members: Value) {
    assert_eq!(with(key, members.clone()).err(), None, "{members}");
}

fn number(octets: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets)
}

#[test]
fn a_key_of_each_type_is_read() {
    for (key, kind) in [(rsa(), KeyKind::Rsa), (ec(), KeyKind::P256), (okp(), KeyKind::Ed25519)] {
        let jwk = with(key, json!({})).ok().unwrap();
        assert_eq!((jwk.kid.as_deref(), jwk.alg, jwk.public.kind()), (Some("k"), None, kind));
    }
}

/// RFC7517-4.1-a, RFC7515-4.1.4-a
#[test]
fn members_that_matter_have_their_type() {
    for wrong in [json!(5), json!(true), json!(["RSA"]), json!({}), json!(1.5)] {
        for name in ["kty", "use", "alg", "kid", "n", "e"] {
            assert_skipped(rsa(), json!({name: wrong}), WrongType);
        }
        for name in ["crv", "x", "y"] {
            assert_skipped(ec(), json!({name: wrong}), WrongType);
        }
    }
    for wrong in [json!("verify"), json!({"verify": true}), json!([1]), json!(["verify", 1]), json!([null])] {
        assert_skipped(rsa(), json!({"key_ops": wrong}), WrongType);
    }
    let null = rsa().to_string().replace("\"k\"", "null");
    assert_eq!(parse(&null).err().unwrap().reason, WrongType);
}

/// RFC7517-5-b, RFC7518-6.2.1-a, RFC8037-2-a
#[test]
fn members_that_the_type_needs_are_there() {
    for name in ["kty", "n", "e"] {
        assert_skipped(rsa(), json!({name: null}), MissingMember);
    }
    for name in ["crv", "x", "y"] {
        assert_skipped(ec(), json!({name: null}), MissingMember);
    }
    for name in ["crv", "x"] {
        assert_skipped(okp(), json!({name: null}), MissingMember);
    }
}

/// RFC7517-4.1-a
#[test]
fn the_key_type_is_matched_with_case() {
    for kty in ["rsa", "Rsa", "RSA ", "", "XYZ", "ec"] {
        assert_skipped(rsa(), json!({"kty": kty}), UnsupportedKeyType);
    }
    assert_skipped(okp(), json!({"kty": "Okp"}), UnsupportedKeyType);
}

/// RFC7517-4-b
#[test]
fn members_that_do_not_matter_are_of_any_type() {
    for odd in [json!(null), json!(5), json!([[]]), json!({"a": [1]}), json!("x")] {
        let text =
            rsa().to_string().replacen('{', &format!("{{\"x5c\":{odd},\"x5t\":{odd},\"ext\":{odd},\"x\":{odd},"), 1);
        assert!(parse(&text).is_ok(), "{odd}");
    }
}

/// RFC7517-4-a, DEC-5
#[test]
fn a_member_name_occurs_once() {
    let reason =
        |extra: &str| parse(&ec().to_string().replacen('{', &format!("{{{extra},"), 1)).err().map(|e| e.reason);
    assert_eq!(reason("\"foo\":1"), None);
    assert_eq!(reason("\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""), Some(DuplicateMember));
    assert_eq!(reason("\"crv\":\"P-256\""), Some(DuplicateMember));
    assert_eq!(reason("\"cr\\u0076\":\"P-256\""), Some(DuplicateMember));
    assert_eq!(reason("\"foo\":1,\"foo\":1"), Some(DuplicateMember));
}

#[test]
fn an_element_that_is_no_object_is_skipped_without_a_kid() {
    for text in ["null", "3", "\"x\"", "[]", "[{}]", "true"] {
        let skipped = parse(text).err().unwrap();
        assert_eq!((skipped.kid, skipped.reason), (None, NotAnObject), "{text}");
    }
    // A lone surrogate in a member name is no text.
    assert_eq!(parse("{\"\\ud800\":1}").err().unwrap().reason, NotAnObject);
    assert_eq!(parse("{}").err().unwrap().reason, MissingMember);
}

/// RFC7517-4.2-a, ATK-33
#[test]
fn a_key_for_something_other_than_signatures_is_skipped() {
    for usage in ["enc", "tls", "SIG", "x509-svid", "", " sig"] {
        assert_skipped(rsa(), json!({"use": usage}), NotForSignatures);
    }
    assert_read(rsa(), json!({"use": "sig"}));
    assert_read(ec(), json!({"use": "jwt-svid"}));
}

/// RFC7517-4.3-a, ATK-33
#[test]
fn key_operations_include_verify_once_and_fit_the_use() {
    for ops in [json!([]), json!(["sign"]), json!(["encrypt", "wrapKey"]), json!(["Verify"])] {
        assert_skipped(rsa(), json!({"key_ops": ops}), KeyOps);
    }
    assert_skipped(rsa(), json!({"key_ops": ["verify", "verify"]}), KeyOps);
    assert_skipped(rsa(), json!({"key_ops": ["verify", "x", "x"]}), KeyOps);
    assert_skipped(rsa(), json!({"use": "sig", "key_ops": ["verify", "encrypt"]}), KeyOps);
    assert_skipped(rsa(), json!({"use": "enc", "key_ops": ["verify"]}), NotForSignatures);
    assert_read(rsa(), json!({"key_ops": ["verify"]}));
    assert_read(rsa(), json!({"use": "sig", "key_ops": ["sign", "verify"]}));
    assert_read(rsa(), json!({"key_ops": ["verify", "https://example.com/own"]}));
}

/// RFC7517-4.4-a, RFC8725bis-3.1-c, DEC-9
#[test]
fn alg_names_an_algorithm_that_fits_the_key() {
    for alg in ["RSA-OAEP", "RSA1_5", "none", "rs256", "ES256K", "", "ES521"] {
        assert_skipped(rsa(), json!({"alg": alg}), UnsupportedAlgorithm);
    }
    for alg in ["ES256", "EdDSA", "HS256"] {
        assert_skipped(rsa(), json!({"alg": alg}), AlgorithmMismatch);
    }
    for alg in ["ES384", "ES512", "RS256"] {
        assert_skipped(ec(), json!({"alg": alg}), AlgorithmMismatch);
    }
    assert_skipped(okp(), json!({"alg": "ES256"}), AlgorithmMismatch);
    for (key, alg) in [(rsa(), Algorithm::PS384), (ec(), Algorithm::ES256), (okp(), Algorithm::EdDSA)] {
        assert_eq!(with(key, json!({"alg": alg.name()})).ok().unwrap().alg, Some(alg));
    }
}

/// PC-RES-3, ATK-34
#[test]
fn a_symmetric_key_is_never_read_from_a_document() {
    let oct = json!({"kty": "oct", "k": number(&[7; 32]), "kid": "s", "alg": "HS256"});
    let skipped = parse(&oct.to_string()).err().unwrap();
    assert_eq!((skipped.kid.as_deref(), skipped.reason), (Some("s"), SymmetricKey));
}

/// PC-RES-4, RFC8037-2-a
#[test]
fn a_published_private_key_is_skipped_whatever_else_it_is() {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_skipped(rsa(), json!({name: "AQAB"}), PrivateMembers);
        assert_skipped(rsa(), json!({name: 5, "use": "enc"}), PrivateMembers);
    }
    assert_skipped(ec(), json!({"d": "AQAB"}), PrivateMembers);
    assert_skipped(okp(), json!({"d": ""}), PrivateMembers);
    assert_read(okp(), json!({"D": "AQAB"}));
}

#[test]
fn base64url_is_strict() {
    let x = ec()["x"].as_str().unwrap().to_owned();
    for odd in [format!("{x}="), format!("{x}\n"), format!(" {x}"), x.replace('U', "+"), format!("{}V", &x[..42])] {
        assert_skipped(ec(), json!({"x": odd}), InvalidEncoding);
    }
    assert_skipped(rsa(), json!({"e": "AQAB===="}), InvalidEncoding);
    assert_skipped(rsa(), json!({"e": "A"}), InvalidEncoding);
}

/// RFC7518-3.3-a, RFC7518-8.6-a, ATK-30
#[test]
fn an_rsa_modulus_has_2048_to_8192_bits_and_is_odd() {
    let modulus = |octets: usize, first: u8| {
        let mut n = vec![0xff; octets];
        n[0] = first;
        json!({"n": number(&n)})
    };
    assert_skipped(rsa(), modulus(64, 0xff), RsaTooSmall);
    assert_skipped(rsa(), modulus(128, 0xff), RsaTooSmall);
    assert_skipped(rsa(), modulus(256, 0x7f), RsaTooSmall);
    assert_skipped(rsa(), json!({"n": ""}), RsaTooSmall);
    assert_skipped(rsa(), json!({"n": number(&[0; 300])}), RsaTooSmall);
    assert_read(rsa(), modulus(256, 0x80));
    assert_read(rsa(), modulus(1024, 0xff));
    assert_skipped(rsa(), modulus(1025, 0x01), RsaTooLarge);
    assert_skipped(rsa(), modulus(2048, 0xff), RsaTooLarge);
    assert_skipped(rsa(), json!({"n": number(&[0xfe; 256])}), RsaModulus);
}

/// PC-RES-2, ATK-30
#[test]
fn an_rsa_exponent_is_odd_at_least_3_and_at_most_64_bits() {
    for e in [&[][..], &[0], &[1], &[2], &[0, 1], &[1, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_skipped(rsa(), json!({"e": number(e)}), RsaExponent);
    }
    for e in [&[3][..], &[17], &[1, 0, 1], &[0, 1, 0, 1], &[0xff; 8]] {
        assert_read(rsa(), json!({"e": number(e)}));
    }
}

/// Several large issuers write the sign octet of the modulus.
#[test]
fn leading_zeros_make_no_other_key() {
    let n = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(rsa()["n"].as_str().unwrap()).unwrap();
    let padded = with(rsa(), json!({"n": number(&[&[0, 0], &n[..]].concat()), "e": number(&[0, 1, 0, 1])}));
    assert!(padded.ok().unwrap().public == with(rsa(), json!({})).ok().unwrap().public);
}

/// RFC7518-6.2.1-a
#[test]
fn coordinates_have_exactly_the_length_of_the_field() {
    for (crv, octets) in [("P-256", 32), ("P-384", 48), ("P-521", 66)] {
        let key = |x: usize, y: usize| json!({"crv": crv, "x": number(&vec![7; x]), "y": number(&vec![7; y])});
        assert_read(ec(), key(octets, octets));
        for (x, y) in [(octets - 1, octets), (octets, octets + 1), (0, 0), (octets, 0), (octets + 1, octets - 1)] {
            assert_skipped(ec(), key(x, y), CoordinateLength);
        }
    }
    for octets in [0, 31, 33, 57, 64] {
        assert_skipped(okp(), json!({"x": number(&vec![7; octets])}), CoordinateLength);
    }
}

/// RFC8037-3.2-a, RFC7518-3.4-b
#[test]
fn curves_without_a_signature_algorithm_here_are_skipped() {
    for crv in ["secp256k1", "p-256", "P256", "Ed25519", ""] {
        assert_skipped(ec(), json!({"crv": crv}), UnsupportedCurve);
    }
    for crv in ["X25519", "X448", "Ed448", "ed25519", "P-256"] {
        assert_skipped(okp(), json!({"crv": crv}), UnsupportedCurve);
    }
}

#[test]
fn an_empty_kid_counts_as_none() {
    assert_eq!(with(rsa(), json!({"kid": ""})).ok().unwrap().kid, None);
    assert_eq!(with(rsa(), json!({"kid": " "})).ok().unwrap().kid.as_deref(), Some(" "));
}

#[test]
fn a_skipped_key_keeps_its_kid_where_it_has_one() {
    let mut key = rsa();
    key["kid"] = json!("caf\u{e9}");
    key["use"] = json!("enc");
    assert_eq!(parse(&key.to_string()).err().unwrap().kid.as_deref(), Some("caf?"));
    key["kid"] = json!(7);
    assert_eq!(parse(&key.to_string()).err().unwrap().kid, None);
}
