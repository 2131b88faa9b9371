//! RFC 8725 and its revision: best current practices for JWTs, and what giving one of them up means.

use portcullis::{Algorithm, Authenticator, Issuer, Reason};
use portcullis_testing::{Defect, TestIssuer};

use crate::api::{ACCEPTED, Api, INVALID_TOKEN, bad_tokens, issuer};

/// RFC8725bis-3.1-a
#[test]
fn only_the_algorithms_that_were_named_are_used() {
    let issuer = issuer();
    let asymmetric = || Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.name().starts_with("HS"));
    let default = Api::of(&issuer);
    for named in asymmetric() {
        let only = Api::with(&issuer, |rules| rules.algorithms([named]));
        for used in asymmetric() {
            let token = issuer.token().algorithm(used).sign();
            let reason = (used != named).then_some(Reason::AlgorithmNotAllowed);
            assert_eq!(only.reason(&token), reason, "{used} where {named} is named");
            assert_eq!(default.answer(&token), ACCEPTED, "{used}");
        }
    }
}

/// RFC8725bis-3.1-b, ATK-5: the whole square of header algorithm and key.
#[test]
fn the_header_names_the_algorithm_of_the_key_or_nothing_is_verified() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for key in Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.name().starts_with("HS")) {
        for named in Algorithm::ALL {
            let token = issuer.token().algorithm(key).header("alg", named.name()).sign();
            let expected = if named == key { ACCEPTED } else { INVALID_TOKEN };
            assert_eq!(api.answer(&token), expected, "{named} in the header, a key for {key}");
        }
    }
}

/// RFC8725bis-3.3-c, PC-RSP-1: what was refused gives nothing away, to the application either.
#[test]
fn a_refusal_carries_no_claims() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let token =
        issuer.token().subject("marker-subject").claim("tenant", "marker-tenant").defect(Defect::SignatureFlipped);
    let error = api.outcome(&token.sign()).expect_err("a bad signature");
    let all = format!("{error} {error:?} {:?} {:?} {:?}", error.got(), error.expected(), error.kid());
    assert!(!all.contains("marker"), "{all}");
}

/// RFC8725bis-3.12-a, RFC9701-8.1-a, ATK-13: kinds of token that the same issuer signs with the same key.
#[test]
fn another_kind_of_token_does_not_pass_for_an_access_token() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let of_a_user = || issuer.token().header("typ", "JWT").without("jti");
    for (kind, token) in [
        ("ID token", of_a_user().claim("nonce", "n").claim("at_hash", "x")),
        ("ID token of the hybrid flow", of_a_user().claim("c_hash", "x")),
        ("introspection answer", issuer.token().header("typ", "token-introspection+jwt").claim("active", true)),
        ("logout token", issuer.token().header("typ", "logout+jwt").without("exp")),
        ("DPoP proof", issuer.token().header("typ", "dpop+jwt").claim("htm", "GET")),
        ("token request object", issuer.token().header("typ", "oauth-authz-req+jwt")),
        ("security event", issuer.token().header("typ", "secevent+jwt").claim("events", serde_json::json!({}))),
        ("status list", issuer.token().header("typ", "statuslist+jwt")),
    ] {
        let token = token.sign();
        let refused = (Some(Reason::TokenTypeNotAllowed), INVALID_TOKEN);
        assert_eq!((api.reason(&token), &*api.answer(&token)), refused, "{kind}");
    }
    assert_eq!(api.answer(&of_a_user().sign()), ACCEPTED, "nothing but the marks of those kinds is missing");

    // An ID token without such marks is for its client and not for us; one that names us too is told by its shape, where
    // the issuer's access tokens are known to have one.
    let plain = || of_a_user().without("client_id").claim("nonce", "n").claim("azp", "web");
    let for_its_client = plain().audience("web").sign();
    assert_eq!(
        (api.reason(&for_its_client), &*api.answer(&for_its_client)),
        (Some(Reason::AudienceMismatch), INVALID_TOKEN)
    );
    let strict = Api::with(&issuer, |rules| rules.rfc9068());
    assert_eq!((&*api.answer(&plain().sign()), &*strict.answer(&plain().sign())), (ACCEPTED, INVALID_TOKEN));
    assert_eq!(strict.answer(&issuer.token().sign()), ACCEPTED);
}

/// RFC8725bis-3.13-a, RFC8725bis-3.15-a, ATK-14: what makes decryption dear is not offered, so its price is never paid.
#[test]
fn a_password_to_be_stretched_and_a_body_to_be_unpacked_are_refused_by_name() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for members in [
        r#""alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483648,"p2s":"c2FsdA""#,
        r#""alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF""#,
        r#""alg":"dir","enc":"A256GCM","zip":"DEF""#,
        r#""alg":"RS256","zip":"DEF""#,
    ] {
        let header = format!(r#"{{"kid":"{}",{members}}}"#, issuer.current_kid());
        let three = issuer.token().raw_header(header.as_str()).sign();
        let (head, rest) = three.split_once('.').expect("three parts");
        let five = format!("{head}.AAAA.AAAA.{rest}");
        assert_eq!((&*api.answer(&three), &*api.answer(&five)), (INVALID_TOKEN, INVALID_TOKEN), "{members}");
    }
    let plain = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, issuer.current_kid());
    assert_eq!(api.answer(&issuer.token().raw_header(plain.as_str()).sign()), ACCEPTED);
}

/// RFC7800-3.1-a, PC-POP-1, ATK-72, ATK-80: nor is it one beside a certificate that the caller says it has.
#[test]
fn a_bound_token_is_no_bearer_token() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for (cnf, reason) in [
        (r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#, Some(Reason::SenderConstrained)),
        (r#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#, Some(Reason::SenderConstrained)),
        (r#"{"zz":1,"jkt":"x"}"#, Some(Reason::SenderConstrained)),
        (r#"{"\u006akt":"x"}"#, Some(Reason::SenderConstrained)),
        (r#"{"jkt":null}"#, Some(Reason::SenderConstrained)),
        (r#"{"jwk":{"kty":"OKP"}}"#, Some(Reason::SenderConstrained)),
        (r#"{"jwe":"x"}"#, Some(Reason::SenderConstrained)),
        (r#"{"jku":"https://keys.test/"}"#, Some(Reason::SenderConstrained)),
        (r#"{"kid":"x"}"#, Some(Reason::SenderConstrained)),
        (r#""x""#, Some(Reason::ClaimMalformed)),
        ("[]", Some(Reason::ClaimMalformed)),
        (r#"{"zz":1}"#, None),
        ("{}", None),
    ] {
        let token = issuer.token().claim_json("cnf", cnf).sign();
        assert_eq!(api.reason(&token), reason, "{cnf}");
        let answer = if reason.is_some() { INVALID_TOKEN } else { ACCEPTED };
        let bearer = format!("Bearer {token}");
        let certified: [(&str, &[u8]); 3] =
            [("Client-Cert", b":MIIB:"), ("X-SSL-Cert", b"MIIB"), ("Authorization", bearer.as_bytes())];
        assert_eq!((&*api.answer(&token), &*api.answer_to(&certified)), (answer, answer), "{cnf}");
    }
}

/// RFC8725bis-3.9-a, PC-CLM-2: given up by name, and nothing else with it.
#[test]
fn accepting_any_audience_gives_up_the_audience_only() {
    let issuer = issuer();
    let api = Api::with(&issuer, |rules| rules.dangerous_accept_any_audience());
    for token in [issuer.token(), issuer.token().audience("https://other.test"), issuer.token().without("aud")] {
        assert_eq!(api.answer(&token.sign()), ACCEPTED);
    }
    everything_else_is_refused(
        &api,
        &[
            "AudOther",
            "AudShortened",
            "AudExtended",
            "AudOtherCase",
            "AudSlash",
            "AudWildcard",
            "AudSpaceSeparated",
            "AudMissing",
            "AudEmpty",
            "AudEmptyArray",
            "AudClient",
        ],
    );
    let narrowed = Api::with(&issuer, |rules| rules.dangerous_accept_any_audience().audience("https://one.test"));
    assert_eq!(narrowed.reason(&issuer.token().sign()), Some(Reason::AudienceMismatch), "named after all");
}

/// RFC7519-4.1.4-a
#[test]
fn accepting_tokens_without_expiry_gives_up_only_that_there_is_one() {
    let issuer = issuer();
    let api = Api::with(&issuer, |rules| rules.dangerous_accept_tokens_without_expiry());
    assert_eq!(api.answer(&issuer.token().without("exp").sign()), ACCEPTED);
    assert_eq!(api.caller(&issuer.token().without("exp").sign()).expires_at(), None);
    everything_else_is_refused(&api, &["ExpMissing"]);
}

/// RFC9068-4-e
#[test]
fn accepting_tokens_without_issuer_gives_up_only_that_there_is_one() {
    let issuer = issuer();
    let api = Api::with(&issuer, |rules| rules.dangerous_accept_tokens_without_issuer());
    assert_eq!(api.caller(&issuer.token().without("iss").sign()).issuer(), issuer.url());
    everything_else_is_refused(&api, &["IssMissing"]);
    let other = TestIssuer::builder().url("https://b.test").seed(1).clock(issuer.clock()).build();
    let trusting = |of: &TestIssuer| Issuer::new(of.url(), of.audience()).key_set(of.jwks());
    let two = Api::trusting(&issuer, trusting(&issuer), |config| {
        config.also_trust(trusting(&other).dangerous_accept_tokens_without_issuer())
    });
    assert_eq!(two.caller(&other.token().without("iss").sign()).issuer(), "https://b.test");
    assert_eq!(two.reason(&issuer.token().without("iss").sign()), Some(Reason::KeyUnknown), "the other's rules apply");
}

/// RFC8725bis-3.1-c
#[test]
fn sharing_keys_between_algorithms_gives_up_that_one_rule_only() {
    let issuer = TestIssuer::builder().every_algorithm().jwks_without_alg().build();
    let api = Api::with(&issuer, |rules| rules.dangerous_share_keys_between_algorithms());
    everything_else_is_refused(
        &api,
        &["Rs256LabelledPs256", "Ps256LabelledRs256", "Ps256ByRs256Key", "Rs384ByRs256Key"],
    );
    assert_eq!(api.answer(&issuer.token().defect(Defect::Ps256ByRs256Key).sign()), ACCEPTED);
    assert_eq!(
        api.answer(&issuer.token().defect(Defect::Rs256LabelledPs256).sign()),
        INVALID_TOKEN,
        "still no good signature"
    );
}

fn everything_else_is_refused(api: &Api, given_up: &[&str]) {
    let mut found = 0;
    for (defect, token) in bad_tokens() {
        if given_up.contains(&&*format!("{defect:?}")) {
            found += 1;
        } else {
            let outcome = api.outcome(token);
            assert_eq!(
                outcome.map_err(|error| error.reason().status()).err(),
                Some(defect.expected_status()),
                "{defect}"
            );
        }
    }
    assert_eq!(found, given_up.len(), "every exception is the name of a defect");
}

/// PC-CLM-2: there is no other way to have no audience.
#[test]
fn an_audience_cannot_be_left_empty_or_be_a_wildcard() {
    let issuer = issuer();
    for audience in ["", "*", " ", " api", "https://*"] {
        let rules = Issuer::new(issuer.url(), audience).key_set(issuer.jwks());
        let error = Authenticator::trusting(rules).build().expect_err("no audience");
        assert!(error.to_string().contains("audience: empty, with white space, or a wildcard"), "{error}");
    }
}
