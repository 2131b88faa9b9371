//! OpenID Connect Back-Channel Logout 1.0 with errata set 1: what the issuer posts when somebody logs out.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{
    Authenticator, BackChannelLogout, BackChannelLogoutBuilder, Issuer, LoggedOut, LogoutAnswer, LogoutError, Reason,
    Revocations, defaults,
};
use portcullis_testing::{Defect, LogoutDefect, ScriptedFetch, TestIssuer, TokenBuilder};

use crate::api::{ACCEPTED, Api, INVALID_TOKEN, bad_tokens, issuer};

const CLIENT: &str = "test-client";
const FORM: &[(&str, &[u8])] = &[("content-type", b"application/x-www-form-urlencoded")];
const HOUR: Duration = Duration::from_secs(3600);

/// A resource server and its endpoint for logouts.
struct Site {
    issuer: TestIssuer,
    api: Api,
    list: Revocations,
    logout: BackChannelLogout,
}

impl Site {
    fn new() -> Self {
        Self::with(|config| config)
    }

    fn with(settings: impl FnOnce(BackChannelLogoutBuilder) -> BackChannelLogoutBuilder) -> Self {
        let issuer = issuer();
        let list = Revocations::with_clock(issuer.clock());
        let api = Api::set(&issuer, |rules| rules, |config| config.revocations(list.clone()));
        let logout = settings(BackChannelLogout::builder(&api.auth, issuer.url(), CLIENT));
        Self { logout: logout.build().expect("a good configuration"), issuer, api, list }
    }

    fn post(&self, token: &str) -> Result<LoggedOut, LogoutError> {
        self.post_body(format!("logout_token={token}").as_bytes())
    }

    fn post_body(&self, body: &[u8]) -> Result<LoggedOut, LogoutError> {
        at_once(self.logout.receive("POST", FORM, |_| ready(Ok(body))))
    }

    fn status(&self, token: TokenBuilder) -> u16 {
        LogoutAnswer::to(&self.post(&token.sign())).status
    }

    fn reason(&self, token: TokenBuilder) -> Option<Reason> {
        match self.post(&token.sign()) {
            Ok(_) => None,
            Err(LogoutError::TokenRefused(error)) => Some(error.reason()),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Keys and body are here, so there is nothing to wait for.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something is waited for"),
    }
}

/// OIDC-BCL-2.5-a
#[test]
fn a_logout_is_a_form_with_one_token_and_other_parameters_are_passed_over() {
    let site = Site::new();
    let token = || site.issuer.logout_token().sign();
    for body in [
        format!("logout_token={}", token()),
        format!("state=x&logout_token={}&client_id=somebody&client_id=else", token()),
        format!("logout_token={}&iss=https%3A%2F%2Fsomebody.test&sid=other", token().replace('.', "%2E")),
    ] {
        assert!(site.post_body(body.as_bytes()).is_ok(), "{body}");
    }
    assert_eq!(site.list.len(), 1, "sid beside the token is not looked at");
    let body = |text: &str| site.post_body(text.as_bytes()).expect_err(text).as_str();
    let (one, two) = (token(), token());
    assert_eq!(body(&format!("logout_token={one}&logout_token={two}")), "logout_token_repeated");
    assert_eq!(body(&format!("token={one}")), "logout_token_missing");
    assert_eq!(body(&format!("{{\"logout_token\":\"{one}\"}}")), "logout_token_missing");
    assert!(site.post(&one).is_ok(), "none of these has used it up");
}

/// OIDC-BCL-2.5-a: what is no form is refused before anything of it is read.
#[test]
fn what_is_no_post_of_a_form_is_refused_unread() {
    let site = Site::new();
    let json: &[(&str, &[u8])] = &[("content-type", b"application/json")];
    for (method, head, status) in [("GET", FORM, 405), ("PUT", FORM, 405), ("POST", json, 400), ("POST", &[], 400)] {
        let read = |_| -> std::future::Ready<Result<Vec<u8>, LogoutError>> { panic!("read") };
        let outcome = at_once(site.logout.receive(method, head, read));
        assert_eq!(LogoutAnswer::to(&outcome).status, status, "{method}");
    }
}

#[test]
fn a_body_has_room_for_the_longest_token_and_some_parameters_and_no_more() {
    let site = Site::new();
    let limit = defaults::MAX_TOKEN_BYTES + defaults::LOGOUT_FORM_SLACK;
    let outcome = at_once(site.logout.receive("POST", FORM, |most| {
        assert_eq!(most, limit);
        ready(Ok(Vec::new()))
    }));
    assert_eq!(outcome.expect_err("empty").as_str(), "logout_token_missing");
    let form = |padding: usize| format!("logout_token={}&x={}", site.issuer.logout_token().sign(), "x".repeat(padding));
    let shortest = form(0).len();
    assert!(site.post_body(form(limit - shortest - 2).as_bytes()).is_ok());
    let long = site.post_body(form(limit).as_bytes()).expect_err("too long");
    assert_eq!((long.as_str(), long.status()), ("body_too_large", 400));
    let unread = at_once(site.logout.receive("POST", FORM, |_| ready(Err::<Vec<u8>, _>(LogoutError::BodyUnreadable))));
    assert_eq!(unread.expect_err("unread").as_str(), "body_unreadable");
    assert_eq!(site.reason(site.issuer.logout_token().padded_to(17_000)), Some(Reason::TokenTooLarge));
}

/// OIDC-BCL-2.6-a, OIDC-BCL-2.6-b, OIDC-BCL-2.6-c, OIDC-BCL-2.8-a, ATK-13
#[test]
fn every_bad_logout_token_is_refused_and_revokes_nothing() {
    let site = Site::new();
    let access = site.issuer.token().subject("test-user").session("test-session").sign();
    for defect in LogoutDefect::ALL {
        let token = site.issuer.logout_token().logout_defect(*defect);
        assert_eq!(site.status(token), defect.expected_status(), "{defect}");
    }
    assert!(site.list.is_empty());
    assert_eq!(site.api.answer(&access), ACCEPTED);
    assert_eq!(site.status(site.issuer.logout_token()), 200);
    assert_eq!(site.api.answer(&access), INVALID_TOKEN);
}

/// OIDC-BCL-2.6-a: what is wrong with any token is wrong with these. The rest is about claims that they do not have.
#[test]
fn every_defect_of_tokens_in_general_is_one_of_logout_tokens() {
    const OF_ACCESS_TOKENS: [Defect; 12] = [
        Defect::TypLogout,
        Defect::TypLogoutApplication,
        Defect::IdTokenAtHash,
        Defect::IdTokenCHash,
        Defect::IdTokenSHash,
        Defect::KeycloakIdToken,
        Defect::KeycloakRefreshToken,
        Defect::KeycloakOfflineToken,
        Defect::CognitoIdToken,
        Defect::ScopeArray,
        Defect::BoundToDpopKey,
        Defect::BoundToCertificate,
    ];
    let site = Site::new();
    let accepted = |defect: &&Defect| site.status(site.issuer.logout_token().defect(**defect)) == 200;
    let accepted: Vec<Defect> = Defect::ALL.iter().filter(accepted).copied().collect();
    assert_eq!(accepted, OF_ACCESS_TOKENS);
}

/// OIDC-BCL-2.6-a: `typ` came with the errata, and many issuers write none of its own yet.
#[test]
fn what_a_header_says_that_it_is_may_be_demanded() {
    let (lenient, strict) = (Site::new(), Site::with(BackChannelLogoutBuilder::require_logout_typ));
    for (typ, by_default, when_demanded) in [
        (Some("logout+jwt"), 200, 200),
        (Some("application/logout+jwt"), 200, 200),
        (Some("JWT"), 200, 400),
        (None, 200, 400),
        (Some("at+jwt"), 400, 400),
        (Some("logout"), 400, 400),
    ] {
        let status = |site: &Site| {
            let token = site.issuer.logout_token();
            site.status(typ.map_or(token.without_header("typ"), |typ| site.issuer.logout_token().header("typ", typ)))
        };
        assert_eq!((status(&lenient), status(&strict)), (by_default, when_demanded), "{typ:?}");
    }
}

/// OIDC-BCL-2.6-a
#[test]
fn iat_exp_and_aud_are_held_to_their_bounds() {
    let site = Site::new();
    let now = site.issuer.clock().now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let dated = |iat: u64, exp: u64| site.issuer.logout_token().claim("iat", iat).claim("exp", exp);
    // Ten minutes, and 30 s of leeway.
    for (iat, exp, reason) in [
        (now - 630, now + 60, None),
        (now - 631, now + 60, Some(Reason::TokenTooOld)),
        (now + 30, now + 60, None),
        (now + 31, now + 60, Some(Reason::IssuedInFuture)),
        (now - 60, now - 29, None),
        (now - 60, now - 30, Some(Reason::TokenExpired)),
    ] {
        assert_eq!(site.reason(dated(iat, exp)), reason, "{iat} {exp} at {now}");
    }
    let audience = |names: [&str; 2]| site.reason(site.issuer.logout_token().audiences(names));
    assert_eq!(audience(["another", CLIENT]), None);
    assert_eq!(audience(["another", "Test-Client"]), Some(Reason::AudienceMismatch));
    let several = Site::with(|config| config.client_id("web").max_token_age(Duration::from_secs(60)));
    assert_eq!(several.reason(several.issuer.logout_token().audience("web")), None);
    let old = several.issuer.logout_token().claim("iat", now - 91);
    assert_eq!(several.reason(old), Some(Reason::TokenTooOld));
}

/// OIDC-BCL-2.6-a: the waiver is of `exp` only, and the age of a token stays bounded.
#[test]
fn exp_may_be_waived_and_a_token_without_it_is_good_once_and_not_for_long() {
    let (strict, waived) =
        (Site::new(), Site::with(BackChannelLogoutBuilder::dangerous_accept_logout_tokens_without_exp));
    assert_eq!(strict.reason(strict.issuer.logout_token().without("exp")), Some(Reason::ClaimMissing));
    let token = waived.issuer.logout_token().without("exp").sign();
    let old = waived.issuer.logout_token().without("exp");
    assert!(waived.post(&token).is_ok());
    waived.issuer.clock().advance(Duration::from_secs(630));
    assert_eq!(waived.post(&token).expect_err("a second time").as_str(), "logout_token_replayed");
    waived.issuer.clock().advance(Duration::from_secs(1));
    assert_eq!(waived.reason(old), Some(Reason::TokenTooOld));
    let over = waived.issuer.logout_token().logout_defect(LogoutDefect::Expired);
    assert_eq!(waived.reason(over), Some(Reason::TokenExpired));
}

/// OIDC-BCL-2.6-d
#[test]
fn a_logout_token_counts_once() {
    let site = Site::new();
    let one = site.issuer.logout_token().claim("jti", "one").sign();
    assert!(site.post(&one).is_ok());
    let again = site.post(&one);
    assert_eq!(again.as_ref().expect_err("again").as_str(), "logout_token_replayed");
    assert_eq!(LogoutAnswer::to(&again).status, 400);
    // It is the id that counts, and a refused token uses none up.
    let renewed = |jti: &str| site.issuer.logout_token().claim("jti", jti).session("another");
    assert_eq!(site.post(&renewed("one").sign()).expect_err("again").as_str(), "logout_token_replayed");
    assert_eq!(site.reason(renewed("two").audience("another-client")), Some(Reason::AudienceMismatch));
    assert_eq!(site.reason(renewed("two")), None);
}

/// OIDC-BCL-2.6-b: a session by its `sid`, with a `sub` or without; a user by `sub` alone.
#[test]
fn a_session_is_ended_by_sid_and_every_session_of_a_user_by_sub() {
    let access = |site: &Site, sub: &str, sid: &str| site.issuer.token().subject(sub).session(sid).sign();
    for (name, logout, expected) in [
        ("both", (true, true), [INVALID_TOKEN, ACCEPTED, ACCEPTED, INVALID_TOKEN]),
        ("sid", (false, true), [INVALID_TOKEN, ACCEPTED, ACCEPTED, INVALID_TOKEN]),
        ("sub", (true, false), [INVALID_TOKEN, INVALID_TOKEN, ACCEPTED, ACCEPTED]),
    ] {
        let site = Site::new();
        let tokens = [("alice", "s1"), ("alice", "s2"), ("bob", "s2"), ("bob", "s1")];
        let tokens = tokens.map(|(sub, sid)| access(&site, sub, sid));
        assert_eq!(tokens.each_ref().map(|token| site.api.answer(token)), [ACCEPTED; 4]);
        let token = site.issuer.logout_token().subject("alice").session("s1");
        let token = if logout.0 { token } else { token.without("sub") };
        let token = if logout.1 { token } else { token.without("sid") };
        let logged_out = site.post(&token.sign()).expect("a good logout token");
        assert_eq!(logged_out.issuer(), site.issuer.url());
        assert_eq!(logged_out.subject(), logout.0.then_some("alice"));
        assert_eq!(logged_out.session_id(), logout.1.then_some("s1"));
        assert_eq!(logged_out.is_every_session(), !logout.1);
        assert!(!format!("{logged_out:?}").contains("alice") && !format!("{logged_out:?}").contains("s1"));
        assert_eq!(tokens.each_ref().map(|token| site.api.answer(token)), expected, "{name}");
    }
}

/// Where access tokens have no `sid`, a session cannot be found by it.
#[test]
fn every_session_of_the_user_can_be_ended_with_the_named_one() {
    let (narrow, wide) = (Site::new(), Site::with(BackChannelLogoutBuilder::every_session));
    for (site, answer) in [(&narrow, ACCEPTED), (&wide, INVALID_TOKEN)] {
        let (alice, bob) = (site.issuer.token().subject("alice").sign(), site.issuer.token().subject("bob").sign());
        let by_session = site.issuer.token().subject("bob").session("s1").sign();
        site.post(&site.issuer.logout_token().subject("alice").session("s1").sign()).expect("a good logout token");
        assert_eq!([alice, bob].map(|token| site.api.answer(&token)), [answer, ACCEPTED]);
        assert_eq!(site.api.answer(&by_session), INVALID_TOKEN);
    }
    // Without a `sub` there is only the session.
    let logged_out = wide.post(&wide.issuer.logout_token().without("sub").session("s2").sign()).expect("good");
    assert!(!logged_out.is_every_session());
}

/// A user logs in again: it is the logout token's own date that divides, not the time at which it arrives.
#[test]
fn tokens_of_the_second_of_the_logout_are_ended_and_those_of_the_next_are_not() {
    let site = Site::new();
    let access = || site.issuer.token().subject("alice").sign();
    let logout = || site.issuer.logout_token().subject("alice").without("sid").sign();
    let (before, late) = (access(), logout());
    site.issuer.clock().advance(Duration::from_secs(1));
    let after = access();
    site.issuer.clock().advance(Duration::from_secs(5));
    site.post(&late).expect("a good logout token");
    assert_eq!((site.api.answer(&before), site.api.answer(&after)), (INVALID_TOKEN.into(), ACCEPTED.into()));
}

#[test]
fn a_logout_is_kept_for_as_long_as_access_tokens_live() {
    let site = Site::with(|config| config.counts_for(2 * HOUR));
    let access = site.issuer.token().session("s1").expires_in(2 * HOUR).sign();
    site.post(&site.issuer.logout_token().session("s1").sign()).expect("a good logout token");
    let later = || {
        for _ in 0..100 {
            site.list.revoke_token(site.issuer.url(), "other", site.issuer.clock().now());
        }
        site.list.len()
    };
    site.issuer.clock().advance(2 * HOUR + Duration::from_secs(29));
    assert_eq!((later(), site.api.reason(&access)), (2, Some(Reason::TokenRevoked)));
    site.issuer.clock().advance(HOUR);
    assert_eq!(later(), 1, "it is over, and so is every token that it could be for");
}

/// ATK-13: in both directions, however much a token looks like the other.
#[test]
fn no_access_token_is_a_logout_token_and_no_logout_token_an_access_token() {
    let site = Site::new();
    let access = || site.issuer.token().session("s1").audiences([site.issuer.audience(), CLIENT]);
    assert_eq!(site.api.answer(&access().sign()), ACCEPTED);
    for token in [access(), access().header("typ", "JWT"), access().without_header("typ")] {
        assert_eq!(site.reason(token), Some(Reason::TokenTypeNotAllowed));
    }
    let logout = || site.issuer.logout_token().audiences([site.issuer.audience(), CLIENT]);
    for token in
        [logout(), logout().header("typ", "JWT"), logout().without_header("typ"), logout().header("typ", "at+jwt")]
    {
        assert_eq!(site.api.reason(&token.sign()), Some(Reason::TokenTypeNotAllowed));
    }
    assert_eq!(site.reason(logout()), None);
    // A token that was accepted as the one is not remembered as the other.
    let plain = logout().header("typ", "JWT").sign();
    assert!(site.post(&plain).is_ok());
    assert_eq!(site.api.reason(&plain), Some(Reason::TokenTypeNotAllowed));
    assert!(bad_tokens().iter().all(|(_, token)| site.post(token).is_err()));
}

/// OIDC-BCL-2.8-a
#[test]
fn every_answer_is_200_or_400_and_never_cached() {
    let site = Site::new();
    let good = LogoutAnswer::to(&site.post(&site.issuer.logout_token().sign()));
    assert_eq!(
        (good.status, good.headers.as_slice(), &*good.body),
        (200, &[("cache-control", "no-store".into())][..], &b""[..])
    );
    let bad = [
        site.post("x"),
        site.post(""),
        site.post_body(b""),
        site.post(&site.issuer.logout_token().defect(Defect::AlgNone).sign()),
    ];
    for outcome in bad {
        let answer = LogoutAnswer::to(&outcome);
        assert_eq!((answer.status, &*answer.body), (400, &br#"{"error":"invalid_request"}"#[..]));
        assert_eq!(answer.headers, [("cache-control", "no-store".into()), ("content-type", "application/json".into())]);
    }
    let get = LogoutAnswer::to(&at_once(site.logout.receive("GET", FORM, |_| ready(Ok(b"")))));
    assert_eq!(get.status, 405);
    assert!(
        get.headers.contains(&("allow", "POST".into())) && get.headers.contains(&("cache-control", "no-store".into()))
    );
}

/// OIDC-BCL-2.8-a: a logout that cannot be decided now is not a wrong one; the issuer is to try again.
#[tokio::test]
async fn without_keys_the_answer_is_503_and_the_same_token_is_good_later() {
    let issuer = TestIssuer::new();
    let network = ScriptedFetch::new(&issuer);
    let list = Revocations::with_clock(issuer.clock());
    let trusted = Authenticator::trusting(Issuer::new(issuer.url(), issuer.audience())).clock(issuer.clock());
    let auth = trusted.fetch_with(network.clone()).revocations(list.clone()).build().expect("a good configuration");
    let logout = BackChannelLogout::builder(&auth, issuer.url(), CLIENT).build().expect("a good configuration");
    let post = |token: String| {
        let logout = logout.clone();
        async move { logout.receive("POST", FORM, |_| ready(Ok(format!("logout_token={token}")))).await }
    };
    network.at(&issuer.jwks_url()).status(500);
    let token = issuer.logout_token().sign();
    let answer = LogoutAnswer::to(&post(token.clone()).await);
    assert_eq!((answer.status, &*answer.body), (503, &br#"{"error":"temporarily_unavailable"}"#[..]));
    assert!(answer.headers.iter().any(|(name, _)| *name == "retry-after"));
    assert!(answer.headers.contains(&("cache-control", "no-store".into())));
    assert!(list.is_empty());

    network.at(&issuer.jwks_url()).serve();
    auth.refresh().await;
    post(token).await.expect("a good token, and keys");
    assert_eq!(list.len(), 1);

    // A rotation is found as it is for an access token, by one fetch that both share.
    issuer.rotate();
    let fetches = || network.journal().count(&issuer.jwks_url());
    let before = fetches();
    post(issuer.logout_token().session("s2").sign()).await.expect("a good token under a new key");
    auth.verify(&issuer.token().sign()).now().expect("keys are here").expect("a good token under a new key");
    assert_eq!(fetches(), before + 1);
    // And what names somebody else causes none.
    for defect in
        [LogoutDefect::IssOther, LogoutDefect::IssMissing, LogoutDefect::AlgNone, LogoutDefect::TypAccessToken]
    {
        let token = issuer.logout_token().kid("invented").logout_defect(defect).sign();
        assert_eq!(LogoutAnswer::to(&post(token).await).status, 400, "{defect}");
    }
    assert_eq!(fetches(), before + 1);
}

#[test]
fn each_issuer_has_an_endpoint_of_its_own() {
    let (one, other) = (TestIssuer::new(), TestIssuer::builder().url("https://other.test/").seed(1).build());
    let list = Revocations::with_clock(one.clock());
    let auth = TestIssuer::trusting_all(&[&one, &other]).revocations(list).build().expect("two issuers");
    let logout = BackChannelLogout::builder(&auth, other.url(), CLIENT).build().expect("a good configuration");
    let post = |token: TokenBuilder| {
        let body = format!("logout_token={}", token.sign());
        at_once(logout.receive("POST", FORM, |_| ready(Ok(body)))).map_err(|error| error.as_str())
    };
    let verify = |token: &str| auth.verify(token).now().expect("keys are here").is_ok();
    let tokens = [&one, &other].map(|issuer| issuer.token().session("s1").sign());
    assert_eq!(post(one.logout_token().session("s1")).err(), Some("issuer_unknown"));
    let crossed = one.logout_token().session("s1").issuer(other.url()).kid(&other.current_kid());
    assert_eq!(post(crossed).err(), Some("signature_invalid"));
    assert_eq!(tokens.each_ref().map(|token| verify(token)), [true, true]);
    assert!(post(other.logout_token().session("s1")).is_ok());
    assert_eq!(tokens.each_ref().map(|token| verify(token)), [true, false]);
}

/// Every problem at once, and no endpoint that would revoke nothing.
#[test]
fn an_endpoint_that_could_not_work_is_not_built() {
    let issuer = issuer();
    let without_list = Api::of(&issuer);
    let nearly = format!("{}/", issuer.url());
    let error = BackChannelLogout::builder(&without_list.auth, &nearly, "")
        .max_token_age(Duration::ZERO)
        .counts_for(Duration::from_secs(31 * 24 * 3600))
        .build()
        .expect_err("five problems");
    let settings: Vec<_> = error.problems().iter().map(|problem| problem.setting.rsplit(' ').next()).collect();
    let expected = ["issuer", "revocations", "client_id", "max_token_age", "counts_for"].map(Some);
    assert_eq!(settings, expected, "{error}");
    assert!(BackChannelLogout::builder(&without_list.auth, issuer.url(), CLIENT).build().is_err());
}
