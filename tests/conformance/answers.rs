//! RFC 6750 §3, RFC 9110, RFC 9457 and RFC 9728 §5.1: what a refusal says, and what it does not.

use std::collections::BTreeSet;

use portcullis::{AuthError, Reason, Refusal, RefusalBody, requirement};
use portcullis_testing::{Defect, ScriptedFetch, TestIssuer};
use serde::Deserialize;

use crate::api::{Api, INVALID_TOKEN, bad_tokens, fetching, issuer};

requirement! { Read = all("invoices:read") }
requirement! { Clerk = when(|caller| caller.has_role("clerk")) }

fn refusal(api: &Api, token: &str) -> Refusal {
    api.auth.refuse(&api.outcome(token).expect_err("a bad token"))
}

fn challenge(refusal: &Refusal) -> Option<&str> {
    refusal.headers.iter().find(|(name, _)| *name == "www-authenticate").map(|(_, value)| &**value)
}

/// PC-SIG-2: status, header fields and body are equal whichever check of signature, key or issuer failed, and however
/// talkative the configuration is.
#[test]
fn signature_key_and_issuer_faults_cannot_be_told_apart() {
    let issuer = issuer();
    for talkative in [false, true] {
        let api = Api::set(
            &issuer,
            |rules| rules,
            |config| match talkative {
                true => config.describe_refusals().problem_details(),
                false => config,
            },
        );
        let token = |defect| refusal(&api, &issuer.token().defect(defect).sign());
        let bad_signature = token(Defect::SignatureFlipped);
        for other in [
            Defect::KidUnknown,
            Defect::ForeignKey,
            Defect::Es256UnderRsaKid,
            Defect::Rs256UnderEcKid,
            Defect::Ps256ByRs256Key,
            Defect::EmbeddedJwk,
            Defect::IssUnknown,
            Defect::GraftedPayload,
            Defect::HmacWithPem,
            Defect::AlgNone,
            Defect::EcdsaZero,
        ] {
            assert_eq!(token(other), bad_signature, "{other}");
        }
    }
}

/// PC-RSP-1
#[test]
fn descriptions_are_a_handful_of_fixed_sentences() {
    let issuer = issuer();
    let api = Api::set(&issuer, |rules| rules, |config| config.describe_refusals());
    let said: BTreeSet<String> = bad_tokens()
        .iter()
        .map(|(_, token)| api.answer(token))
        .map(|answer| answer.split("error_description=").nth(1).expect("a description").to_owned())
        .collect();
    let expected = [
        "\"the credential is malformed\"",
        "\"the access token expired\"",
        "\"the access token is bound to its holder and cannot be used as a bearer\"",
        "\"the access token is meant for another audience\"",
        "\"the access token is not valid yet\"",
        "\"the access token is not valid\"",
    ];
    assert_eq!(said, expected.map(str::to_owned).into());
    assert_eq!(api.answer_to(&[]), r#"401 Bearer realm="api""#, "RFC6750-3.1-e: nothing offered, nothing said");
}

/// RFC9110-11.5-a, RFC9728-5.1-a, RFC6750-3-b, RFC6750-3-c
#[test]
fn realm_and_metadata_are_in_every_challenge() {
    let issuer = issuer();
    const METADATA: &str = "https://api.test/.well-known/oauth-protected-resource";
    let api = Api::set(&issuer, |rules| rules, |config| config.realm(r#"the "A\B""#).resource_metadata(METADATA));
    let realm = r#"Bearer realm="the \"A\\B\"""#;
    let metadata = format!(r#"resource_metadata="{METADATA}""#);
    let who = api.outcome(&issuer.token().sign()).expect("a good token");
    for (answer, expected) in [
        (api.answer_to(&[]), format!("401 {realm}, {metadata}")),
        (
            api.answer_to(&[("authorization", b"Bearer")]),
            format!(r#"400 {realm}, error="invalid_request", {metadata}"#),
        ),
        (api.answer("x"), format!(r#"401 {realm}, error="invalid_token", {metadata}"#)),
        (
            api.seen(&who.require::<Read>()),
            format!(r#"403 {realm}, error="insufficient_scope", scope="invoices:read", {metadata}"#),
        ),
        (api.seen(&who.require::<Clerk>()), format!(r#"403 {realm}, error="insufficient_scope", {metadata}"#)),
    ] {
        assert_eq!(answer, expected);
    }
}

/// PC-RSP-3, RFC9457-3-a
#[test]
fn problem_details_repeat_what_the_challenge_says_and_no_more() {
    let issuer = issuer();
    let api = Api::set(&issuer, |rules| rules, |config| config.problem_details());
    let who = api.outcome(&issuer.token().sign()).expect("a good token");
    let missing = api.request(&[]).expect_err("nothing");
    let malformed = api.request(&[("authorization", b"Bearer")]).expect_err("half a credential");
    let bad = api.outcome(&issuer.token().expired().sign()).expect_err("expired");
    let scope = who.require::<Read>().expect_err("too little");
    let denied = who.require::<Clerk>().expect_err("no clerk");
    for (error, body) in [
        (missing, r#"{"type":"about:blank","title":"Unauthorized","status":401}"#),
        (malformed, r#"{"type":"about:blank","title":"Bad Request","status":400,"error":"invalid_request"}"#),
        (bad, r#"{"type":"about:blank","title":"Unauthorized","status":401,"error":"invalid_token"}"#),
        (
            scope,
            r#"{"type":"about:blank","title":"Forbidden","status":403,"error":"insufficient_scope","scope":"invoices:read"}"#,
        ),
        (denied, r#"{"type":"about:blank","title":"Forbidden","status":403,"error":"insufficient_scope"}"#),
        (Reason::LayerMissing.into(), r#"{"type":"about:blank","title":"Internal Server Error","status":500}"#),
        (Reason::KeysUnavailable.into(), r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#),
    ] {
        let refusal = api.auth.refuse(&error);
        assert_eq!(String::from_utf8_lossy(&refusal.body), body);
        assert!(refusal.headers.contains(&("content-type", "application/problem+json".into())));
        assert_eq!(challenge(&refusal).is_some(), refusal.status < 500, "{body}");
    }
}

/// PC-RSP-3: a body of the application's own stands beside the challenge, whatever it does.
#[test]
fn a_body_of_ones_own_changes_neither_status_nor_challenge() {
    let issuer = issuer();
    let api = Api::set(
        &issuer,
        |rules| rules,
        |config| {
            config.refusal_body(|error, status| RefusalBody {
                content_type: "text/plain\r\nX-Injected: 1".to_owned(),
                bytes: format!("{status} {}", error.reason()).into_bytes(),
            })
        },
    );
    let refusal = refusal(&api, &issuer.token().expired().sign());
    assert_eq!((refusal.status, &*refusal.body), (401, &b"401 token_expired"[..]));
    assert_eq!(challenge(&refusal), Some(&INVALID_TOKEN[4..]));
    assert!(refusal.headers.contains(&("content-type", "application/octet-stream".into())));
}

/// PC-RSP-2, ATK-67 at its start: an issuer that cannot be reached is no fault of the token.
#[tokio::test]
async fn without_keys_the_answer_is_a_503_that_blames_nobody() {
    let issuer = TestIssuer::new();
    let auth = fetching(&issuer, &ScriptedFetch::for_issuers([])).await;
    let error = auth.verify(&issuer.token().sign()).await.expect_err("no keys");
    let refusal = auth.refuse(&error);
    assert_eq!((error.reason(), refusal.status, challenge(&refusal)), (Reason::KeysUnavailable, 503, None));
    let wait = refusal.headers.iter().find(|(name, _)| *name == "retry-after").expect("Retry-After");
    assert!(wait.1.parse::<u64>().is_ok_and(|seconds| (1..=60).contains(&seconds)), "{wait:?}");
    assert!(refusal.headers.contains(&("cache-control", "no-store".into())));

    // What is wrong whatever the keys are stays a 401.
    for defect in [Defect::AlgNone, Defect::IssUnknown, Defect::CritUnknown, Defect::TypLogout] {
        let error = auth.verify(&issuer.token().defect(defect).sign()).await.expect_err("a bad token");
        assert_eq!(error.reason().status(), 401, "{defect}");
    }
}

/// RFC9110-15.5.2-a, RFC6750-3-e, RFC6750-3.1-f: no status without its fields.
#[test]
fn every_reason_has_a_status_and_every_401_a_challenge() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for &reason in Reason::ALL {
        let refusal = api.auth.refuse(&AuthError::from(reason));
        assert_eq!(refusal.status, reason.status(), "{reason}");
        assert_eq!(challenge(&refusal).is_some(), matches!(reason.status(), 400..=403), "{reason}");
        let code = challenge(&refusal).and_then(|challenge| challenge.split("error=\"").nth(1)?.split('"').next());
        assert_eq!(code, reason.error_code(), "{reason}");
    }
}

#[derive(Deserialize)]
struct Tenant {
    #[serde(rename = "tenant")]
    _tenant: String,
}

/// Claims that every route needs can be demanded once, for all of them.
#[test]
fn a_caller_whose_claims_do_not_fit_is_refused_before_any_handler() {
    let issuer = issuer();
    let api = Api::set(&issuer, |rules| rules, |config| config.require_claims::<Tenant>());
    assert_eq!(api.answer(&issuer.token().claim("tenant", "acme").sign()), "200");
    let error = api.outcome(&issuer.token().claim("other", "marker").sign()).expect_err("no tenant");
    assert_eq!(error.reason(), Reason::ClaimsRejected);
    assert!(error.expected().is_some_and(|expected| expected.starts_with("field `tenant` for ")), "{error}");
    let error = api.outcome(&issuer.token().claim("tenant", 7_777_777).sign()).expect_err("no string");
    assert_eq!(api.seen(&Err::<(), _>(error.clone())), INVALID_TOKEN);
    assert!(!format!("{error} {error:?} {:?}", error.expected()).contains("7777777"));
}
