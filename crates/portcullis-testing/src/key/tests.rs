use jsonwebtoken::DecodingKey;

use super::*;

fn verifies(key: &TestKey, message: &[u8], signature: &[u8]) -> bool {
    let jwk = key.jwk();
    let text = |name: &str| jwk[name].as_str().unwrap_or_default().to_owned();
    let theirs = match key.algorithm().key_kind() {
        KeyKind::Rsa => DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap(),
        KeyKind::P256 | KeyKind::P384 => DecodingKey::from_ec_components(&text("x"), &text("y")).unwrap(),
        KeyKind::Ed25519 => DecodingKey::from_ed_components(&text("x")).unwrap(),
        KeyKind::P521 => {
            let Material::Ec { point, .. } = &**key.material() else { return false };
            let public = signature::UnparsedPublicKey::new(&signature::ECDSA_P521_SHA512_FIXED, point);
            return public.verify(message, signature).is_ok();
        }
        _ => {
            let Material::Secret(secret) = &**key.material() else { return false };
            DecodingKey::from_secret(secret)
        }
    };
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&oracle_algorithm(key.algorithm()), &theirs).unwrap();
    verifier.verify(message, &signature.to_vec()).is_ok()
}

fn key(algorithm: Algorithm, number: u64) -> TestKey {
    TestKey::new("k", algorithm, Arc::new(Material::derived(algorithm.key_kind(), 0, number)))
}

/// RFC9068-2-ta
#[test]
fn every_algorithm_signs_what_its_published_key_verifies() {
    for algorithm in Algorithm::ALL {
        let (key, other) = (key(algorithm, 0), key(algorithm, 1));
        let signature = key.sign(b"message");
        assert!(verifies(&key, b"message", &signature), "{algorithm}");
        assert!(!verifies(&key, b"massage", &signature), "{algorithm}");
        assert!(!verifies(&other, b"message", &signature), "{algorithm}");
    }
}

/// PC-TA-4
#[test]
fn a_key_is_the_same_in_every_run_and_different_for_each_seed_and_number() {
    for kind in [KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519] {
        let der = |seed, number| Material::derived(kind, seed, number).public_der();
        assert_eq!(der(0, 0), der(0, 0));
        let all = [der(0, 0), der(0, 1), der(1, 0), der(1, 1), Material::foreign(kind).public_der()];
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one), "{kind:?} {place}");
        }
    }
}

/// RFC7517-5-ta
#[test]
fn coordinates_have_the_full_length_of_their_field() {
    for (algorithm, length) in [(Algorithm::ES256, 43), (Algorithm::ES384, 64), (Algorithm::ES512, 88)] {
        let jwk = key(algorithm, 0).jwk();
        assert_eq!(jwk["x"].as_str().unwrap().len(), length);
        assert_eq!(jwk["y"].as_str().unwrap().len(), length);
    }
}

/// RFC7517-5-ta
#[test]
fn a_jwk_has_no_private_member() {
    for algorithm in Algorithm::ALL {
        let jwk = key(algorithm, 0).jwk();
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(jwk.get(private).is_none(), "{algorithm} {private}");
        }
    }
}

#[test]
fn a_public_key_in_pem_is_one_that_aws_lc_reads() {
    let pem = key(Algorithm::RS256, 0).public_key_pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64_simd::STANDARD.decode_to_vec(body).unwrap();
    aws_lc_rs::rsa::PublicKey::from_der(&der).unwrap();
    assert_eq!(key(Algorithm::HS256, 0).public_key_pem(), "");
}

#[test]
fn an_rsa_key_past_the_committed_ones_is_made_when_asked_for() {
    let key = TestKey::new("k", Algorithm::RS256, Arc::new(Material::derived(KeyKind::Rsa, 7, 0)));
    assert!(verifies(&key, b"message", &key.sign(b"message")));
}
