//! Attacks, by their numbers, each with the answer it must get.

use std::collections::BTreeMap;
use std::time::Duration;

use portcullis::{AuthError, Authenticator, Caller, Decision, Issuer, Reason, Requirement, TrustedCaller, requirement};
use portcullis_testing::{Defect, KeyDefect, Oddity, ScriptedFetch, TestIssuer, TestKey, TestKeys};

use crate::api::{
    ACCEPTED, Api, BACKENDS, INVALID_REQUEST, INVALID_TOKEN, asked, bad_tokens, described, fetching, issuer,
};

requirement! { Admin = all("admin") }

/// ATK-1, ATK-2, ATK-3, ATK-4, ATK-5, ATK-6, ATK-7, ATK-8, ATK-9, ATK-10, ATK-11, ATK-12, ATK-13, ATK-14, ATK-15,
/// ATK-16, ATK-17, ATK-18, ATK-19, ATK-20, ATK-21, ATK-22, ATK-23, ATK-24, ATK-25, ATK-27, ATK-28, ATK-29, ATK-32,
/// ATK-35, ATK-36, ATK-37, ATK-38, ATK-40, ATK-41, ATK-42, ATK-43, ATK-44, ATK-45, ATK-72, PC-CLM-3, PC-CLM-4,
/// PC-JOSE-1, PC-POP-1, PC-SIG-1, RFC4648-3.5-a, RFC7515-10.6-a, RFC7515-4-a, RFC7515-4.1.1-a, RFC7515-4.1.4-a,
/// RFC7515-4.1.11-a, RFC7515-4.1.11-b, RFC7515-5.2-a, RFC7515-5.2-b, RFC7515-5.2-c, RFC7515-5.2-d, RFC7516-9-a,
/// RFC7517-4.4-a, RFC7518-3.4-a, RFC7518-3.4-b, RFC7518-3.5-a, RFC7519-2-a, RFC7519-4-a, RFC7519-4.1.3-a,
/// RFC7519-4.1.4-a, RFC7519-4.1.5-a, RFC7519-7.2-a, RFC7519-7.2-b, RFC7797-7-a, RFC7800-3.1-a, RFC8693-4.2-a,
/// RFC8725bis-3.3-a, RFC8725bis-3.7-a, RFC8725bis-3.9-a, RFC8725bis-3.11-a, RFC8725bis-3.12-a, RFC8725bis-3.14-a,
/// RFC9068-4-a, RFC9068-4-e, RFC9068-4-f, RFC9068-4-h, RFC9701-8.1-a, RFC6750-3-b: the same words for every token that
/// is not good, on both backends, under the default rules and under the profile.
#[test]
fn every_bad_token_gets_its_answer_and_no_other() {
    let issuer = issuer();
    for backend in BACKENDS {
        let default = Api::set(&issuer, |rules| rules, |config| config.crypto(backend));
        let strict = Api::set(&issuer, |rules| rules.rfc9068(), |config| config.crypto(backend));
        for (defect, token) in bad_tokens() {
            let answer = if defect.expected_status() == 400 { INVALID_REQUEST } else { INVALID_TOKEN };
            assert_eq!(default.answer(token), answer, "{backend:?} {defect}");
            assert_eq!(strict.answer(token), answer, "{backend:?} {defect}, under the profile");
            assert!(
                default.auth.verify(token).now().expect("keys are here").is_err(),
                "{defect}, past the header field"
            );
        }
    }
}

/// ATK-39, PC-CLM-4, PC-JOSE-1, PC-RES-1, RFC7515-4-b, RFC7515-4.1.9-a, RFC7515-5.2-c, RFC7515-5.3-a, RFC7519-2-a,
/// RFC7519-4-b, RFC7519-4.1.3-a, RFC7519-4.1.4-a, RFC7519-4.1.5-a, RFC7800-3.1-a, RFC8693-4.2-a, RFC8725bis-3.7-a,
/// RFC9068-4-e: the nearest good token beside all those.
#[test]
fn every_odd_token_gets_in() {
    // Without `kid` a token is good where one key fits, so an issuer of one key.
    let issuer = TestIssuer::new();
    for backend in BACKENDS {
        let api = Api::set(&issuer, |rules| rules, |config| config.crypto(backend));
        for oddity in Oddity::ALL {
            assert_eq!(api.answer(&issuer.token().oddity(*oddity).sign()), ACCEPTED, "{oddity}");
        }
    }
}

/// An answer that is right for the wrong reason hides the next mistake: what refuses each bad token and each bad key, and
/// where.
#[tokio::test]
async fn every_bad_token_and_every_bad_key_is_refused_for_its_own_reason() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (defect, token) in bad_tokens() {
        let reason = api.reason(token).expect("a bad token");
        found.entry(reason.as_str()).or_default().push(format!("{defect:?}"));
    }
    for defect in KeyDefect::ALL {
        let keys = TestKeys::new(&issuer);
        let (auth, bad) = (keys.authenticator(), keys.broken(*defect));
        let error = auth.authenticate(&[("api-key", bad.as_bytes())][..]).await.expect_err("a bad key");
        found.entry(error.reason().as_str()).or_default().push(format!("KeyDefect::{defect:?}"));
    }
    let found: Vec<String> =
        found.iter().map(|(reason, defects)| format!("{reason}: {}\n", defects.join(" "))).collect();
    assert_eq!(found.concat(), include_str!("reasons.txt"));
}

/// PC-TA-3: the list of attacks on tokens, and the list of bad tokens.
#[test]
fn every_attack_on_a_token_is_in_the_list_of_bad_tokens() {
    let by_number =
        |number: u32| Defect::ALL.iter().filter(|defect| defect.clause() == format!("ATK-{number}")).count();
    // The others are about requests, keys or configurations, and have tests of their own here.
    let elsewhere = [26, 30, 31, 33, 34, 39];
    for number in (1..=45).filter(|number| !elsewhere.contains(number)).chain([72]) {
        assert!(by_number(number) > 0, "ATK-{number}");
    }
}

/// ATK-6, ATK-7, ATK-8, ATK-9, ATK-40, ATK-41, ATK-42, ATK-43, PC-CLM-1, RFC8725bis-3.10-a, RFC8725bis-3.10-b,
/// RFC8725bis-3.14-a, RFC9068-4-c: nothing in a token makes the library ask anybody.
#[tokio::test]
async fn no_bad_token_causes_a_request() {
    let issuer = issuer();
    let network = ScriptedFetch::new(&issuer);
    let auth = fetching(&issuer, &network).await;
    assert!(auth.verify(&issuer.token().sign()).now().expect("keys are here").is_ok());
    let before = asked(&network);
    assert!(before.contains(&issuer.jwks_url()), "{before:?}");

    // An unfamiliar name of a key is the one thing worth asking the issuer about.
    let offline = Api::of(&issuer);
    let (unfamiliar, other): (Vec<_>, Vec<_>) =
        bad_tokens().iter().partition(|(_, token)| offline.reason(token) == Some(Reason::KeyUnknown));
    for (defect, token) in other {
        let outcome = auth.verify(token).now();
        assert!(outcome.expect("decided without asking anybody").is_err(), "{defect}");
    }
    assert_eq!(asked(&network), before);

    for (defect, token) in unfamiliar {
        assert!(auth.verify(token).await.is_err(), "{defect}");
    }
    let after = asked(&network);
    assert!(after.len() <= before.len() + 1, "at most one refresh, however many names: {after:?}");
    assert!(after.iter().all(|url| before.contains(url)), "{after:?}");
}

/// ATK-7, RFC9068-4-c: each kind of address at each kind of place, with a real key set behind it, signed by a key of that
/// set or by the issuer's own: what decides is the published key alone.
#[tokio::test]
async fn an_address_of_keys_in_a_token_is_never_followed() {
    let issuer = TestIssuer::new();
    let evil = TestIssuer::builder().url("https://evil.test").clock(issuer.clock()).seed(1).build();
    let network = ScriptedFetch::for_issuers([&issuer, &evil]);
    let auth = fetching(&issuer, &network).await;
    let before = asked(&network);
    let redirect = format!("{}/logout?to={}", issuer.url(), evil.jwks_url());
    for member in ["jku", "x5u"] {
        for place in [evil.jwks_url(), "http://127.0.0.1/jwks".to_owned(), redirect.clone(), issuer.jwks_url()] {
            let with = || issuer.token().header(member, place.as_str());
            let forged = || with().signed_by(&evil.current_key());
            for token in [forged().sign(), forged().kid(evil.current_key().kid()).sign()] {
                let error = auth.verify(&token).now().expect("no question").expect_err("somebody else's key");
                assert_eq!(error.reason().status(), 401, "{member} {place}");
            }
            assert!(auth.verify(&with().sign()).now().expect("no question").is_ok(), "{member} {place}, to no purpose");
        }
    }
    assert_eq!(asked(&network), before);
}

/// ATK-43: not even a perfect discovery document helps an issuer that nobody configured.
#[tokio::test]
async fn an_unknown_issuer_is_never_looked_up() {
    let issuer = TestIssuer::new();
    let evil = TestIssuer::builder().url("https://evil.test").clock(issuer.clock()).seed(1).build();
    let network = ScriptedFetch::for_issuers([&issuer, &evil]);
    let auth = fetching(&issuer, &network).await;
    let error = auth.verify(&evil.token().sign()).now().expect("no waiting").expect_err("unknown");
    assert_eq!(error.reason(), Reason::IssuerUnknown);
    assert!(asked(&network).iter().all(|url| !url.contains("evil")), "{:?}", asked(&network));
}

/// ATK-15, RFC7519-7.2-a
#[test]
fn a_nested_token_is_no_access_token_however_deep() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let mut token = issuer.token().sign();
    for depth in 1..=8 {
        token = issuer.token().header("cty", "JWT").raw_payload(token).sign();
        assert_eq!(api.answer(&token), INVALID_TOKEN, "{depth} deep");
    }
    assert_eq!(
        api.reason(&issuer.token().header("cty", "jwt").sign()),
        Some(Reason::HeaderUnsupported),
        "claims inside"
    );
    // RFC 7515 §4.1.10: `cty` may say what the payload is anyway.
    let plain = issuer.token().header("cty", "json").sign();
    assert_eq!(api.answer(&plain), ACCEPTED);
}

/// ATK-26: a signed control character is the issuer's business, and never a second line of a log or a header field.
#[test]
fn control_characters_in_a_signed_token_break_nothing() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for text in ["a\u{0}b", "a\r\nX-Admin: 1", "a\u{1b}[31m", "a\u{7f}", "a\u{2028}b"] {
        let caller = api.caller(&issuer.token().subject(text).scope(text).sign());
        assert_eq!(caller.subject(), Some(text));
        assert!(!format!("{caller:?}").contains(text));
        let kid = api.outcome(&issuer.token().kid(text).sign()).expect_err("an unknown key");
        assert_eq!((api.seen(&Err::<(), _>(kid.clone())), kid.kid()), (INVALID_TOKEN.to_owned(), None), "{text:?}");
    }
}

/// ATK-35, ATK-36: beside the defects, every pair of parts of two good tokens.
#[test]
fn parts_of_two_good_tokens_make_no_third() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let (one, two) = (issuer.token().subject("alice").sign(), issuer.token().subject("bob").header("x", 1).sign());
    let (one, two): (Vec<&str>, Vec<&str>) = (one.split('.').collect(), two.split('.').collect());
    for mask in 0..8_u8 {
        let parts: Vec<&str> = (0..3).map(|part| if mask & 1 << part == 0 { one[part] } else { two[part] }).collect();
        let expected = if matches!(mask, 0 | 7) { ACCEPTED } else { INVALID_TOKEN };
        assert_eq!(api.answer(&parts.join(".")), expected, "{mask:03b}");
    }
}

/// ATK-47, RFC8693-4.1-b: what `act` and `may_act` say changes nothing, neither rights nor dates nor audience.
#[test]
fn rights_of_an_actor_inside_the_token_are_nobodys() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let actor = serde_json::json!({
        "sub": "admin", "client_id": "root", "scope": "admin", "roles": ["admin"], "exp": 1, "nbf": 9_999_999_999_u64,
        "aud": "https://other.test", "act": { "sub": "root", "scope": "admin" },
    });
    let plain = || issuer.token().subject("alice").scope("read");
    let same = described(&api.caller(&plain().sign()));
    for claim in ["act", "may_act"] {
        let token = plain().claim(claim, actor.clone()).sign();
        assert_eq!(described(&api.caller(&token)), same, "{claim}");
        let who = api.outcome(&token).expect("a good token");
        let forbidden = r#"403 Bearer realm="api", error="insufficient_scope", scope="admin""#;
        assert_eq!(api.seen(&who.require::<Admin>()), forbidden, "{claim}");
    }
    let admin = api.outcome(&plain().scope("admin").claim("act", actor).sign()).expect("a good token");
    assert_eq!(api.seen(&admin.require::<Admin>()), ACCEPTED, "granted to the caller itself");
}

/// ATK-56, RFC6750-3-d: a requirement written by hand can name anything; only scopes get into the challenge.
#[test]
fn what_is_no_scope_does_not_get_into_the_challenge() {
    struct Careless;
    impl Requirement for Careless {
        fn scopes() -> &'static [&'static str] {
            &["a\"", "b\r\nSet-Cookie: x=1", "two words", "", "good:one", "caf\u{e9}"]
        }

        fn decide(_: &Caller) -> Decision {
            Decision::ScopeInsufficient
        }
    }
    let issuer = issuer();
    let api = Api::of(&issuer);
    let error = api.outcome(&issuer.token().sign()).expect("a good token").require::<Careless>();
    assert_eq!(api.seen(&error), r#"403 Bearer realm="api", error="insufficient_scope", scope="good:one""#);
}

/// ATK-61, RFC8725bis-3.3-c: beside a token that was just accepted, one that shares its header and payload, its `jti`
/// or its beginning is judged on its own.
#[test]
fn an_accepted_token_lends_nothing_to_its_likes() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let good = issuer.token().claim("jti", "one").sign();
    let (signed, signature) = good.rsplit_once('.').expect("a signed token");
    let other = issuer.token().claim("jti", "one").subject("mallory").sign();
    let likes = [
        format!("{signed}.{}", other.rsplit_once('.').expect("a signed token").1),
        format!("{signed}.{}", "A".repeat(signature.len())),
        format!("{}.{signature}", other.rsplit_once('.').expect("a signed token").0),
        good[..good.len() - 4].to_owned(),
        format!("{good}AAAA"),
    ];
    for _ in 0..2 {
        assert_eq!(api.answer(&good), ACCEPTED);
        for like in &likes {
            assert_eq!(api.answer(like), INVALID_TOKEN, "{like}");
        }
        assert_eq!(api.caller(&other).subject(), Some("mallory"));
    }
}

/// ATK-62, PC-CLM-5, OA21-5.2-a, RFC9700-2.3-a: a token that was accepted a moment ago is checked again each time: when
/// it has expired, when its key is gone, and by an API of another audience or a stricter requirement.
#[tokio::test]
async fn an_accepted_token_is_checked_again_each_time() {
    let issuer = TestIssuer::new();
    let network = ScriptedFetch::new(&issuer);
    let auth = fetching(&issuer, &network).await;
    let reason = |auth: &Authenticator, token: &str| {
        auth.verify(token).now().expect("keys are here").err().map(|error| error.reason())
    };
    let (short, long) = (
        issuer.token().expires_in(Duration::from_secs(60)).sign(),
        issuer.token().expires_in(Duration::from_secs(3600)).sign(),
    );
    assert_eq!((reason(&auth, &short), reason(&auth, &long)), (None, None));

    let elsewhere = Authenticator::trusting(Issuer::new(issuer.url(), "https://other.test").key_set(issuer.jwks()));
    let elsewhere = elsewhere.clock(issuer.clock()).build().expect("a good configuration");
    assert_eq!(reason(&elsewhere, &short), Some(Reason::AudienceMismatch));
    assert_eq!([Reason::AudienceMismatch, Reason::TokenExpired, Reason::KeyUnknown].map(Reason::status), [401; 3]);
    assert_eq!(Reason::ScopeInsufficient.status(), 403);
    let who = auth.verify(&short).now().expect("keys are here").expect("a good token");
    assert_eq!(who.require::<Admin>().expect_err("too little").reason(), Reason::ScopeInsufficient);

    issuer.clock().advance(Duration::from_secs(90));
    assert_eq!((reason(&auth, &short), reason(&auth, &long)), (Some(Reason::TokenExpired), None));

    issuer.rotate_without_overlap();
    auth.refresh().await;
    assert_eq!(reason(&auth, &issuer.token().sign()), None);
    assert_eq!(auth.verify(&long).await.expect_err("its key is gone").reason(), Reason::KeyUnknown);
}

/// ATK-56: no reason, with whatever the token held, makes a field value that is not visible ASCII.
#[test]
fn nothing_from_a_token_is_in_the_answer() {
    let issuer = issuer();
    let api = Api::set(&issuer, |rules| rules, |config| config.describe_refusals().problem_details());
    let evil = "marker\r\nX-Injected: 1\"";
    let token = || issuer.token().subject(evil).client(evil).scope(evil).claim("x", evil).header("x", evil);
    let refusals = [
        token().audience(evil),
        token().issuer(evil),
        token().kid(evil),
        token().header("alg", evil),
        token().header("typ", evil),
    ];
    for token in refusals {
        let error: AuthError = api.outcome(&token.sign()).expect_err("a bad token");
        let refusal = api.auth.refuse(&error);
        let fields: String = refusal.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert!(fields.bytes().all(|byte| matches!(byte, 0x20..=0x7e)), "{fields}");
        assert!(!fields.contains("marker") && !String::from_utf8_lossy(&refusal.body).contains("marker"), "{error}");
    }
}

/// ATK-82, PC-TA-1: the test kit is a crate of its own that no other depends on, so no feature can switch it on.
#[test]
fn the_test_kit_is_no_part_of_any_published_library() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for name in ["portcullis", "portcullis-tower", "portcullis-axum", "portcullis-actix"] {
        let manifest = std::fs::read_to_string(crates.join(name).join("Cargo.toml")).expect("a manifest");
        for section in manifest.split("\n[").filter(|section| !section.starts_with("dev-dependencies")) {
            assert!(!section.contains("testing"), "{name}: {section}");
        }
    }
}

/// ATK-82, PC-TA-2: its tokens count where its keys were configured and nowhere else.
#[test]
fn a_test_token_is_nothing_to_somebody_elses_api() {
    let (real, test) = (TestIssuer::builder().seed(1).build(), TestIssuer::new());
    let api = Api::of(&real);
    assert_eq!(api.reason(&test.token().sign()), Some(Reason::KeyUnknown));
    let under_its_name = test.token().kid(&real.current_kid()).signed_by(&TestKey::foreign(test.algorithm())).sign();
    assert_eq!(api.reason(&under_its_name), Some(Reason::SignatureInvalid));
    assert_eq!(api.answer(&real.token().sign()), ACCEPTED);
}

/// PC-TA-2: the kit's authenticator is the real one, and putting a caller in place is another call that it knows
/// nothing of.
#[tokio::test]
async fn the_test_kit_refuses_bad_tokens_and_a_caller_put_in_place_passes_no_verifier() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    let auth = issuer.authenticator();
    for defect in Defect::ALL {
        let error = auth.verify(&issuer.token().defect(*defect).sign()).await.expect_err("a bad token");
        assert_eq!(auth.refuse(&error).status, 401, "{defect}");
    }
    assert!(auth.verify(&issuer.token().sign()).now().expect("keys").is_ok());

    let put = TrustedCaller::new("https://anybody.test", "alice").scope("admin").build();
    assert!(put.require::<Admin>().is_ok());
    let same = issuer.token().issuer("https://anybody.test").subject("alice").scope("admin").sign();
    let error = auth.verify(&same).now().expect("keys").expect_err("an issuer that nobody trusts");
    assert_eq!((error.reason(), auth.refuse(&error).status), (Reason::IssuerUnknown, 401));
}
