use super::*;
use crate::ManualClock;
use crate::check::{claims, header, verified};

/// RFC9068-2-ta
#[test]
fn a_token_has_the_shape_of_an_access_token_by_default() {
    let issuer = TestIssuer::new();
    let token = issuer.token().sign();
    let now = ManualClock::START;
    assert_eq!(header(&token), serde_json::json!({"typ": "at+jwt", "alg": "RS256", "kid": issuer.current_kid()}));
    assert_eq!(
        claims(&token),
        serde_json::json!({
            "iss": "https://issuer.test", "aud": "https://api.test", "exp": now + 3600, "iat": now,
            "sub": "test-user", "client_id": "test-client", "jti": "test-token-1",
        })
    );
    assert!(verified(&issuer, &token));
}

/// OIDC-BCL-2.5-a
#[test]
fn a_logout_token_has_the_shape_of_the_specification() {
    let issuer = TestIssuer::new();
    let token = issuer.logout_token().sign();
    let now = ManualClock::START;
    assert_eq!(header(&token), serde_json::json!({"typ": "logout+jwt", "alg": "RS256", "kid": issuer.current_kid()}));
    assert_eq!(
        claims(&token),
        serde_json::json!({
            "iss": "https://issuer.test", "aud": "test-client", "exp": now + 120, "iat": now, "jti": "test-token-1",
            "sub": "test-user", "sid": "test-session",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    );
    assert!(verified(&issuer, &token));
}

#[test]
fn what_is_set_replaces_what_was_there() {
    let issuer = TestIssuer::new();
    let token = issuer
        .token()
        .subject("alice")
        .client("web")
        .scope("a")
        .scope("a b")
        .claim("tenant", "acme")
        .claim("roles", vec!["x", "y"])
        .claim_json("big", "1e400")
        .without("jti")
        .header("typ", "JWT")
        .without_header("kid")
        .audiences(["one", "two"])
        .expires_in(Duration::from_secs(5));
    let text = token.claims.render("", "");
    for member in [r#""sub":"alice""#, r#""scope":"a b""#, r#""roles":["x","y"]"#, r#""big":1e400"#, r#"["one","two"]"#]
    {
        assert!(text.contains(member), "{member} in {text}");
    }
    assert!(text.contains(&format!("\"exp\":{}", ManualClock::START + 5)) && !text.contains("jti"));
    assert_eq!(header(&token.sign()), serde_json::json!({"typ": "JWT", "alg": "RS256"}));
}

/// RFC9068-2-ta
#[test]
fn every_algorithm_is_one_call_away() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    for algorithm in Algorithm::ALL {
        let token = issuer.token().algorithm(algorithm).sign();
        assert_eq!(header(&token)["alg"], algorithm.name());
        if algorithm.key_kind() != portcullis::KeyKind::Secret {
            assert!(verified(&issuer, &token), "{algorithm}");
        }
    }
}

#[test]
fn tokens_are_dated_by_the_issuers_clock() {
    let issuer = TestIssuer::new();
    issuer.clock().advance(Duration::from_secs(100));
    let now = ManualClock::START + 100;
    assert_eq!(claims(&issuer.token().sign())["iat"], now);
    assert_eq!(claims(&issuer.token().expired().sign())["exp"], now - 3600);
    assert_eq!(claims(&issuer.token().not_yet_valid().sign())["nbf"], now + 3600);
    assert_eq!(claims(&issuer.token().issued_in_future().sign())["iat"], now + 3600);
}

#[test]
fn raw_octets_are_signed_as_they_are() {
    let issuer = TestIssuer::new();
    let token = issuer.token().raw_payload(*b"\xff\x00").sign();
    assert_eq!(token.split('.').nth(1), Some("_wA"));
    assert!(verified(&issuer, &token));
    let token = issuer.token().raw_header(*b"{}").sign();
    assert!(token.starts_with("e30."));
}

#[test]
fn padding_reaches_the_length_asked_for() {
    let issuer = TestIssuer::new();
    for length in [2000, 16 * 1024, 16 * 1024 + 1] {
        let token = issuer.token().padded_to(length).sign();
        assert!((length..length + 40).contains(&token.len()), "{} for {length}", token.len());
        assert!(verified(&issuer, &token));
    }
}

/// PC-TA-3
#[test]
fn another_issuers_key_signs_under_this_ones_kid() {
    let (issuer, other) = (TestIssuer::new(), TestIssuer::builder().seed(1).build());
    let token = issuer.token().signed_by(&other.current_key()).sign();
    assert_eq!(header(&token)["kid"], issuer.current_kid());
    assert!(!verified(&issuer, &token));
    assert!(verified(&other, &other.token().sign()));
}

#[test]
fn nothing_secret_shows_in_debug_output() {
    let issuer = TestIssuer::new();
    let shown = format!("{issuer:?} {:?} {:?}", issuer.token().subject("alice"), issuer.current_key());
    assert!(!shown.contains("alice") && !shown.contains("private"), "{shown}");
}
