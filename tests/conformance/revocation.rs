//! Tokens that were taken back before they expire: by their id, their session, or their subject and time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use portcullis::clock::Clock;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, Issuer, Reason, Revocations};
use portcullis_testing::{Defect, ScriptedFetch, TestIssuer, TokenBuilder};

use crate::api::{ACCEPTED, Api, INVALID_TOKEN, issuer};

const HOUR: Duration = Duration::from_secs(3600);

/// A resource server with an empty list on the clock of its issuer.
fn api_and_list(issuer: &TestIssuer) -> (Api, Revocations) {
    let revocations = Revocations::with_clock(issuer.clock());
    (sharing(issuer, &revocations), revocations)
}

fn sharing(issuer: &TestIssuer, revocations: &Revocations) -> Api {
    Api::set(issuer, |rules| rules, |config| config.revocations(revocations.clone()))
}

fn in_an_hour(issuer: &TestIssuer) -> SystemTime {
    issuer.clock().now() + HOUR
}

fn token(issuer: &TestIssuer, jti: &str, sub: &str, sid: &str) -> TokenBuilder {
    issuer.token().claim("jti", jti).subject(sub).claim("sid", sid)
}

/// PC-REV-1, ATK-62, RFC6750-3.1-f: what was accepted a moment ago is refused at once, and its neighbours are not.
#[test]
fn an_accepted_token_is_refused_from_the_moment_it_is_revoked() {
    let issuer = issuer();
    let of_app = |jti, sub, sid, client: &str| token(&issuer, jti, sub, sid).claim("client_id", client);
    let bad_signature = of_app("one", "alice", "s1", "app").defect(Defect::SignatureFlipped).sign();
    let (now, until) = (issuer.clock().now(), in_an_hour(&issuer));
    type Revoke<'a> = &'a dyn Fn(&Revocations);
    let revoke: [(&str, Revoke<'_>, [&str; 4]); 4] = [
        ("jti", &|list| list.revoke_token(issuer.url(), "one", until), ["two", "alice", "s1", "app"]),
        ("sid", &|list| list.revoke_session(issuer.url(), "s1", until), ["one", "alice", "s2", "app"]),
        ("sub", &|list| list.revoke_subject(issuer.url(), "alice", now + HOUR, until), ["one", "bob", "s1", "app"]),
        (
            "client_id",
            &|list| list.revoke_client(issuer.url(), "app", now + HOUR, until),
            ["one", "alice", "s1", "other"],
        ),
    ];
    for (claim, revoke, [jti, sub, sid, client]) in revoke {
        let (api, list) = api_and_list(&issuer);
        let good = of_app("one", "alice", "s1", "app").sign();
        // Again, so that it is remembered.
        assert_eq!([api.answer(&good), api.answer(&good)], [ACCEPTED; 2], "{claim}");
        assert_eq!(api.caller(&good).session_id(), Some("s1"));
        revoke(&list);
        assert_eq!(api.answer(&good), INVALID_TOKEN, "{claim}");
        let neighbour = of_app(jti, sub, sid, client).sign();
        assert_eq!(api.answer(&neighbour), ACCEPTED, "{claim}");

        // The client sees what it sees of any bad token. The operator sees by what, and never a value.
        let error = api.outcome(&good).expect_err("revoked");
        assert_eq!(api.answer(&good), api.answer(&bad_signature));
        assert_eq!((error.reason(), error.subject_of_check()), (Reason::TokenRevoked, Some(claim)));
        assert_eq!((error.issuer(), error.got()), (Some(issuer.url()), None));
        assert!(error.kid().is_some());
        assert!(!["\"one\"", "alice", "s1", "app"].iter().any(|value| format!("{error:?}").contains(value)), "{error}");
    }
}

/// PC-REV-1: nobody can say whether a token is good when its list is too old, so the answer is no verdict on it, whether it
/// is remembered or not; and all is well again when the list is.
#[test]
fn callers_are_neither_accepted_nor_blamed_by_a_list_that_is_too_old() {
    let issuer = issuer();
    let (api, list) = api_and_list(&issuer);
    let (known, new) = (issuer.token().claim("jti", "known").sign(), issuer.token().claim("jti", "new").sign());
    let revoked = issuer.token().claim("jti", "one").sign();
    list.revoke_token(issuer.url(), "one", in_an_hour(&issuer));
    let feed = list.feed(portcullis::defaults::REVOCATIONS_USABLE_FOR).expect("the first");
    let unavailable = Some(Reason::RevocationsUnavailable);
    let reasons = || [&known, &new, &revoked].map(|token| api.reason(token));
    assert_eq!(reasons(), [unavailable, unavailable, Some(Reason::TokenRevoked)], "never in step");
    feed.in_step(feed.asking());
    assert_eq!([api.answer(&known), api.answer(&known)], [ACCEPTED; 2]);
    issuer.clock().advance(portcullis::defaults::REVOCATIONS_USABLE_FOR - Duration::from_millis(1));
    assert_eq!(api.answer(&known), ACCEPTED);
    issuer.clock().advance(Duration::from_millis(1));
    assert_eq!(reasons(), [unavailable, unavailable, Some(Reason::TokenRevoked)]);
    let error = api.outcome(&known).expect_err("too old");
    assert_eq!((error.issuer(), error.subject_of_check()), (Some(issuer.url()), None));
    let refusal = api.auth.refuse(&error);
    assert_eq!(refusal.status, 503);
    assert!(refusal.headers.contains(&("retry-after", "5".into())));
    assert!(!refusal.headers.iter().any(|(name, _)| *name == "www-authenticate"));
    // What is wrong whatever the list says stays a 401.
    let bad = issuer.token().defect(Defect::SignatureFlipped).sign();
    assert_eq!(api.reason(&bad), Some(Reason::SignatureInvalid));
    feed.in_step(feed.asking());
    assert_eq!(reasons(), [None, None, Some(Reason::TokenRevoked)]);
}

/// A list is no reason to look into a token that is bad otherwise: the first fault is told.
#[test]
fn a_revoked_token_that_is_bad_otherwise_is_refused_for_that() {
    let issuer = issuer();
    let (api, list) = api_and_list(&issuer);
    list.revoke_token(issuer.url(), "one", in_an_hour(&issuer));
    let token = || issuer.token().claim("jti", "one");
    assert_eq!(api.reason(&token().sign()), Some(Reason::TokenRevoked));
    for (defect, reason) in [
        (Defect::SignatureFlipped, Reason::SignatureInvalid),
        (Defect::Expired, Reason::TokenExpired),
        (Defect::AudOther, Reason::AudienceMismatch),
    ] {
        assert_eq!(api.reason(&token().defect(defect).sign()), Some(reason), "{defect}");
    }
}

#[test]
fn what_is_revoked_at_one_issuer_is_good_at_another() {
    let (one, other) = (TestIssuer::new(), TestIssuer::builder().url("https://other.test/").seed(1).build());
    let list = Revocations::with_clock(one.clock());
    let auth = TestIssuer::trusting_all(&[&one, &other]).revocations(list.clone()).build().expect("two issuers");
    let reason = |token: TokenBuilder| {
        auth.verify(&token.sign()).now().expect("keys are here").err().map(|error| error.reason())
    };
    let (now, until) = (one.clock().now(), in_an_hour(&one));
    list.revoke_token(one.url(), "one", until);
    list.revoke_session(one.url(), "s1", until);
    list.revoke_subject(one.url(), "alice", now + HOUR, until);
    for [jti, sub, sid] in [["one", "bob", "s2"], ["two", "bob", "s1"], ["two", "alice", "s2"]] {
        assert_eq!(reason(token(&one, jti, sub, sid)), Some(Reason::TokenRevoked));
        assert_eq!(reason(token(&other, jti, sub, sid)), None);
    }
    // The name is the configured one, to the octet; another does no harm.
    for near in [format!("{}/", one.url()), one.url().to_uppercase(), String::new()] {
        list.revoke_token(&near, "two", until);
        assert_eq!(reason(token(&one, "two", "bob", "s2")), None, "{near}");
    }
}

/// A user who was shut out logs in again.
#[test]
fn a_subjects_tokens_of_before_are_refused_and_those_of_after_accepted() {
    let issuer = issuer();
    let (api, list) = api_and_list(&issuer);
    let before = issuer.token().subject("alice").sign();
    let undated = issuer.token().subject("alice").without("iat").sign();
    assert_eq!((api.reason(&before), api.reason(&undated)), (None, None));
    issuer.clock().advance(Duration::from_secs(1));
    let now = issuer.clock().now();
    list.revoke_subject(issuer.url(), "alice", now, now + HOUR);
    let after = issuer.token().subject("alice").sign();
    let revoked = Some(Reason::TokenRevoked);
    assert_eq!((api.reason(&before), api.reason(&undated), api.reason(&after)), (revoked, revoked, None));
    assert_eq!(api.reason(&issuer.token().subject("bob").without("iat").sign()), None);
}

#[test]
fn authenticators_that_share_a_list_refuse_the_same_and_one_without_refuses_nothing() {
    let issuer = issuer();
    let (first, list) = api_and_list(&issuer);
    let (second, without) = (sharing(&issuer, &list), Api::of(&issuer));
    let token = issuer.token().claim("jti", "one").sign();
    let reasons = || [&first, &second, &without].map(|api| api.reason(&token));
    assert_eq!(reasons(), [None; 3]);
    list.revoke_token(issuer.url(), "one", in_an_hour(&issuer));
    assert_eq!(reasons(), [Some(Reason::TokenRevoked), Some(Reason::TokenRevoked), None]);
}

/// The issuer's own oddity, which nobody else can bring about; but its session could not be revoked.
#[test]
fn a_session_id_that_is_no_string_is_refused_where_there_is_a_list() {
    let issuer = issuer();
    let ((api, _list), without) = (api_and_list(&issuer), Api::of(&issuer));
    for json in ["7", "null", "true", "[\"s1\"]", "{\"a\":1}"] {
        let token = issuer.token().claim_json("sid", json).sign();
        assert_eq!((api.reason(&token), without.reason(&token)), (Some(Reason::ClaimMalformed), None), "{json}");
        assert_eq!(without.caller(&token).session_id(), None);
    }
    assert_eq!(api.answer(&issuer.token().claim("sid", "7").sign()), ACCEPTED);
}

/// PC-REV-2: by the time an entry is dropped no token is left that it was for.
#[test]
fn an_entry_lasts_as_long_as_its_token_with_the_largest_leeway() {
    let issuer = issuer();
    let list = Revocations::with_clock(issuer.clock());
    let largest = |config: AuthenticatorBuilder| config.leeway(portcullis::defaults::MAX_LEEWAY);
    let lenient = Api::set(&issuer, |rules| rules, |config| largest(config).revocations(list.clone()));
    let without = Api::set(&issuer, |rules| rules, largest);
    let token = issuer.token().claim("jti", "one").expires_in(HOUR).sign();
    list.revoke_token(issuer.url(), "one", in_an_hour(&issuer));
    let others = |times: usize| {
        for _ in 0..times {
            list.revoke_token(issuer.url(), "other", in_an_hour(&issuer));
        }
    };
    issuer.clock().advance(HOUR + Duration::from_secs(299));
    others(100);
    assert_eq!((lenient.reason(&token), without.reason(&token)), (Some(Reason::TokenRevoked), None));
    issuer.clock().advance(Duration::from_secs(1));
    others(100);
    assert_eq!(list.len(), 1);
    assert_eq!([&lenient, &without].map(|api| api.reason(&token)), [Some(Reason::TokenExpired); 2]);
}

/// ATK-62: a request that waits for keys is decided by the list of the moment in which they are there.
#[tokio::test]
async fn a_token_that_is_revoked_while_its_request_waits_for_keys_is_refused() {
    let issuer = TestIssuer::new();
    let list = Revocations::with_clock(issuer.clock());
    let trusted = Authenticator::trusting(Issuer::new(issuer.url(), issuer.audience())).clock(issuer.clock());
    let auth = trusted.fetch_with(ScriptedFetch::new(&issuer)).revocations(list.clone()).build().expect("good");
    let (one, two) = (issuer.token().claim("jti", "one").sign(), issuer.token().claim("jti", "two").sign());
    let (one, two) = (auth.verify(&one), auth.verify(&two));
    list.revoke_token(issuer.url(), "one", in_an_hour(&issuer));
    assert_eq!(one.await.expect_err("revoked").reason(), Reason::TokenRevoked);
    two.await.expect("a good token");
}

/// While one thread revokes token after token, no other accepts one that was revoked before it began to look.
#[test]
fn no_verification_that_begins_after_a_revocation_accepts_the_token() {
    const TOKENS: usize = 200;
    let issuer = TestIssuer::builder().algorithm(Algorithm::Ed25519).build();
    let (api, list) = api_and_list(&issuer);
    let tokens: Vec<String> =
        (0..TOKENS).map(|n| issuer.token().claim("jti", n.to_string()).subject("alice").sign()).collect();
    let (revoked, until) = (AtomicUsize::new(0), in_an_hour(&issuer));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut seen = 0;
                while seen < TOKENS {
                    seen = revoked.load(Ordering::Acquire);
                    if let Some(newest) = tokens[..seen].last() {
                        assert_eq!(api.reason(newest), Some(Reason::TokenRevoked), "{seen}");
                    }
                }
            });
        }
        for (n, token) in tokens.iter().enumerate() {
            assert_eq!(api.reason(token), None, "{n}");
            list.revoke_token(issuer.url(), &n.to_string(), until);
            revoked.store(n + 1, Ordering::Release);
        }
    });
}
