//! Tokens that were seen before: accepted for as long, by as much and from as many as if they never had been.

use std::thread;
use std::time::UNIX_EPOCH;

use metrics_util::debugging::DebuggingRecorder;
use portcullis::clock::Clock;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, Issuer, Reason, Revocations};
use portcullis_testing::{ManualClock, TestIssuer, TestKey};

use crate::scene::{Scene, ask, decide, hours, minutes, seconds};

/// Presents a token that is accepted, and again: from then on it is known, unless the cache was switched off for the
/// whole run.
fn remember(auth: &Authenticator, token: &str) {
    for _ in 0..2 {
        assert_eq!(decide(auth, token), Ok(()));
    }
    assert_known(auth, token);
}

/// Accepted, and not verified for it.
fn assert_known(auth: &Authenticator, token: &str) {
    let before = auth.cache_status();
    assert_eq!(decide(auth, token), Ok(()));
    let after = auth.cache_status();
    assert_eq!(after.misses, before.misses);
    assert!(after.hits > before.hits || after.capacity == 0);
}

/// Accepted after it was verified once more.
fn assert_verified_anew(auth: &Authenticator, token: &str) {
    let before = auth.cache_status();
    assert_eq!(decide(auth, token), Ok(()));
    let after = auth.cache_status();
    assert!(after.misses == before.misses + 1 || after.capacity == 0);
}

fn fixed(issuer: &TestIssuer) -> AuthenticatorBuilder {
    let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    Authenticator::trusting(rules).clock(issuer.clock())
}

/// ATK-62, RFC7519-4.1.4-a: to the second, with the leeway.
#[test]
fn a_known_token_expires_when_it_says() {
    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).build().unwrap();
    let token = issuer.token().expires_in(seconds(60)).sign();
    remember(&auth, &token);
    issuer.clock().advance(seconds(89));
    assert_known(&auth, &token);
    issuer.clock().advance(seconds(1));
    for _ in 0..3 {
        assert_eq!(decide(&auth, &token), Err(Reason::TokenExpired));
    }
}

/// ATK-62, RFC7519-4.1.5-a: a clock that is set back makes it one of the future again.
#[test]
fn a_known_token_is_not_valid_before_its_time_when_the_clock_was_set_back() {
    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).build().unwrap();
    let now = issuer.clock().now();
    let date = |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let token = issuer.token().without("iat").claim("nbf", date(now)).sign();
    remember(&auth, &token);
    issuer.clock().set_wall(now - seconds(30));
    assert_known(&auth, &token);
    issuer.clock().set_wall(now - seconds(31));
    for _ in 0..2 {
        assert_eq!(decide(&auth, &token), Err(Reason::TokenNotYetValid));
    }
    issuer.clock().set_wall(now);
    assert_verified_anew(&auth, &token);
}

#[test]
fn a_known_token_grows_too_old_where_there_is_a_limit() {
    let issuer = TestIssuer::new();
    let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks()).max_token_age(minutes(5));
    let auth = Authenticator::trusting(rules).clock(issuer.clock()).build().unwrap();
    let token = issuer.token().expires_in(hours(1)).sign();
    remember(&auth, &token);
    issuer.clock().advance(minutes(5) + seconds(30));
    assert_known(&auth, &token);
    issuer.clock().advance(seconds(1));
    assert_eq!(decide(&auth, &token), Err(Reason::TokenTooOld));
}

/// ATK-62, PC-CLM-5
#[tokio::test]
async fn a_known_token_is_refused_once_its_key_is_withdrawn() {
    let scene = Scene::started().await;
    let token = scene.token();
    remember(&scene.auth, &token);
    scene.issuer.rotate_without_overlap();
    assert_known(&scene.auth, &token);
    scene.auth.refresh().await;
    for _ in 0..2 {
        assert_eq!(scene.ask(&token).await, Err(Reason::KeyUnknown));
    }
}

#[tokio::test]
async fn a_known_token_is_verified_anew_when_keys_changed_and_its_own_is_still_there() {
    let scene = Scene::started().await;
    let token = scene.token();
    remember(&scene.auth, &token);
    // Confirmed, not changed.
    scene.auth.refresh().await;
    assert_known(&scene.auth, &token);
    scene.issuer.rotate();
    scene.auth.refresh().await;
    assert_verified_anew(&scene.auth, &token);
    assert_known(&scene.auth, &token);
}

/// The same `kid` for another key: what was signed with the old one is refused, however well it is known.
#[tokio::test]
async fn a_known_token_is_refused_when_its_kid_names_another_key() {
    let scene = Scene::started().await;
    let (kid, old) = (scene.issuer.current_kid(), scene.token());
    remember(&scene.auth, &old);
    let other = TestKey::foreign(Algorithm::Ed25519);
    let mut jwk = other.jwk();
    jwk["kid"] = kid.as_str().into();
    scene.keys().json(format!(r#"{{"keys":[{jwk}]}}"#));
    scene.auth.refresh().await;
    for _ in 0..2 {
        assert_eq!(scene.decide(&old), Err(Reason::SignatureInvalid));
    }
    let new = scene.issuer.token().kid(&kid).signed_by(&other).sign();
    assert_eq!(scene.decide(&new), Ok(()));
}

/// Keys that may no longer be used are no keys, for known tokens as for others.
#[tokio::test]
async fn a_known_token_is_answered_with_503_when_keys_are_too_old() {
    let scene = Scene::started().await;
    let token = scene.issuer.token().expires_in(hours(100)).sign();
    remember(&scene.auth, &token);
    scene.keys().status(500);
    scene.pass(hours(23)).await;
    assert_known(&scene.auth, &token);
    scene.pass(hours(2)).await;
    assert_eq!(scene.ask(&token).await, Err(Reason::KeysUnavailable));
    scene.keys().serve();
    scene.pass(minutes(2)).await;
    assert_eq!(scene.decide(&token), Ok(()));
}

/// ATK-62: what one authenticator knows is nothing to another, whatever sets them apart.
#[test]
fn a_token_known_to_one_authenticator_is_judged_by_the_rules_of_another() {
    let issuer = TestIssuer::new();
    let token = issuer.token().header("typ", "JWT").expires_in(minutes(10)).sign();
    let here = fixed(&issuer).build().unwrap();
    remember(&here, &token);
    let rules = |url: &str, audience: &str| Issuer::new(url, audience).key_set(issuer.jwks());
    let build = |rules: Issuer, clock: ManualClock| Authenticator::trusting(rules).clock(clock).build().unwrap();
    let later = ManualClock::new();
    later.set_wall(issuer.clock().now() + hours(1));
    let others = [
        (build(rules(issuer.url(), "https://other.test"), issuer.clock()), Err(Reason::AudienceMismatch)),
        (build(rules("https://other.test", issuer.audience()), issuer.clock()), Err(Reason::IssuerUnknown)),
        (build(rules(issuer.url(), issuer.audience()).rfc9068(), issuer.clock()), Err(Reason::TokenTypeNotAllowed)),
        (build(rules(issuer.url(), issuer.audience()), later), Err(Reason::TokenExpired)),
        (build(rules(issuer.url(), issuer.audience()), issuer.clock()), Ok(())),
    ];
    for (other, answer) in &others {
        for _ in 0..2 {
            assert_eq!(decide(other, &token), *answer);
        }
        assert_known(&here, &token);
    }
}

#[test]
fn a_known_token_is_refused_from_the_moment_it_is_revoked() {
    let issuer = TestIssuer::new();
    let revocations = Revocations::with_clock(issuer.clock());
    let auth = fixed(&issuer).revocations(revocations.clone()).build().unwrap();
    let (token, other) = (issuer.token().claim("jti", "one").sign(), issuer.token().claim("jti", "two").sign());
    remember(&auth, &token);
    remember(&auth, &other);
    let until = issuer.clock().now() + hours(1);
    revocations.revoke_token("https://elsewhere.test", "one", until);
    assert_known(&auth, &token);
    revocations.revoke_token(issuer.url(), "one", until);
    for _ in 0..3 {
        assert_eq!(decide(&auth, &token), Err(Reason::TokenRevoked));
        assert_known(&auth, &other);
    }
}

/// The state of the list is read before the token is looked for on it, and not one ahead.
#[test]
fn a_token_that_was_seen_once_is_refused_when_it_is_revoked_next() {
    let issuer = TestIssuer::new();
    let revocations = Revocations::with_clock(issuer.clock());
    let auth = fixed(&issuer).revocations(revocations.clone()).build().unwrap();
    for jti in ["one", "two", "three"] {
        let token = issuer.token().claim("jti", jti).sign();
        assert_eq!(decide(&auth, &token), Ok(()));
        revocations.revoke_token(issuer.url(), jti, issuer.clock().now() + hours(1));
        assert_eq!(decide(&auth, &token), Err(Reason::TokenRevoked));
    }
}

#[tokio::test]
async fn a_known_token_of_a_second_issuer_is_refused_once_its_own_key_is_withdrawn() {
    let one = TestIssuer::builder().algorithm(Algorithm::Ed25519).build();
    let two = TestIssuer::builder().url("https://second.test").algorithm(Algorithm::Ed25519).clock(one.clock()).build();
    let auth = TestIssuer::trusting_all(&[&one, &two]).build().unwrap();
    auth.refresh().await;
    let (first, second) = (one.token().sign(), two.token().sign());
    remember(&auth, &first);
    remember(&auth, &second);
    two.rotate_without_overlap();
    auth.refresh().await;
    assert_eq!(ask(&auth, &second).await, Err(Reason::KeyUnknown));
    assert_known(&auth, &first);
}

#[tokio::test]
async fn a_token_that_waited_for_keys_is_known_afterwards() {
    let scene = Scene::new();
    let token = scene.token();
    assert_eq!(scene.ask(&token).await, Ok(()));
    assert_known(&scene.auth, &token);
}

/// Otherwise a run with comparison could compare nothing and say that all is well.
#[test]
fn where_hits_are_to_be_compared_they_are() {
    use portcullis::internals::cache::{VARIABLE, comparisons};

    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).build().unwrap();
    let before = comparisons();
    assert_eq!(decide(&auth, &issuer.token().sign()), Ok(()));
    if std::env::var(VARIABLE).is_ok_and(|value| value == "compare") {
        assert!(comparisons() > before);
    } else {
        assert_eq!(comparisons(), 0);
    }
}

/// Each thread knows tokens by itself; a change reaches all of them.
#[tokio::test]
async fn a_token_known_to_many_threads_is_refused_on_all_of_them_when_its_key_is_gone_or_it_is_revoked() {
    let revocations = Revocations::new();
    let scene = Scene::with(|builder| builder.revocations(revocations.clone()));
    scene.start().await;
    let (auth, withdrawn) = (&scene.auth, &scene.token());
    let on_threads = |check: &(dyn Fn() + Sync)| {
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(check))));
    };
    // First all of them, since those that come at once verify it each for itself.
    let remember = |token: &str| {
        on_threads(&|| (0..2).for_each(|_| assert_eq!(decide(auth, token), Ok(()))));
        on_threads(&|| assert_known(auth, token));
    };
    remember(withdrawn);
    scene.issuer.rotate_without_overlap();
    scene.auth.refresh().await;
    let revoked = &scene.issuer.token().claim("jti", "one").sign();
    remember(revoked);
    revocations.revoke_token(scene.issuer.url(), "one", scene.clock.now() + hours(1));
    on_threads(&|| assert_eq!(decide(auth, revoked), Err(Reason::TokenRevoked)));
    assert_eq!(ask(auth, withdrawn).await, Err(Reason::KeyUnknown));
    on_threads(&|| assert_eq!(decide(auth, withdrawn), Err(Reason::KeyUnknown)));
}

/// ATK-21: it is refused for its length, and not read to its end to be looked up.
#[test]
fn a_token_that_is_too_long_is_not_looked_for() {
    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).max_token_bytes(1_024).build().unwrap();
    let (long, too_long) = (issuer.token().padded_to(1_000).sign(), issuer.token().padded_to(1_025).sign());
    let lookups = |token: &str, answer: Result<(), Reason>| {
        let recorder = DebuggingRecorder::new();
        metrics::with_local_recorder(&recorder, || assert_eq!(decide(&auth, token), answer));
        let series = recorder.snapshotter().snapshot().into_vec();
        series.iter().filter(|(key, ..)| key.key().name() == "portcullis_token_cache_lookups_total").count()
    };
    // Hits besides, in a run with comparison.
    assert_eq!(lookups(&long, Ok(())) > 0, auth.cache_status().capacity > 0);
    assert_eq!(lookups(&too_long, Err(Reason::TokenTooLarge)), 0);
}

/// Nothing that was refused is remembered, however often it comes.
#[test]
fn a_refused_token_is_not_remembered() {
    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).build().unwrap();
    let early = issuer.token().not_yet_valid().sign();
    for _ in 0..3 {
        assert_eq!(decide(&auth, &early), Err(Reason::TokenNotYetValid));
    }
    assert_eq!(auth.cache_status().tokens, 0);
    issuer.clock().advance(hours(24 * 365));
    assert_ne!(decide(&auth, &early), Err(Reason::TokenNotYetValid));
}

#[test]
fn with_the_cache_off_every_token_is_verified() {
    let issuer = TestIssuer::new();
    let auth = fixed(&issuer).cached_tokens(0).build().unwrap();
    let token = issuer.token().sign();
    for _ in 0..3 {
        assert_eq!(decide(&auth, &token), Ok(()));
    }
    let status = auth.cache_status();
    assert_eq!((status.tokens, status.capacity, status.hits, status.misses), (0, 0, 0, 0));
    let problem = fixed(&issuer).cached_tokens(10_000_001).build().unwrap_err();
    assert!(problem.to_string().contains("cached_tokens"), "{problem}");
    let small = fixed(&issuer).cached_tokens(1).build().unwrap();
    (0..5).for_each(|n| assert_eq!(decide(&small, &issuer.token().claim("jti", n.to_string()).sign()), Ok(())));
    assert!(small.cache_status().tokens <= 1);
}
