//! Waiting for keys on purpose.

use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{Authenticator, KeyState, RefreshError};
use portcullis_testing::TestIssuer;

use crate::scene::{Scene, minutes, promptly, seconds, settle};

/// PC-JWKS-8
#[tokio::test]
async fn ready_waits_through_an_outage_for_as_long_as_it_takes() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    let ready = tokio::spawn({
        let auth = scene.auth.clone();
        async move { auth.ready().await }
    });
    scene.pass(minutes(30)).await;
    assert!(!ready.is_finished() && !scene.auth.is_ready());
    scene.fetch.everywhere().serve();
    scene.pass(minutes(2)).await;
    promptly(ready).await.unwrap();
    assert!(scene.auth.is_ready());
    assert_eq!(scene.status().state, KeyState::Fresh);
}

/// PC-JWKS-8
#[tokio::test]
async fn ready_is_over_at_once_when_there_are_keys_or_nothing_to_fetch() {
    let scene = Scene::new();
    promptly(scene.auth.ready()).await;
    assert_eq!((scene.fetches(), scene.decide(&scene.token())), (1, Ok(())));
    promptly(scene.auth.ready()).await;
    assert_eq!(scene.fetches(), 1);

    let issuer = TestIssuer::new();
    let rules = portcullis::Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let fixed = Authenticator::trusting(rules).clock(issuer.clock()).build().unwrap();
    assert!(fixed.is_ready());
    promptly(async {
        fixed.ready().await;
        fixed.refresh().await;
        fixed.require_keys_within(Duration::ZERO).await.unwrap();
    })
    .await;
    assert_eq!(fixed.status()[0].state, KeyState::Fixed);
}

/// PC-JWKS-8: for those who would rather not start.
#[tokio::test]
async fn requiring_keys_fails_at_its_limit_and_says_what_is_wrong() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    let started_at = scene.clock.monotonic();
    let required = tokio::spawn({
        let auth = scene.auth.clone();
        async move { auth.require_keys_within(seconds(10)).await }
    });
    scene.pass(seconds(9)).await;
    assert!(!required.is_finished());
    scene.pass(seconds(1)).await;
    let not_ready = promptly(required).await.unwrap().unwrap_err();
    assert_eq!(scene.clock.monotonic() - started_at, seconds(10));
    assert_eq!(not_ready.missing().len(), 1);
    assert_eq!(not_ready.missing()[0].issuer, scene.issuer.url());
    assert!(matches!(not_ready.missing()[0].last_error, Some(RefreshError::Discovery(_))));
    let text = not_ready.to_string();
    assert!(text.contains(scene.issuer.url()) && text.contains("scripted outage"), "{text}");
}

/// PC-JWKS-8
#[tokio::test]
async fn requiring_keys_succeeds_when_they_come_in_time() {
    let scene = Scene::new();
    scene.keys().slow(seconds(4));
    let required = tokio::spawn({
        let auth = scene.auth.clone();
        async move { auth.require_keys_within(seconds(10)).await }
    });
    scene.pass(seconds(4)).await;
    promptly(required).await.unwrap().unwrap();
    assert_eq!(scene.decide(&scene.token()), Ok(()));
}

#[tokio::test]
async fn a_refresh_overrides_the_pause_after_a_failure_and_waits_for_its_end() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    promptly(scene.auth.refresh()).await;
    assert_eq!((scene.fetch.journal().total(), scene.status().consecutive_failures), (1, 1));
    scene.fetch.everywhere().serve();
    promptly(scene.auth.refresh()).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    assert_eq!(scene.status().consecutive_failures, 0);

    scene.keys().slow(seconds(3));
    let refreshes: Vec<_> = (0..100)
        .map(|_| {
            let auth = scene.auth.clone();
            tokio::spawn(async move { auth.refresh().await })
        })
        .collect();
    settle().await;
    assert!(refreshes.iter().all(|refresh| !refresh.is_finished()));
    scene.pass(seconds(3)).await;
    for refresh in refreshes {
        promptly(refresh).await.unwrap();
    }
    assert_eq!(scene.fetches(), 2, "all of them share one fetch");
}
