//! RFC 6750: how a bearer token is sent, and RFC 6749 §3.3: what a scope is.

use portcullis::requirement;

use crate::api::{ACCEPTED, Api, BARE, INVALID_REQUEST, INVALID_TOKEN, issuer};

requirement! { Read = all("invoices:read") }
requirement! { ReadAndWrite = all("invoices:write", "invoices:read") }
requirement! { Either = any("invoices:read", "invoices:admin") }
requirement! { Clerk = when(|caller| caller.has_role("clerk")) }

fn line(value: &str) -> [(&str, &[u8]); 1] {
    [("Authorization", value.as_bytes())]
}

/// RFC6750-2.1-a, RFC9110-11.1-a, RFC6750-2.1-b
#[test]
fn a_good_token_is_accepted_whatever_the_case_of_its_scheme() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    for scheme in ["Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  ", "Bearer     "] {
        assert_eq!(api.answer_to(&line(&format!("{scheme}{token}"))), ACCEPTED, "{scheme:?}");
    }
    for name in ["authorization", "AUTHORIZATION", "Authorization"] {
        assert_eq!(api.answer_to(&[(name, format!("Bearer {token}").as_bytes())]), ACCEPTED, "{name}");
    }
}

/// RFC6750-2.1-b, RFC6750-2.1-c, RFC6750-3.1-a, RFC9110-5.5-a, ATK-19, ATK-50, ATK-52
#[test]
fn what_cannot_be_read_as_a_bearer_credential_is_a_bad_request() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    let values = [
        "".to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer\t{token}"),
        format!("Bearer {token},x"),
        format!("Bearer \"{token}\""),
        format!("Bearer {{{token}}}"),
        format!("Bearer {} {}", &token[..20], &token[20..]),
        format!("Bearer {}\t{}", &token[..20], &token[20..]),
        format!("Bearer {}\r\n {}", &token[..20], &token[20..]),
        format!("Bearer {token}\0"),
        format!("Bearer {token}\r\nX-Admin: 1"),
        format!("Bearer {token}é"),
        format!("Bearer\u{a0}{token}"),
        format!("\u{ff22}earer {token}"),
        "Ba\u{17f}ic dTpw".to_owned(),
        "Api\u{212a}ey x".to_owned(),
        format!("Bearer={token}"),
        format!("Bearer:{token}"),
        format!("\"Bearer\" {token}"),
        format!("Bearer token={token}, x=y"),
    ];
    for value in values {
        assert_eq!(api.answer_to(&line(&value)), INVALID_REQUEST, "{value:?}");
    }
    assert_eq!(api.answer_to(&line(&format!(" \tBearer {token} \t"))), ACCEPTED, "white space around the value");
}

/// RFC6750-3.1-b, ATK-49
#[test]
fn two_credentials_are_never_picked_from() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let good = format!("Bearer {}", issuer.token().sign());
    let bad = format!("Bearer {}", issuer.token().expired().sign());
    for (first, second) in [(&good, &bad), (&bad, &good), (&good, &good)] {
        let head = [("Authorization", first.as_bytes()), ("authorization", second.as_bytes())];
        assert_eq!(api.answer_to(&head), INVALID_REQUEST);
        assert_eq!(api.answer_to(&line(&format!("{first}, {second}"))), INVALID_REQUEST);
    }
    let beside_basic = [("Authorization", good.as_bytes()), ("Authorization", b"Basic dTpw".as_slice())];
    assert_eq!(api.answer_to(&beside_basic), INVALID_REQUEST);
    assert_eq!(api.answer_to(&line(&good)), ACCEPTED);
}

/// RFC6750-3.1-c, RFC6750-3.1-e
#[test]
fn nothing_offered_and_another_scheme_get_a_challenge_without_an_error() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    assert_eq!(api.answer_to(&[]), BARE);
    for value in
        ["Negotiate x".to_owned(), "Basic dTpw".to_owned(), format!("DPoP {token}"), format!("Bearers {token}")]
    {
        assert_eq!(api.answer_to(&line(&value)), BARE, "{value}");
    }
}

/// ATK-51: but for the query and the trailers, which never get this far (`tests/adapters`).
#[test]
fn a_token_anywhere_else_is_not_a_credential() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), format!("Bearer {}", issuer.token().sign()));
    for name in
        ["Proxy-Authorization", "X-Forwarded-Authorization", "X-Authorization", "Cookie", "Access-Token", "Token"]
    {
        assert_eq!(api.answer_to(&[(name, token.as_bytes())]), BARE, "{name}");
        let beside = [(name, b"Bearer x".as_slice()), ("Authorization", token.as_bytes())];
        assert_eq!(api.answer_to(&beside), ACCEPTED, "{name} beside the token");
    }
}

/// ATK-53, PC-AUTHZ-2
#[test]
fn identity_fields_beside_a_token_change_nothing() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), format!("Bearer {}", issuer.token().subject("alice").sign()));
    let pretending: [(&str, &[u8]); 3] =
        [("X-User", b"admin"), ("X-Auth-Claims", b"{\"sub\":\"admin\"}"), ("X-Forwarded-User", b"admin")];
    assert_eq!(api.answer_to(&pretending), BARE);
    let [user, claims, forwarded] = pretending;
    let who = api.request(&[user, ("Authorization", token.as_bytes()), claims, forwarded]).expect("a good token");
    assert_eq!(who.caller().and_then(|caller| caller.subject()), Some("alice"));
}

/// PC-EXT-2
#[test]
fn where_a_credential_is_optional_only_its_absence_is_anonymous() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let answer = |value: &str| api.seen(&api.auth.authenticate_optional(&line(value)[..]).now().expect("keys"));
    let nobody = api.auth.authenticate_optional(&[][..]).now().expect("keys").expect("nobody is welcome");
    assert!(nobody.is_anonymous());
    assert_eq!(api.seen(&nobody.clone().required()), BARE);
    assert_eq!(answer(&format!("Bearer {}", issuer.token().sign())), ACCEPTED);
    assert_eq!(answer(&format!("Bearer {}", issuer.token().expired().sign())), INVALID_TOKEN);
    assert_eq!(answer("Bearer x"), INVALID_TOKEN);
    assert_eq!(answer("Bearer"), INVALID_REQUEST);
    assert_eq!(answer(""), INVALID_REQUEST);
    assert_eq!(answer("Basic dTpw"), BARE);
}

/// RFC6750-3.1-d, RFC6750-3-a, RFC6749-3.3-a, ATK-46
#[test]
fn too_little_scope_is_a_403_that_names_the_scopes() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let with = |scope: &str| api.outcome(&issuer.token().scope(scope).sign()).expect("a good token");
    let forbidden = |scope| format!(r#"403 Bearer realm="api", error="insufficient_scope", scope="{scope}""#);

    for scope in ["invoices:read", "a invoices:read b", " invoices:read", "invoices:read  b"] {
        assert_eq!(api.seen(&with(scope).require::<Read>()), ACCEPTED, "{scope:?}");
    }
    let look_alikes = [
        "",
        "invoices",
        "invoices:read:all",
        "INVOICES:READ",
        "Invoices:read",
        "invoices:read,b",
        "b\tinvoices:read",
        "invoices:read\u{a0}b",
        "invoices:rea\u{0501}",
        "\"invoices:read\"",
    ];
    for scope in look_alikes {
        assert_eq!(api.seen(&with(scope).require::<Read>()), forbidden("invoices:read"), "{scope:?}");
    }
    let order_kept = forbidden("invoices:write invoices:read");
    assert_eq!(api.seen(&with("invoices:read").require::<ReadAndWrite>()), order_kept);
    assert_eq!(api.seen(&with("invoices:read invoices:write").require::<ReadAndWrite>()), ACCEPTED);
    assert_eq!(api.seen(&with("invoices:admin").require::<Either>()), ACCEPTED);
    assert_eq!(api.seen(&with("other").require::<Either>()), forbidden("invoices:read invoices:admin"));
}

/// RFC6750-3-a: a requirement that no scope would meet names none.
#[test]
fn a_predicate_that_says_no_is_a_403_without_scopes() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let clerk = api.outcome(&issuer.token().claim("roles", vec!["clerk"]).sign()).expect("a good token");
    let other = api.outcome(&issuer.token().claim("roles", vec!["clerks"]).sign()).expect("a good token");
    assert_eq!(api.seen(&clerk.require::<Clerk>()), ACCEPTED);
    assert_eq!(api.seen(&other.require::<Clerk>()), r#"403 Bearer realm="api", error="insufficient_scope""#);
}

/// OA21-5.2-a, RFC9700-2.3-a, MCP-Tok-c: nothing is remembered from the last time, whatever session is named.
#[test]
fn every_request_is_judged_anew() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().scope("invoices:read").sign());
    let elsewhere =
        Api::with(&issuer, |_| portcullis::Issuer::new(issuer.url(), "https://other.test").key_set(issuer.jwks()));
    for _ in 0..3 {
        assert_eq!(api.answer(&token), ACCEPTED);
        assert_eq!(elsewhere.answer(&token), INVALID_TOKEN, "another policy");
        assert_eq!(api.answer_to(&[("Mcp-Session-Id", b"one"), ("Cookie", b"session=one")]), BARE);
        let who = api.outcome(&token).expect("a good token");
        assert_eq!(api.seen(&who.require::<Read>()), ACCEPTED);
        assert!(api.seen(&who.require::<ReadAndWrite>()).starts_with("403 "), "a stricter rule");
    }
    issuer.clock().advance(std::time::Duration::from_secs(2 * 3600));
    assert_eq!(api.answer(&token), INVALID_TOKEN, "a later time");
}
