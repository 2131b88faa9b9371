//! RFC 7517: key sets and keys, and which key may verify which token.

use portcullis::{Algorithm, Authenticator, Issuer, KeyState, Reason, SkipReason};
use portcullis_testing::{BadKey, BadKeySet, TestIssuer, TestKey};
use serde_json::{Value, json};

use crate::api::{ACCEPTED, Api, BACKENDS, INVALID_TOKEN, issuer};

fn keys_of(issuer: &TestIssuer) -> Vec<Value> {
    let document: Value = serde_json::from_str(&issuer.jwks()).expect("a key set");
    document["keys"].as_array().expect("keys").clone()
}

fn over(issuer: &TestIssuer, document: impl Into<String>) -> Api {
    Api::trusting(issuer, Issuer::new(issuer.url(), issuer.audience()).key_set(document), |config| config)
}

/// RFC7517-4.1-a, RFC7517-4.2-a, RFC7517-4.3-a, RFC7517-4.4-a, RFC7517-4-a, RFC7517-5-b, RFC7518-6.2.1-a,
/// RFC8725bis-3.4-a, RFC7518-3.3-a, RFC7518-8.6-a, PC-RES-2, PC-RES-3, RFC8037-2-a, RFC8037-3.2-a, ATK-30, ATK-31, ATK-33, ATK-34
#[test]
fn a_bad_key_in_the_set_verifies_nothing_and_spoils_nothing() {
    for backend in BACKENDS {
        for bad in BadKey::ALL {
            let issuer = issuer();
            let case = bad.case(&issuer);
            let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(case.jwks);
            let api = Api::trusting(&issuer, rules, |config| config.crypto(backend));
            assert_eq!(api.answer(&case.token), INVALID_TOKEN, "{bad:?}");
            assert_eq!(api.answer(&issuer.token().sign()), ACCEPTED, "{bad:?}");
            let skipped = &api.auth.status()[0].skipped;
            let skipped = skipped.iter().filter(|key| key.reason != SkipReason::UnsupportedByBackend).count();
            // A key for another algorithm is a good key; a 65-bit exponent is only more than the backends can do.
            let listed = !matches!(bad, BadKey::AlgOther | BadKey::ExponentWide);
            assert!(skipped == usize::from(listed) || *bad == BadKey::ExponentWide, "{bad:?} {skipped}");
        }
    }
}

/// RFC7517-4.1-a, RFC7517-4.2-a, RFC7517-4.3-a, RFC7517-4.4-a, ATK-33: the issuer's own key and a good token, and nothing
/// but that member of the key in between.
#[test]
fn a_key_verifies_what_it_is_marked_for_and_nothing_else() {
    let issuer = TestIssuer::new();
    let other = TestIssuer::builder().algorithm(Algorithm::ES256).build();
    for (members, answer) in [
        (json!({}), ACCEPTED),
        (json!({ "kty": "rsa" }), INVALID_TOKEN),
        (json!({ "use": "sig" }), ACCEPTED),
        (json!({ "use": "SIG" }), INVALID_TOKEN),
        (json!({ "use": "enc" }), INVALID_TOKEN),
        (json!({ "use": "" }), INVALID_TOKEN),
        (json!({ "key_ops": ["verify"] }), ACCEPTED),
        (json!({ "key_ops": ["sign", "verify"] }), ACCEPTED),
        (json!({ "key_ops": ["sign"] }), INVALID_TOKEN),
        (json!({ "key_ops": [] }), INVALID_TOKEN),
        (json!({ "key_ops": ["verify", "verify"] }), INVALID_TOKEN),
        (json!({ "use": "sig", "key_ops": ["verify", "encrypt"] }), INVALID_TOKEN),
        (json!({ "use": "enc", "key_ops": ["verify"] }), INVALID_TOKEN),
        (json!({ "alg": "RS256" }), ACCEPTED),
        (json!({ "alg": "rs256" }), INVALID_TOKEN),
        (json!({ "alg": "PS256" }), INVALID_TOKEN),
        (json!({ "alg": "RS512" }), INVALID_TOKEN),
        (json!({ "alg": "RSA-OAEP" }), INVALID_TOKEN),
        (json!({ "alg": "ES256" }), INVALID_TOKEN),
    ] {
        let mut key = issuer.current_key().jwk();
        let key = key.as_object_mut().expect("a key");
        key.remove("use");
        key.extend(members.as_object().expect("members").clone());
        let api = over(&issuer, json!({ "keys": [key, other.current_key().jwk()] }).to_string());
        assert_eq!(api.answer(&issuer.token().sign()), answer, "{members}");
    }
}

/// FAPI2-dupkid: beside it, that the name alone is not enough.
#[test]
fn of_keys_that_share_a_kid_the_one_that_fits_is_taken() {
    let issuer = issuer();
    let mut keys = keys_of(&issuer);
    keys.iter_mut().for_each(|key| key["kid"] = "one".into());
    let api = over(&issuer, json!({ "keys": keys }).to_string());
    for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::Ed25519] {
        let token = || issuer.token().algorithm(algorithm).kid("one");
        assert_eq!(api.answer(&token().sign()), ACCEPTED, "{algorithm}");
        assert_eq!(api.answer(&token().signed_by(&TestKey::foreign(algorithm)).kid("one").sign()), INVALID_TOKEN);
    }
}

/// RFC7517-4-b
#[test]
fn members_that_nobody_knows_are_ignored() {
    let issuer = issuer();
    let mut keys = keys_of(&issuer);
    for key in &mut keys {
        key["x-owner"] = json!({ "team": ["payments"] });
        key["x5c"] = json!(7);
    }
    let document = json!({ "keys": keys, "x-version": [1, 2], "ttl": null });
    assert_eq!(over(&issuer, document.to_string()).answer(&issuer.token().sign()), ACCEPTED);
}

/// RFC7515-4.1.4-a, PC-RES-1
#[test]
fn without_kid_a_token_is_verified_only_where_one_key_fits() {
    let issuer = TestIssuer::new();
    let token = issuer.token().without_header("kid").sign();
    assert_eq!(Api::of(&issuer).answer(&token), ACCEPTED);
    issuer.publish_next_key();
    let two = Api::of(&issuer);
    assert_eq!((two.reason(&token), &*two.answer(&token)), (Some(Reason::KeyUnsuitable), INVALID_TOKEN));
    assert_eq!(two.answer(&issuer.token().sign()), ACCEPTED, "with its kid");
}

/// RFC7517-4.4-a, RFC8725bis-3.1-c: a key without `alg` has one algorithm all the same.
#[test]
fn a_key_without_alg_has_one_algorithm() {
    let issuer = TestIssuer::builder().jwks_without_alg().build();
    let key = issuer.current_key();
    assert_eq!(issuer.jwks().matches("\"alg\"").count(), 0);
    let kid = key.kid().to_owned();
    let ps256 = || issuer.token().algorithm(Algorithm::PS256).kid(&kid).sign();
    let rs256 = || issuer.token().sign();

    let default = over(&issuer, json!({ "keys": [strip_alg(key.jwk())] }).to_string());
    assert_eq!(default.answer(&rs256()), ACCEPTED);
    assert_eq!(default.reason(&ps256()), Some(Reason::KeyUnsuitable));

    let rules =
        || Issuer::new(issuer.url(), issuer.audience()).key_set(json!({ "keys": [strip_alg(key.jwk())] }).to_string());
    let named = Api::trusting(&issuer, rules().algorithms([Algorithm::PS256]), |config| config);
    assert_eq!(named.answer(&ps256()), ACCEPTED);
    assert_eq!(named.reason(&rs256()), Some(Reason::AlgorithmNotAllowed));

    let both = [Algorithm::RS256, Algorithm::PS256];
    let refused = Authenticator::trusting(rules().algorithms(both)).build().expect_err("one key, two algorithms");
    assert!(refused.to_string().contains("a key must have one algorithm"), "{refused}");
    let waived = rules().algorithms(both).dangerous_share_keys_between_algorithms();
    let waived = Api::trusting(&issuer, waived, |config| config);
    assert_eq!(waived.answer(&rs256()), ACCEPTED);
    assert_eq!(waived.answer(&ps256()), ACCEPTED);
}

fn strip_alg(mut jwk: Value) -> Value {
    jwk.as_object_mut().expect("a key").remove("alg");
    jwk
}

/// RFC7517-5-a, ATK-65, ATK-66: nothing of the document is in the message.
#[test]
fn a_configured_document_that_is_no_key_set_is_a_configuration_error() {
    let issuer = issuer();
    // More and larger than an issuer may publish is the operator's own affair.
    let roomy = [BadKeySet::ManyKeys, BadKeySet::Huge];
    for bad in BadKeySet::ALL.iter().filter(|bad| !roomy.contains(bad)) {
        let file = std::env::temp_dir().join(format!("portcullis-conformance-{}-{bad:?}.json", std::process::id()));
        std::fs::write(&file, bad.document(&issuer)).expect("a writable directory");
        let rules = Issuer::new(issuer.url(), issuer.audience()).key_set_file(&file);
        let error = Authenticator::trusting(rules).build().expect_err("no key set");
        std::fs::remove_file(&file).expect("the file that was written");
        let [problem] = error.problems() else { panic!("{bad:?}: {error}") };
        assert!(problem.setting.starts_with("issuer \"https://issuer.test\": key_set"), "{bad:?}: {error}");
        assert!(!error.to_string().contains("Sign in"), "{bad:?}: {error}");
    }
}

/// PC-JWKS-8
#[test]
fn a_key_set_file_is_read_once_and_nothing_is_fetched() {
    let issuer = issuer();
    let file = std::env::temp_dir().join(format!("portcullis-conformance-{}.json", std::process::id()));
    std::fs::write(&file, issuer.jwks()).expect("a writable directory");
    let rules = Issuer::new(issuer.url(), issuer.audience()).key_set_file(&file);
    let api = Api::trusting(&issuer, rules, |config| config);
    std::fs::remove_file(&file).expect("the file that was written");
    assert_eq!(api.answer(&issuer.token().sign()), ACCEPTED);
    assert_eq!(api.auth.status()[0].state, KeyState::Fixed);
    assert!(api.auth.is_ready());
}

/// PC-JWKS-8, RFC8725bis-3.1-c: a configured key has the algorithm that was named beside it.
#[test]
fn keys_in_pem_verify_for_their_algorithm_and_their_kid() {
    for backend in BACKENDS {
        for algorithm in [Algorithm::RS256, Algorithm::PS512, Algorithm::ES256, Algorithm::ES384, Algorithm::Ed25519] {
            let issuer = TestIssuer::builder().algorithm(algorithm).build();
            let (pem, kid) = (issuer.public_key_pem(), issuer.current_kid());
            let with = |kid: Option<&str>| {
                let rules = Issuer::new(issuer.url(), issuer.audience()).public_key_pem(algorithm, &pem, kid);
                Api::trusting(&issuer, rules, |config| config.crypto(backend))
            };
            let (named, unnamed) = (with(Some(&kid)), with(None));
            assert_eq!(named.answer(&issuer.token().sign()), ACCEPTED, "{algorithm}");
            assert_eq!(named.reason(&issuer.token().kid("other").sign()), Some(Reason::KeyUnknown), "{algorithm}");
            assert_eq!(unnamed.answer(&issuer.token().kid("other").sign()), ACCEPTED, "{algorithm}");
            assert_eq!(unnamed.answer(&issuer.token().without_header("kid").sign()), ACCEPTED, "{algorithm}");
            let foreign = issuer.token().signed_by(&TestKey::foreign(algorithm)).sign();
            assert_eq!(unnamed.reason(&foreign), Some(Reason::SignatureInvalid), "{algorithm}");
        }
    }
}

/// RFC7518-3.2-a, PC-RES-3, ATK-4: HMAC works with a local secret and in no other way.
#[test]
fn hmac_needs_a_local_secret() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::HS256).build();
    let bare = || Issuer::new(issuer.url(), issuer.audience());
    let secret = issuer.shared_secret();
    let api = Api::trusting(&issuer, bare().local_secret(Algorithm::HS256, secret.clone(), None), |config| config);
    assert_eq!(api.answer(&issuer.token().sign()), ACCEPTED);
    assert_eq!(api.reason(&issuer.token().algorithm(Algorithm::HS512).sign()), Some(Reason::AlgorithmNotAllowed));
    assert_eq!(api.reason(&issuer.token().algorithm(Algorithm::RS256).sign()), Some(Reason::AlgorithmNotAllowed));

    // In a set that anybody can read, a secret is none.
    let oct =
        json!({ "kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "alg": "HS256", "kid": "s" });
    let mut keys = keys_of(&self::issuer());
    keys.push(oct);
    let published = over(&issuer, json!({ "keys": keys }).to_string());
    assert_eq!(published.reason(&issuer.token().kid("s").sign()), Some(Reason::AlgorithmNotAllowed));
    let reasons: Vec<SkipReason> = published.auth.status()[0].skipped.iter().map(|key| key.reason).collect();
    assert_eq!(reasons, [SkipReason::SymmetricKey]);
}

/// RFC8725bis-3.8-a, ATK-35
#[test]
fn a_key_counts_for_its_own_issuer_only() {
    let here = TestIssuer::builder().url("https://a.test").every_algorithm().build();
    let there = TestIssuer::builder().url("https://b.test").clock(here.clock()).every_algorithm().seed(1).build();
    let trusting = |issuer: &TestIssuer| Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let api = Api::trusting(&here, trusting(&here), |config| config.also_trust(trusting(&there)));
    assert_eq!(api.caller(&here.token().sign()).issuer(), "https://a.test");
    assert_eq!(api.caller(&there.token().sign()).issuer(), "https://b.test");

    let (key, other) = (here.current_key(), there.current_key());
    for (token, reason, what) in [
        (here.token().signed_by(&other), Reason::SignatureInvalid, "b's key under a's kid"),
        (here.token().signed_by(&other).kid(other.kid()), Reason::KeyUnknown, "b's key under b's kid"),
        (there.token().signed_by(&key).kid(key.kid()), Reason::KeyUnknown, "a's key under a's kid"),
    ] {
        let token = token.sign();
        assert_eq!((api.reason(&token), &*api.answer(&token)), (Some(reason), INVALID_TOKEN), "{what}");
    }
}

/// RFC8725bis-3.8-a: two issuers of one operator may well share keys and names of keys; their rules stay apart.
#[test]
fn equal_keys_under_equal_kids_do_not_make_two_issuers_one() {
    let here = TestIssuer::builder().url("https://a.test").audience("https://here.test").every_algorithm().build();
    let there = TestIssuer::builder()
        .url("https://b.test")
        .audience("https://there.test")
        .clock(here.clock())
        .every_algorithm()
        .build();
    assert_eq!(here.jwks(), there.jwks());
    let trusting = |issuer: &TestIssuer| Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let strict = trusting(&there).rfc9068().algorithms([Algorithm::ES256]);
    let api = Api::trusting(&here, trusting(&here), |config| config.also_trust(strict));

    assert_eq!(api.caller(&here.token().sign()).issuer(), "https://a.test");
    assert_eq!(api.caller(&there.token().algorithm(Algorithm::ES256).sign()).issuer(), "https://b.test");
    for (token, reason) in [
        (here.token().audience("https://there.test"), Reason::AudienceMismatch),
        (there.token().algorithm(Algorithm::ES256).audience("https://here.test"), Reason::AudienceMismatch),
        (there.token(), Reason::AlgorithmNotAllowed),
        (there.token().algorithm(Algorithm::ES256).header("typ", "JWT"), Reason::TokenTypeNotAllowed),
        (here.token().issuer("https://c.test"), Reason::IssuerUnknown),
    ] {
        assert_eq!(api.reason(&token.sign()), Some(reason));
    }
}

/// PC-CLM-1
#[test]
fn one_of_many_issuers_is_found_by_its_exact_name() {
    const MANY: usize = 64;
    let clock = portcullis_testing::ManualClock::new();
    let made = |number: usize| {
        TestIssuer::builder()
            .url(format!("https://idp{number}.test/"))
            .clock(clock.clone())
            .algorithm(Algorithm::ES256)
            .build()
    };
    let issuers: Vec<TestIssuer> = (0..MANY).map(made).collect();
    let trusting = |issuer: &TestIssuer| Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let api = Api::trusting(&issuers[0], trusting(&issuers[0]), |config| {
        issuers[1..].iter().fold(config, |config, issuer| config.also_trust(trusting(issuer)))
    });
    for issuer in &issuers {
        assert_eq!(api.caller(&issuer.token().sign()).issuer(), issuer.url());
        for near in
            [issuer.url().trim_end_matches('/').to_owned(), format!("{}/", issuer.url()), issuer.url().to_uppercase()]
        {
            assert_eq!(api.reason(&issuer.token().issuer(&near).sign()), Some(Reason::IssuerUnknown), "{near}");
        }
    }
    assert_eq!(api.reason(&made(MANY).token().sign()), Some(Reason::IssuerUnknown));
    assert_eq!(api.auth.status().len(), MANY);
}
