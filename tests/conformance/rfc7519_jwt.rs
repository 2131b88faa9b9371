//! RFC 7519: claims and their times.

use std::time::{Duration, SystemTime};

use portcullis::{Authenticator, Principal, Reason, requirement};
use serde::Deserialize;
use serde_json::json;

use crate::api::{ACCEPTED, Api, INVALID_TOKEN, issuer};

const LEEWAY: u64 = 30;

/// RFC7519-4.1.3-a, RFC9068-4-f, RFC8725bis-3.9-a
#[test]
fn aud_is_a_string_or_an_array_of_strings_with_ours_in_it() {
    let issuer = issuer();
    let api = Api::with(&issuer, |rules| rules.audience("urn:api:2"));
    for aud in [
        r#""https://api.test""#,
        r#"["https://api.test"]"#,
        r#"["x","https://api.test"]"#,
        r#""urn:api:2""#,
        r#"["urn:api:2","x"]"#,
        r#""https:\/\/api.test""#,
    ] {
        assert_eq!(api.answer(&issuer.token().claim_json("aud", aud).sign()), ACCEPTED, "{aud}");
    }
    for (aud, reason) in [
        (r#""https://api.test urn:api:2""#, Reason::AudienceMismatch),
        (r#"["https://api.tes","rn:api:2"]"#, Reason::AudienceMismatch),
        (r#""URN:API:2""#, Reason::AudienceMismatch),
        (r#""""#, Reason::AudienceMismatch),
        ("[]", Reason::ClaimMissing),
        ("7", Reason::ClaimMalformed),
        ("null", Reason::ClaimMalformed),
        (r#"{"https://api.test":1}"#, Reason::ClaimMalformed),
        (r#"["https://api.test",1]"#, Reason::ClaimMalformed),
        (r#"["https://api.test",null]"#, Reason::ClaimMalformed),
        (r#"[["https://api.test"]]"#, Reason::ClaimMalformed),
    ] {
        let token = issuer.token().claim_json("aud", aud).sign();
        assert_eq!((api.reason(&token), &*api.answer(&token)), (Some(reason), INVALID_TOKEN), "{aud}");
    }
    let found: Vec<String> =
        api.caller(&issuer.token().audiences(["x", "urn:api:2"]).sign()).audience().map(str::to_owned).collect();
    assert_eq!(found, ["x", "urn:api:2"]);
}

/// RFC7519-4.1.4-a, RFC7519-4.1.5-a, PC-CLM-4: to the second, with and without leeway.
#[test]
fn times_are_compared_to_the_second() {
    let issuer = issuer();
    let now = issuer.clock().unix_seconds();
    let default = Api::of(&issuer);
    let exact = Api::set(&issuer, |rules| rules, |config| config.leeway(Duration::ZERO));
    let widest = Api::set(&issuer, |rules| rules, |config| config.leeway(Duration::from_secs(300)));
    for (claim, last_good, first_bad, reason) in [
        ("exp", [now + 1, now - LEEWAY + 1, now - 299], [now, now - LEEWAY, now - 300], Reason::TokenExpired),
        ("nbf", [now, now + LEEWAY, now + 300], [now + 1, now + LEEWAY + 1, now + 301], Reason::TokenNotYetValid),
        ("iat", [now, now + LEEWAY, now + 300], [now + 1, now + LEEWAY + 1, now + 301], Reason::IssuedInFuture),
    ] {
        for (index, api) in [&exact, &default, &widest].into_iter().enumerate() {
            let with = |time: u64| issuer.token().claim(claim, time).sign();
            assert_eq!(api.answer(&with(last_good[index])), ACCEPTED, "{claim} {index}");
            let bad = with(first_bad[index]);
            assert_eq!((api.reason(&bad), &*api.answer(&bad)), (Some(reason), INVALID_TOKEN), "{claim} {index}");
        }
    }
}

/// RFC7519-2-a, PC-CLM-3, ATK-38, ATK-39: every JSON number from 1970 to 9999 is a date, and nothing else is.
#[test]
fn a_date_is_any_json_number_in_range() {
    let issuer = issuer();
    let api = Api::set(&issuer, |rules| rules, |config| config.leeway(Duration::ZERO));
    let now = issuer.clock().unix_seconds();
    let with = |claim: &str, json: &str| issuer.token().claim_json(claim, json).sign();
    for exp in [
        &format!("{now}.5"),
        &format!("{now}.001"),
        "4102444800.999999999",
        "4.1024448E9",
        "41024448e2",
        "253402300799",
    ] {
        assert_eq!(api.answer(&with("exp", exp)), ACCEPTED, "{exp}");
    }
    for (exp, reason) in [
        (&*format!("{}.999", now - 1), Reason::TokenExpired),
        (&format!("{now}.0"), Reason::TokenExpired),
        ("0", Reason::TokenExpired),
        ("-0", Reason::TokenExpired),
        ("1E3", Reason::TokenExpired),
        ("1e-400", Reason::TokenExpired),
        ("-1", Reason::ClaimMalformed),
        ("-0.5", Reason::ClaimMalformed),
        ("253402300800", Reason::ClaimMalformed),
        ("9e18", Reason::ClaimMalformed),
        ("9223372036854775808", Reason::ClaimMalformed),
        ("18446744073709551616", Reason::ClaimMalformed),
        ("340282366920938463463374607431768211456", Reason::ClaimMalformed),
        (r#""4102444800""#, Reason::ClaimMalformed),
        ("null", Reason::ClaimMalformed),
        ("true", Reason::ClaimMalformed),
        ("[4102444800]", Reason::ClaimMalformed),
        (r#"{"$date":4102444800}"#, Reason::ClaimMalformed),
    ] {
        assert_eq!(
            (api.reason(&with("exp", exp)), &*api.answer(&with("exp", exp))),
            (Some(reason), INVALID_TOKEN),
            "{exp}"
        );
        // What is no date is none in the other claims either.
        for claim in ["nbf", "iat"] {
            let expected = (reason == Reason::ClaimMalformed).then_some(reason);
            assert_eq!(api.reason(&with(claim, exp)), expected, "{claim} {exp}");
        }
    }
    for not_json in ["1e400", "04102444800", "4102444800.", "+4102444800", "0xf4865700", "NaN", "Infinity"] {
        assert_eq!(api.answer(&with("exp", not_json)), INVALID_TOKEN, "{not_json}");
        assert_eq!(api.answer(&with("nbf", not_json)), INVALID_TOKEN, "{not_json}");
        assert_eq!(api.answer(&with("iat", not_json)), INVALID_TOKEN, "{not_json}");
    }
}

/// PC-CLM-4
#[test]
fn a_maximum_age_counts_from_iat() {
    let issuer = issuer();
    let api = Api::with(&issuer, |rules| rules.max_token_age(Duration::from_secs(600)));
    let now = issuer.clock().unix_seconds();
    assert_eq!(api.answer(&issuer.token().claim("iat", now - 600 - LEEWAY).sign()), ACCEPTED);
    assert_eq!(api.reason(&issuer.token().claim("iat", now - 601 - LEEWAY).sign()), Some(Reason::TokenTooOld));
    assert_eq!(api.reason(&issuer.token().without("iat").sign()), Some(Reason::ClaimMissing));
    assert_eq!(Api::of(&issuer).answer(&issuer.token().without("iat").sign()), ACCEPTED, "without the setting");
}

/// PC-CLM-5, OA21-5.2-a
#[test]
fn a_token_ends_when_the_clock_says_so() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().expires_in(Duration::from_secs(60)).sign());
    assert_eq!(api.answer(&token), ACCEPTED);
    issuer.clock().advance(Duration::from_secs(60 + LEEWAY - 1));
    assert_eq!(api.answer(&token), ACCEPTED);
    issuer.clock().advance(Duration::from_secs(1));
    assert_eq!(api.reason(&token), Some(Reason::TokenExpired));
}

/// ATK-83
#[test]
fn a_clock_that_jumps_decides_by_what_it_says_and_panics_nowhere() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    let there = issuer.clock().unix_seconds();
    for (seconds, answer) in
        [(0, INVALID_TOKEN), (there, ACCEPTED), (253_402_300_800, INVALID_TOKEN), (there + 60, ACCEPTED)]
    {
        issuer.clock().set_wall(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(api.answer(&token), answer, "{seconds}");
    }
}

#[derive(Debug, Deserialize)]
struct Tenant {
    tenant: String,
    #[serde(rename = "https://claims.test/limits")]
    limits: Vec<u32>,
}

/// RFC7519-4-b
#[test]
fn claims_that_the_library_does_not_know_are_there_for_the_application() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let token = issuer.token().claim("tenant", "acme").claim("https://claims.test/limits", json!([1, 2])).sign();
    let caller = api.caller(&token);
    let principal: Principal<Tenant> = Principal::of(&caller).expect("claims that fit");
    assert_eq!((&*principal.claims().tenant, &*principal.claims().limits), ("acme", &[1, 2][..]));
    assert!(caller.claims_json().contains(r#""tenant":"acme""#));
}

requirement! { Alice = when(|caller| caller.issuer() == "https://issuer.test" && caller.subject() == Some("alice")) }

/// RFC8725bis-3.8-b: and a rule of the application decides by both.
#[test]
fn two_callers_are_the_same_only_with_issuer_and_subject() {
    let (here, there) = (issuer(), portcullis_testing::TestIssuer::builder().url("https://b.test").build());
    let trusted = |issuer: &portcullis_testing::TestIssuer| {
        portcullis::Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks())
    };
    let config = Authenticator::trusting(trusted(&here)).also_trust(trusted(&there)).clock(here.clock());
    let api = Api { auth: config.build().expect("a good configuration") };
    let principal = |token: String| Principal::<serde_json::Value>::of(&api.caller(&token)).expect("any claims");
    let alice = principal(here.token().subject("alice").sign());
    assert!(alice == principal(here.token().subject("alice").scope("more").sign()));
    assert!(alice != principal(here.token().subject("bob").sign()));
    assert!(alice != principal(there.token().subject("alice").sign()));
    let alone = |token: portcullis_testing::TokenBuilder| {
        api.seen(&api.outcome(&token.sign()).expect("a good token").require::<Alice>())
    };
    let forbidden = r#"403 Bearer realm="api", error="insufficient_scope""#;
    assert_eq!(alone(here.token().subject("alice")), ACCEPTED);
    assert_eq!(alone(here.token().subject("bob")), forbidden);
    assert_eq!(alone(there.token().subject("alice")), forbidden);
    let nobody = || principal(here.token().without("sub").sign());
    assert!(nobody() != nobody(), "without a subject");
}

/// RFC8693-4.2-a
#[test]
fn scope_is_one_string_unless_the_configuration_says_otherwise() {
    let issuer = issuer();
    let scopes = |api: &Api, token: &str| api.caller(token).scopes().collect::<Vec<_>>().join("|");
    let (string, array) = (issuer.token().scope("a b").sign(), issuer.token().claim("scope", vec!["a", "b c"]).sign());
    let default = Api::of(&issuer);
    assert_eq!(scopes(&default, &string), "a|b");
    assert_eq!((default.reason(&array), &*default.answer(&array)), (Some(Reason::ClaimMalformed), INVALID_TOKEN));
    let lenient = Api::with(&issuer, |rules| rules.allow_scope_arrays());
    assert_eq!(scopes(&lenient, &string), "a|b");
    assert_eq!(scopes(&lenient, &array), "a|b c", "an item is one scope, which then equals none that can be asked for");
    for odd in ["7", "true", r#"{"a":1}"#, r#"[["a"]]"#, "[1]"] {
        let token = issuer.token().claim_json("scope", odd).sign();
        assert_eq!(
            (default.reason(&token), lenient.reason(&token)),
            (Some(Reason::ClaimMalformed), Some(Reason::ClaimMalformed)),
            "{odd}"
        );
    }
    let elsewhere = Api::with(&issuer, |rules| rules.scopes_from(["grant", "permissions"]));
    let nested = issuer.token().scope("ignored").claim("grant", json!({ "permissions": ["x", "y"] })).sign();
    assert_eq!(scopes(&elsewhere, &nested), "x|y");
    // Instead of the defaults, whatever was said before, and whoever's defaults they are.
    let after_arrays = Api::with(&issuer, |rules| rules.allow_scope_arrays().scopes_from(["grant", "permissions"]));
    assert_eq!(scopes(&after_arrays, &nested), "x|y");
    let both = Api::with(&issuer, |rules| rules.scopes_from(["scope"]).scopes_from(["grant", "permissions"]));
    assert_eq!(scopes(&both, &nested), "ignored|x|y");
    let preset = portcullis::Issuer::auth0(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let preset = Api::trusting(&issuer, preset.scopes_from(["grant", "permissions"]), |config| config);
    assert_eq!(scopes(&preset, &issuer.token().claim("azp", "web").scope("ignored").sign()), "");
}

/// RFC7519-4-a, RFC7519-7.2-b, ATK-24: beside the defects, that a name is the same however it is written.
#[test]
fn a_claim_occurs_once() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for payload in [
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800}"#,
        r#" {"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800} "#,
        "{\"iss\":\"https://issuer.test\",\r\n\t\"aud\":\"https://api.test\",\"exp\":4102444800}",
        r#"{"\u0069ss":"https://issuer.test","aud":"https://api.test","exp":4102444800,"EXP":1,"Aud":"x"}"#,
    ] {
        assert_eq!(api.answer(&issuer.token().raw_payload(payload).sign()), ACCEPTED, "{payload}");
    }
    for payload in [
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800,"exp":4102444800}"#,
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800,"\u0065xp":1}"#,
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800,"x":{"y":1,"y":1}}"#,
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800,"x":[{"y":1,"\u0079":1}]}"#,
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800}{}"#,
        r#"{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800},"#,
        r#"'{"iss":"https://issuer.test","aud":"https://api.test","exp":4102444800}'"#,
        "",
        "{}",
        "0",
        "\u{feff}{}",
    ] {
        assert_eq!(api.answer(&issuer.token().raw_payload(payload).sign()), INVALID_TOKEN, "{payload}");
    }
}
