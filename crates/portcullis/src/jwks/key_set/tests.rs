use serde_json::{Value, json};

use super::*;

macro_rules! published {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../tests/vectors/jwks/", $name, ".json"))
    };
}

const GOOGLE: &[u8] = published!("google");
const RFC7515_A3: &str = r#"{"kty":"EC","kid":"ec","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const RFC8037_A4: &str =
    r#"{"kty":"OKP","kid":"ed","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn policy(backend: CryptoBackend) -> KeyPolicy {
    let rsa_without_alg = AlgorithmSet::EMPTY.with(Algorithm::RS256);
    KeyPolicy { allowed: AlgorithmSet::asymmetric(), rsa_without_alg, backend, max_keys: crate::defaults::MAX_KEYS }
}

fn allowing(backend: CryptoBackend, algorithms: &[Algorithm]) -> KeyPolicy {
    KeyPolicy { allowed: algorithms.iter().copied().collect(), ..policy(backend) }
}

fn policies() -> impl Iterator<Item = KeyPolicy> {
    CryptoBackend::available().map(policy)
}

fn rsa(kid: &str) -> Value {
    let mut set: Value = serde_json::from_slice(GOOGLE).unwrap();
    let n = set["keys"][0]["n"].take();
    json!({"kty": "RSA", "kid": kid, "n": n, "e": "AQAB"})
}

fn of(key: &str, members: &[(&str, &str)]) -> Value {
    let mut key: Value = serde_json::from_str(key).unwrap();
    for (name, value) in members {
        key[name] = json!(value);
    }
    key
}

fn set_of(keys: &[Value], policy: &KeyPolicy) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes(), policy).unwrap()
}

fn chosen(set: &KeySet, kid: Option<&str>, algorithm: Algorithm) -> Result<usize, NoKey> {
    set.candidates(kid, algorithm).map(Iterator::count)
}

fn reasons(set: &KeySet) -> Vec<(Option<&str>, SkipReason)> {
    set.skipped().iter().map(|skipped| (skipped.kid.as_deref(), skipped.reason)).collect()
}

/// RFC7517-5-b, RFC7517-4-b: what issuers publish is usable as far as it is safe, and the rest is named.
#[test]
fn published_documents_are_read() {
    let documents: [(&str, &[u8], usize, &[&str]); 20] = [
        ("apple", published!("apple"), 3, &[]),
        ("auth0", published!("auth0"), 2, &[]),
        // Moduli in padded base64 with `+` and `/`, and with a sign octet.
        ("battle-net", published!("battle-net"), 2, &[]),
        ("cognito", published!("cognito"), 2, &[]),
        ("discord", published!("discord"), 1, &[]),
        ("docker", published!("docker"), 2, &[]),
        ("entra-common", published!("entra-common"), 7, &[]),
        ("gitlab", published!("gitlab"), 2, &[]),
        ("google", GOOGLE, 2, &[]),
        ("keycloak", published!("keycloak"), 1, &["not_for_signatures"]),
        ("mojeid", published!("mojeid"), 1, &[]),
        ("okta", published!("okta"), 2, &[]),
        ("paypal", published!("paypal"), 14, &["unsupported_curve"]),
        ("ping", published!("ping"), 3, &[]),
        ("slack", published!("slack"), 1, &[]),
        ("spiffe-bundle", published!("spiffe-bundle"), 6, &["not_for_signatures"]),
        ("spiffe-missing-kid", published!("spiffe-missing-kid"), 2, &[]),
        ("wso2", published!("wso2"), 1, &["not_for_signatures", "not_for_signatures"]),
        ("yahoo", published!("yahoo"), 1, &["rsa_too_small", "rsa_too_small", "rsa_too_small"]),
        ("kubernetes-kops", published!("kubernetes-kops"), 0, &["rsa_too_small"]),
    ];
    for policy in policies() {
        for (name, document, usable, skipped) in documents {
            match KeySet::parse(document, &policy) {
                Ok(set) => {
                    let found: Vec<_> = set.skipped().iter().map(|skipped| skipped.reason.as_str()).collect();
                    assert_eq!((set.len(), &found[..]), (usable, skipped), "{name}");
                }
                Err(KeySetError::NoUsableKey { first, .. }) => {
                    assert_eq!((0, &[first.as_str()][..]), (usable, skipped), "{name}");
                }
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }
}

/// Every document and token made for this project. Their claims are another layer's matter: here a token is good when
/// a candidate verifies its signature.
#[test]
fn made_documents_verify_the_tokens_they_should() {
    let made: Value =
        serde_json::from_str(include_str!("../../../../../tests/vectors/made/key-documents.json")).unwrap();
    let names = made["policy"]["algorithms"].as_array().unwrap();
    let allowed: Vec<_> = names.iter().map(|name| Algorithm::from_name(name.as_str().unwrap()).unwrap()).collect();
    let mut checked = 0;
    for backend in CryptoBackend::available() {
        for case in made["cases"].as_array().unwrap() {
            let name = case["name"].as_str().unwrap();
            let mut policy = allowing(backend, &allowed);
            if name == "many-keys" {
                assert_eq!(
                    KeySet::parse(case["body"].as_str().unwrap().as_bytes(), &policy).err(),
                    Some(KeySetError::TooManyKeys { found: 120, limit: 64 })
                );
                policy.max_keys = 120;
            }
            let set = KeySet::parse(case["body"].as_str().unwrap().as_bytes(), &policy);
            for (index, token) in case["tokens"].as_array().unwrap().iter().enumerate() {
                let expected = match (token["expect"].as_str().unwrap(), name, index) {
                    ("accept", ..) => true,
                    ("reject", ..) => false,
                    // Two keys under one `kid`: both are tried.
                    (_, "same-kid-two-keys", _) => true,
                    (_, "other-curves", 1) => backend == CryptoBackend::AwsLcRs,
                    // A `kid` that the document does not have; no `kid` where two keys fit; PS256 without being told;
                    // a key that everybody has.
                    (_, "no-kid-in-document" | "no-kid-in-token" | "no-alg" | "private-members", _) => false,
                    (_, other, index) => panic!("{other} {index} is undecided"),
                };
                let good = set.as_ref().is_ok_and(|set| is_signed(set, token["jwt"].as_str().unwrap()));
                assert_eq!(good, expected, "{backend:?} {name} {index}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 46 * CryptoBackend::available().count());
}

fn is_signed(set: &KeySet, jwt: &str) -> bool {
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let decode = |part: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(part).unwrap();
    let header: Value = serde_json::from_slice(&decode(message.split_once('.').unwrap().0)).unwrap();
    let Some(algorithm) = Algorithm::from_name(header["alg"].as_str().unwrap()) else { return false };
    let candidates = set.candidates(header["kid"].as_str(), algorithm);
    candidates.is_ok_and(|mut keys| keys.any(|key| key.verify(message.as_bytes(), &decode(signature))))
}

/// RFC7517-5-a, RFC7517-4-a
#[test]
fn a_document_that_is_no_key_set_is_refused() {
    for policy in policies() {
        let error = |document: &[u8]| KeySet::parse(document, &policy).err();
        for text in
            ["", " ", "{\"keys\": [", "<!doctype html>", "\u{feff}{\"keys\":[]}", "{\"keys\":[]} x", "{'keys':[]}"]
        {
            assert_eq!(error(text.as_bytes()), Some(KeySetError::NotJson), "{text}");
        }
        for text in ["[]", "null", "\"keys\"", "5", " [{\"keys\":[]}] "] {
            assert_eq!(error(text.as_bytes()), Some(KeySetError::NotAnObject), "{text}");
        }
        for text in ["{}", "{\"jwks\":[]}", "{\"Keys\":[]}", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":\"[]\"}"] {
            assert_eq!(error(text.as_bytes()), Some(KeySetError::NoKeysArray), "{text}");
        }
        assert_eq!(error(b"{\"keys\":[\"\xff\"]}"), Some(KeySetError::NotUtf8));
        assert_eq!(error(b"{\"keys\":[]}"), Some(KeySetError::Empty));
        let keys = format!("\"keys\":[{RFC7515_A3}]");
        assert_eq!(error(format!("{{{keys},\"ext\":1}}").as_bytes()), None);
        for twice in [
            format!("{{{keys},{keys}}}"),
            format!("{{\"ke\\u0079s\":[],{keys}}}"),
            format!("{{\"a\":1,{keys},\"a\":1}}"),
        ] {
            assert_eq!(error(twice.as_bytes()), Some(KeySetError::DuplicateMember), "{twice}");
        }
        let deep = format!("{{\"a\":{}{},{keys}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(error(deep.as_bytes()), None, "deep nesting in what is ignored costs nothing");
    }
}

#[test]
fn a_document_without_a_usable_key_is_refused_with_the_first_reason() {
    for policy in policies() {
        let encryption = of(RFC7515_A3, &[("use", "enc")]);
        let document = json!({"keys": [encryption, {"kty": "oct", "k": "AAAA"}]}).to_string();
        let error = KeySet::parse(document.as_bytes(), &policy).err().unwrap();
        assert_eq!(error, KeySetError::NoUsableKey { found: 2, first: SkipReason::NotForSignatures });
        assert_eq!(error.to_string(), "none of the 2 keys of the key set can be used (the first: not_for_signatures)");
    }
}

#[test]
fn the_limit_counts_every_element() {
    for policy in policies() {
        let mut keys = vec![json!({"kty": "new"}); 63];
        keys.push(of(RFC7515_A3, &[]));
        assert_eq!(set_of(&keys, &policy).len(), 1);
        keys.push(json!(null));
        let error = KeySet::parse(json!({ "keys": keys }).to_string().as_bytes(), &policy).err();
        assert_eq!(error, Some(KeySetError::TooManyKeys { found: 65, limit: 64 }));
    }
}

/// RFC7517-5-b, RFC8725bis-3.4-a, ATK-30, ATK-31
#[test]
fn one_odd_key_does_not_spoil_the_others() {
    for policy in policies() {
        let off_curve = of(RFC7515_A3, &[("kid", "off"), ("y", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")]);
        let small_order = of(RFC8037_A4, &[("kid", "small"), ("x", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]);
        let mut weak = rsa("weak");
        weak["e"] = json!("AQ");
        let set = set_of(&[off_curve, rsa("good"), small_order, weak, of(RFC7515_A3, &[])], &policy);
        assert_eq!(set.len(), 2);
        assert_eq!(
            reasons(&set),
            [
                (Some("off"), SkipReason::InvalidPoint),
                (Some("small"), SkipReason::InvalidPoint),
                (Some("weak"), SkipReason::RsaExponent),
            ]
        );
        assert_eq!(chosen(&set, Some("off"), Algorithm::ES256), Err(NoKey::UnknownKid));
        assert_eq!(chosen(&set, Some("good"), Algorithm::RS256), Ok(1));
    }
}

/// RFC7515-4.1.4-a, RFC8725bis-3.10-a
#[test]
fn a_kid_is_matched_exactly() {
    for policy in policies() {
        let set = set_of(&[of(RFC7515_A3, &[("kid", "Key+/=")]), of(RFC8037_A4, &[])], &policy);
        assert_eq!(chosen(&set, Some("Key+/="), Algorithm::ES256), Ok(1));
        for kid in ["key+/=", "Key+/", "Key+/= ", "Key-_=", "", "../../dev/null", "' OR 1=1", "Key+/=\0"] {
            assert_eq!(chosen(&set, Some(kid), Algorithm::ES256), Err(NoKey::UnknownKid), "{kid}");
            assert!(!set.contains_kid(kid));
        }
        assert!(set.contains_kid("Key+/="));
    }
}

/// RFC7517-4.4-a, RFC7518-3.4-b, ATK-33
#[test]
fn a_kid_does_not_override_the_algorithm() {
    for policy in policies() {
        let mut pinned = rsa("pinned");
        pinned["alg"] = json!("PS256");
        let set = set_of(&[pinned, of(RFC7515_A3, &[])], &policy);
        assert_eq!(chosen(&set, Some("pinned"), Algorithm::PS256), Ok(1));
        for algorithm in [Algorithm::RS256, Algorithm::PS384, Algorithm::ES256, Algorithm::HS256] {
            assert_eq!(chosen(&set, Some("pinned"), algorithm), Err(NoKey::WrongAlgorithm), "{algorithm}");
        }
        assert_eq!(chosen(&set, Some("ec"), Algorithm::ES384), Err(NoKey::WrongAlgorithm));
    }
}

/// RFC8725bis-3.1-c, DEC-12
#[test]
fn a_key_without_alg_is_for_one_algorithm() {
    for policy in policies() {
        let set = set_of(&[rsa("r"), of(RFC7515_A3, &[]), of(RFC8037_A4, &[])], &policy);
        let verified = |kid| {
            let fits = |one: &Algorithm| set.candidates(Some(kid), *one).is_ok();
            Algorithm::ALL.into_iter().filter(fits).collect::<Vec<_>>()
        };
        assert_eq!(verified("r"), [Algorithm::RS256]);
        assert_eq!(verified("ec"), [Algorithm::ES256]);
        assert_eq!(verified("ed"), [Algorithm::Ed25519, Algorithm::EdDSA]);
    }
}

/// RFC9864-2.2-a, DEC-9
#[test]
fn each_name_of_ed25519_is_allowed_on_its_own() {
    for backend in CryptoBackend::available() {
        for (allowed, other) in [(Algorithm::Ed25519, Algorithm::EdDSA), (Algorithm::EdDSA, Algorithm::Ed25519)] {
            let set = set_of(&[of(RFC8037_A4, &[])], &allowing(backend, &[allowed]));
            assert_eq!(chosen(&set, Some("ed"), allowed), Ok(1));
            assert_eq!(chosen(&set, Some("ed"), other), Err(NoKey::WrongAlgorithm));
            let pinned = set_of(&[of(RFC8037_A4, &[("alg", allowed.name())])], &policy(backend));
            assert_eq!(chosen(&pinned, Some("ed"), allowed), Ok(1));
            assert_eq!(chosen(&pinned, Some("ed"), other), Err(NoKey::WrongAlgorithm));
        }
    }
}

#[test]
fn a_key_for_no_allowed_algorithm_is_skipped() {
    for backend in CryptoBackend::available() {
        let mut pinned = rsa("pinned");
        pinned["alg"] = json!("RS512");
        let keys = [rsa("r"), pinned, of(RFC8037_A4, &[]), of(RFC7515_A3, &[])];
        let set = set_of(&keys, &allowing(backend, &[Algorithm::ES256, Algorithm::PS256]));
        let why = SkipReason::AlgorithmNotAllowed;
        assert_eq!(reasons(&set), [(Some("r"), why), (Some("pinned"), why), (Some("ed"), why)]);
        assert_eq!(set.len(), 1);
    }
}

/// FAPI2-dupkid
#[test]
fn keys_that_share_a_kid_are_told_apart_by_algorithm() {
    for policy in policies() {
        let set = set_of(&[rsa("dup"), of(RFC7515_A3, &[("kid", "dup")])], &policy);
        let types = |algorithm| {
            let keys = set.candidates(Some("dup"), algorithm).unwrap();
            keys.map(|key| key.algorithms().iter().next().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(types(Algorithm::RS256), [Algorithm::RS256]);
        assert_eq!(types(Algorithm::ES256), [Algorithm::ES256]);
        assert_eq!(chosen(&set, Some("dup"), Algorithm::ES384), Err(NoKey::WrongAlgorithm));
    }
}

#[test]
fn at_most_four_keys_of_one_kid_and_algorithm_are_tried() {
    for policy in policies() {
        for (keys, tried) in [(2, 2), (4, 4), (5, 4), (64, 4)] {
            let set = set_of(&vec![of(RFC7515_A3, &[]); keys], &policy);
            assert_eq!(chosen(&set, Some("ec"), Algorithm::ES256), Ok(tried));
        }
    }
}

/// PC-RES-1
#[test]
fn without_a_kid_exactly_one_key_must_fit() {
    for policy in policies() {
        let set = set_of(&[rsa("a"), rsa("b"), of(RFC7515_A3, &[])], &policy);
        assert_eq!(chosen(&set, None, Algorithm::ES256), Ok(1));
        assert_eq!(chosen(&set, None, Algorithm::RS256), Err(NoKey::Ambiguous));
        assert_eq!(chosen(&set, None, Algorithm::EdDSA), Err(NoKey::NoneCompatible));
        assert_eq!(chosen(&set, None, Algorithm::PS256), Err(NoKey::NoneCompatible));
    }
}

#[test]
fn a_key_without_a_kid_is_only_for_tokens_without_one() {
    for policy in policies() {
        for kid in [json!(""), json!(null)] {
            let mut key = of(RFC7515_A3, &[]);
            match kid {
                Value::Null => drop(key.as_object_mut().unwrap().remove("kid")),
                empty => key["kid"] = empty,
            }
            let set = set_of(&[key], &policy);
            assert_eq!(chosen(&set, None, Algorithm::ES256), Ok(1));
            assert_eq!(chosen(&set, Some("ec"), Algorithm::ES256), Err(NoKey::UnknownKid));
            assert_eq!(chosen(&set, Some(""), Algorithm::ES256), Err(NoKey::UnknownKid));
        }
    }
}

#[test]
fn the_same_keys_are_the_same_in_any_order_and_clothing() {
    for policy in policies() {
        let (a, b) = (rsa("a"), of(RFC7515_A3, &[]));
        let set = set_of(&[a.clone(), b.clone()], &policy);
        let mut dressed = a.clone();
        dressed["x5t"] = json!("abc");
        dressed["use"] = json!("sig");
        dressed["alg"] = json!("RS256");
        let same = [vec![b.clone(), a.clone()], vec![dressed, b.clone()], vec![a.clone(), json!(5), b.clone()]];
        for keys in same {
            assert!(set.same_keys(&set_of(&keys, &policy)));
        }
        let mut other = policy.clone();
        other.rsa_without_alg = AlgorithmSet::EMPTY.with(Algorithm::PS256);
        assert!(!set.same_keys(&set_of(&[a.clone(), b.clone()], &other)), "another algorithm");
        let different =
            [vec![a.clone()], vec![a.clone(), a.clone()], vec![rsa("A"), b.clone()], vec![a, b.clone(), b.clone()]];
        for keys in different {
            let different = set_of(&keys, &policy);
            assert!(!set.same_keys(&different) && !different.same_keys(&set));
        }
    }
}

/// The issuer's answer under the waiver: one JWK, one key for each algorithm.
#[test]
fn an_rsa_key_for_several_algorithms_is_still_one_key() {
    for mut policy in policies() {
        policy.rsa_without_alg = [Algorithm::RS256, Algorithm::PS256].into_iter().collect();
        let set = set_of(&[rsa("a"), rsa("b")], &policy);
        assert_eq!(set.len(), 2);
        assert_eq!(chosen(&set, Some("a"), Algorithm::RS256), Ok(1));
        assert_eq!(chosen(&set, Some("a"), Algorithm::PS256), Ok(1));
        assert_eq!(chosen(&set, Some("a"), Algorithm::RS384), Err(NoKey::WrongAlgorithm));
        let copy = KeySet::parse(set.to_document().as_bytes(), &policy).unwrap();
        assert!(copy.same_keys(&set) && copy.len() == 2);
    }
}

#[test]
fn a_set_is_written_as_a_document_with_the_same_keys() {
    for policy in policies() {
        for document in [GOOGLE, published!("paypal"), published!("spiffe-missing-kid"), published!("yahoo")] {
            let set = KeySet::parse(document, &policy).unwrap();
            let copy = KeySet::parse(set.to_document().as_bytes(), &policy).unwrap();
            assert!(copy.same_keys(&set) && copy.skipped().is_empty());
        }
        let set = set_of(&[of(RFC8037_A4, &[("alg", "EdDSA"), ("x5t", "abc"), ("kid", "\"\n")])], &policy);
        assert_eq!(
            set.to_document(),
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"\"\n","alg":"EdDSA","use":"sig"}]}"#
        );
    }
}

#[test]
fn a_secret_is_neither_written_nor_shown_and_is_the_same_only_as_itself() {
    for backend in CryptoBackend::available() {
        let secret = b"thirty-two octets of shared sand";
        let set = || {
            KeySet::configured(vec![crate::jwks::local_secret(Algorithm::HS256, secret, Some("s"), backend).unwrap()])
        };
        let (one, other) = (set(), set());
        assert_eq!(one.to_document(), r#"{"keys":[]}"#);
        assert_eq!(
            format!("{one:?}"),
            "KeySet { keys: [VerificationKey { kid: Some(\"s\"), algorithms: {HS256}, .. }], skipped: [] }"
        );
        assert!(one.same_keys(&one) && !one.same_keys(&other));
        assert_eq!((one.len(), chosen(&one, Some("s"), Algorithm::HS256)), (1, Ok(1)));
    }
}

/// What the operator configured without a `kid` is for every token of the issuer; what an issuer published without
/// one is not.
#[test]
fn a_configured_key_without_kid_serves_tokens_with_any() {
    for backend in CryptoBackend::available() {
        let secret = |kid| {
            crate::jwks::local_secret(Algorithm::HS256, b"thirty-two octets of shared sand", kid, backend).unwrap()
        };
        let unnamed = KeySet::configured(vec![secret(None)]);
        assert_eq!(chosen(&unnamed, Some("x"), Algorithm::HS256), Ok(1));
        assert_eq!(chosen(&unnamed, None, Algorithm::HS256), Ok(1));
        let named = KeySet::configured(vec![secret(Some("s"))]);
        assert_eq!(chosen(&named, Some("x"), Algorithm::HS256), Err(NoKey::UnknownKid));
        let crowd = KeySet::configured([None, None, None, None, Some("s")].into_iter().map(secret).collect());
        let first = crowd.candidates(Some("s"), Algorithm::HS256).unwrap().next().unwrap();
        assert_eq!(first.kid(), Some("s"), "the key of that name is not crowded out");
    }
}

#[cfg(feature = "aws-lc-rs")]
mod signed {
    use super::*;
    use crate::crypto::signing::SigningKey;

    const KINDS: [KeyKind; 5] = [KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::P521, KeyKind::Ed25519];

    #[test]
    fn a_document_with_every_kind_of_key_verifies_its_signatures() {
        for policy in policies() {
            let keys: Vec<_> = KINDS.iter().map(|kind| SigningKey::of(*kind).jwk()).collect();
            let set = set_of(&keys, &policy);
            for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::EdDSA]
            {
                let signature = SigningKey::of(algorithm.key_kind()).sign(algorithm, b"message");
                match set.candidates(None, algorithm) {
                    Ok(mut keys) => assert!(keys.any(|key| key.verify(b"message", &signature)), "{algorithm}"),
                    Err(error) => assert_eq!(
                        (policy.backend, algorithm, error),
                        (CryptoBackend::RustCrypto, Algorithm::ES512, NoKey::NoneCompatible)
                    ),
                }
            }
        }
    }

    #[test]
    fn p521_in_pure_rust_is_skipped_and_named() {
        for policy in policies().filter(|policy| policy.backend == CryptoBackend::RustCrypto) {
            let set = set_of(&[SigningKey::of(KeyKind::P521).jwk(), rsa("r")], &policy);
            assert_eq!(reasons(&set), [(None, SkipReason::UnsupportedByBackend)]);
        }
    }

    /// PC-RES-3, ATK-34: neither the published secret nor a public key as the secret.
    #[test]
    fn an_hmac_under_anything_published_finds_no_key() {
        for mut policy in policies() {
            policy.allowed = Algorithm::ALL.into_iter().collect();
            let mut oct = SigningKey::of(KeyKind::Secret).jwk();
            oct["kid"] = json!("s");
            let mut public = SigningKey::of(KeyKind::Rsa).jwk();
            public["kid"] = json!("r");
            let set = set_of(&[oct, public], &policy);
            assert_eq!(reasons(&set), [(Some("s"), SkipReason::SymmetricKey)]);
            assert_eq!(chosen(&set, Some("s"), Algorithm::HS256), Err(NoKey::UnknownKid));
            assert_eq!(chosen(&set, Some("r"), Algorithm::HS256), Err(NoKey::WrongAlgorithm));
            assert_eq!(chosen(&set, None, Algorithm::HS256), Err(NoKey::NoneCompatible));
        }
    }

    /// ATK-36
    #[test]
    fn a_signature_does_not_fit_another_message_or_another_key_of_its_kid() {
        for policy in policies() {
            let mut own = SigningKey::of(KeyKind::P256).jwk();
            own["kid"] = json!("ec");
            let signature = SigningKey::of(KeyKind::P256).sign(Algorithm::ES256, b"message");
            let set = set_of(&[of(RFC7515_A3, &[]), own], &policy);
            let verified = |message: &[u8]| {
                let keys = set.candidates(Some("ec"), Algorithm::ES256).unwrap();
                keys.map(|key| key.verify(message, &signature)).collect::<Vec<_>>()
            };
            assert_eq!(verified(b"message"), [false, true]);
            assert_eq!(verified(b"another"), [false, false]);
        }
    }
}
