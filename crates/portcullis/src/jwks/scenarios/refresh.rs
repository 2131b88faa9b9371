//! Periodic refresh, outages, revalidation.

use super::*;
use crate::jwks::{DocumentError, KeyState, RefreshError};

/// PC-JWKS-2
#[tokio::test]
async fn keys_are_refreshed_ahead_of_their_age_without_any_request() {
    let source = Source::booted().await;
    source.serve(&["b"]);
    source.clock.pass(seconds(431)).await;
    assert_eq!(source.fetches(), 1);
    source.clock.pass(seconds(529 - 431)).await;
    assert_eq!(source.fetches(), 2);
    assert!(source.has("b") && !source.has("a"), "a new document replaces the whole set");
    assert_eq!(source.keys.status().state, KeyState::Fresh);
}

/// PC-JWKS-2
#[tokio::test]
async fn a_slow_refresh_leaves_the_present_keys_in_use() {
    let source = Source::booted().await;
    source.answer(|_| Reply::After(seconds(4), Ok(serving(&["b"]))));
    while source.fetches() < 2 {
        source.clock.pass(seconds(1)).await;
    }
    assert!(source.has("a"), "the fetch is under way");
    source.clock.pass(seconds(4)).await;
    assert!(source.has("b"));
}

/// PC-JWKS-3, ATK-67, D9
#[tokio::test]
async fn an_outage_is_outlived_for_a_day_and_then_the_keys_expire() {
    let source = Source::booted().await;
    source.go_down();
    source.clock.pass(minutes(11)).await;
    assert!(source.has("a"));
    assert_eq!(source.keys.status().state, KeyState::Stale);
    source.clock.pass(hours(24) - minutes(11) - seconds(1)).await;
    assert!(source.has("a"));
    let status = source.keys.status();
    assert_eq!(status.age, Some(hours(24) - seconds(1)));
    assert!(status.consecutive_failures > 1000, "about two a minute: {}", status.consecutive_failures);
    assert!(matches!(status.last_error, Some(RefreshError::KeySet(DocumentError::Fetch(FetchError::Connect(_))))));
    source.clock.pass(seconds(1)).await;
    assert!(source.keys.current().is_none());
    assert_eq!(source.keys.status().state, KeyState::Expired);
    assert!(source.is_unavailable(None));

    source.serve(&["a"]);
    source.clock.pass(minutes(1)).await;
    assert!(source.has("a"), "found again by the keeper alone");
    let status = source.keys.status();
    assert_eq!((status.state, status.consecutive_failures, status.last_error), (KeyState::Fresh, 0, None));
    assert_eq!(source.keys.current().unwrap().generation, 1, "the same keys as before");
}

/// ATK-67
#[tokio::test]
async fn stale_keys_can_be_switched_off() {
    let source = Source::with(|config| config.stale_for = Duration::ZERO);
    source.boot().await;
    source.go_down();
    source.clock.pass(minutes(10) - seconds(1)).await;
    assert!(source.has("a"));
    source.clock.pass(seconds(1)).await;
    assert!(source.keys.current().is_none());
}

#[tokio::test]
async fn a_source_that_starts_while_its_server_is_down_has_keys_when_it_is_back() {
    let source = Source::new();
    source.go_down();
    assert_eq!(source.keys.status().state, KeyState::Waiting);
    assert_eq!(source.wait(None).await, WaitOutcome::Failed);
    assert!(source.is_unavailable(Some("a")), "no request repeats a failed fetch before its time");
    assert_eq!(source.fetches(), 1);
    source.clock.pass(seconds(10)).await;
    assert!(source.fetches() > 2, "but the keeper tries on");
    source.serve(&["a"]);
    source.clock.pass(minutes(1)).await;
    assert!(source.has("a"));
}

/// field lesson: failures move the clock of the limiter, so an outage never becomes a storm.
#[tokio::test]
async fn failures_pause_for_longer_and_longer_whoever_asks() {
    let source = Source::new();
    source.go_down();
    for _ in 0..60 * 60 {
        for kid in ["a", "b", "c"] {
            let _ = source.keys.current();
            let _ = source.keys.demand(Some(kid));
        }
        let _ = source.keys.demand(None);
        source.clock.pass(seconds(1)).await;
    }
    // Half a minute on average once the pauses have grown; never less than a quarter of that over an hour.
    assert!((60..300).contains(&source.fetches()), "{}", source.fetches());
}

#[tokio::test]
async fn a_pause_is_named_to_those_who_ask() {
    let source = Source::new();
    source.go_down();
    source.wait(None).await;
    let Demand::Unavailable { retry_after } = source.keys.demand(None) else { panic!() };
    assert!(retry_after <= seconds(1), "{retry_after:?}");
}

/// RFC9111-4.3.1-a
#[tokio::test]
async fn an_entity_tag_is_sent_back_and_304_renews_the_keys() {
    let source = Source::new();
    source.answer(|request| {
        let mut response = match request.if_none_match.as_deref() {
            Some("\"1\"") => FetchResponse::new(304, ""),
            _ => serving(&["a"]),
        };
        response.etag = Some("\"1\"".to_owned());
        response.cache_control = (response.status == 200).then(|| "max-age=100".to_owned());
        Reply::Now(Ok(response))
    });
    source.boot().await;
    assert_eq!(source.last_request().if_none_match, None);
    for _ in 0..3 {
        source.clock.pass(seconds(89)).await;
    }
    assert_eq!(source.last_request().if_none_match.as_deref(), Some("\"1\""));
    assert!(source.fetches() >= 3, "the lifetime first stated holds on");
    assert_eq!(source.keys.status().state, KeyState::Fresh);
    assert_eq!(source.keys.current().unwrap().generation, 1);
}

/// Only 304 does: the keys stay, and their age tells that nobody has confirmed them.
#[tokio::test]
async fn an_error_for_an_answer_confirms_no_keys() {
    let source = Source::new();
    source.answer(|request| {
        let mut response = serving(&["a"]);
        response.status = if request.if_none_match.is_some() { 500 } else { 200 };
        response.etag = Some("\"1\"".to_owned());
        Reply::Now(Ok(response))
    });
    source.boot().await;
    assert_eq!(source.keys.refresh().await, WaitOutcome::Failed);
    assert_eq!(source.last_request().if_none_match.as_deref(), Some("\"1\""));
    assert_eq!(source.keys.status().last_error, Some(RefreshError::KeySet(DocumentError::Status(500))));
    assert!(source.has("a"));
}

#[tokio::test]
async fn an_unasked_304_is_a_failure() {
    let source = Source::new();
    source.answer(|_| Reply::Now(Ok(FetchResponse::new(304, ""))));
    assert_eq!(source.wait(None).await, WaitOutcome::Failed);
    assert_eq!(source.keys.status().last_error, Some(RefreshError::KeySet(DocumentError::Status(304))));
}

/// RFC9111-5.2.2-a, ATK-68
#[tokio::test]
async fn a_server_cannot_make_us_poll_or_freeze() {
    for (cache_control, expected) in [("no-store", 70..90), ("max-age=0", 70..90), ("max-age=31536000", 1..3)] {
        let source = Source::new();
        source.answer(move |_| {
            let mut response = serving(&["a"]);
            response.cache_control = Some(cache_control.to_owned());
            Reply::Now(Ok(response))
        });
        source.boot().await;
        source.clock.pass(hours(1)).await;
        let fetches = source.fetches();
        source.clock.pass(hours(24)).await;
        assert!(expected.contains(&fetches), "{cache_control}: {fetches}");
        assert!(source.fetches() > fetches, "{cache_control}");
    }
}

#[tokio::test]
async fn the_generation_changes_with_the_keys_and_only_then() {
    let source = Source::booted().await;
    let generation = || source.keys.current().unwrap().generation;
    for (kids, expected) in [(&["a"][..], 1), (&["a", "b"], 2), (&["b", "a"], 2), (&["b"], 3)] {
        source.serve(kids);
        assert_eq!(source.keys.refresh().await, WaitOutcome::Published);
        assert_eq!(generation(), expected, "{kids:?}");
    }
}

/// ATK-83
#[tokio::test]
async fn a_wall_clock_that_jumps_changes_nothing() {
    let source = Source::booted().await;
    source.clock.set_wall(SystemTime::UNIX_EPOCH);
    source.clock.pass(minutes(2)).await;
    assert_eq!((source.fetches(), source.has("a")), (1, true));
    source.clock.set_wall(SystemTime::UNIX_EPOCH + hours(24 * 365 * 300));
    source.clock.pass(minutes(2)).await;
    assert_eq!((source.fetches(), source.keys.status().state), (1, KeyState::Fresh));
    source.clock.pass(minutes(5)).await;
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_refresh_by_the_application_overrides_the_pause_and_joins_what_is_in_flight() {
    let source = Source::new();
    source.go_down();
    source.wait(None).await;
    source.serve(&["a"]);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Published);
    source.answer(|_| Reply::After(seconds(1), Ok(serving(&["a"]))));
    let (first, second) = (source.keys.refresh(), source.keys.refresh());
    source.clock.pass(seconds(1)).await;
    assert_eq!((first.await, second.await), (WaitOutcome::Published, WaitOutcome::Published));
    assert_eq!(source.fetches(), 3);
}
