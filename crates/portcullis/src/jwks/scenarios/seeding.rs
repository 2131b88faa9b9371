//! Keys that are carried over from an earlier process.

use super::*;
use crate::jwks::KeyState;
use crate::jwks::export::SeededKeys;

async fn exported() -> SeededKeys {
    let source = Source::new();
    source.answer(|_| {
        let mut response = serving(&["a"]);
        response.etag = Some("\"1\"".to_owned());
        Reply::Now(Ok(response))
    });
    source.boot().await;
    source.keys.export().unwrap()
}

#[tokio::test]
async fn seeded_keys_are_served_at_once_and_refreshed_in_the_background() {
    let seed = exported().await;
    let source = Source::new();
    source.clock.jump(hours(1));
    assert_eq!(source.keys.seed(&seed), Ok(true));
    assert_eq!(source.keys.status().age, Some(hours(1)), "they keep their age");
    assert_eq!(source.keys.status().state, KeyState::Stale);
    assert!(source.has("a"));
    settle().await;
    assert_eq!(source.fetches(), 1);
    assert_eq!(source.last_request().if_none_match.as_deref(), Some("\"1\""));
    assert_eq!(source.keys.status().state, KeyState::Fresh);
}

/// D7: nor does a token that happens to come first.
#[tokio::test]
async fn an_unknown_kid_rides_along_with_the_first_fetch_and_is_not_charged_for_it() {
    let seed = exported().await;
    let source = Source::new();
    assert_eq!(source.keys.seed(&seed), Ok(true));
    assert_eq!(source.request("x").await, Err("unknown"));
    assert_eq!(source.fetches(), 1);
    source.serve(&["a", "rotated"]);
    assert_eq!(source.request("rotated").await, Ok(()));
}

#[tokio::test]
async fn seeded_keys_expire_by_the_age_they_came_with() {
    let seed = exported().await;
    let source = Source::new();
    source.go_down();
    source.clock.jump(hours(23));
    assert_eq!(source.keys.seed(&seed), Ok(true));
    source.clock.pass(hours(1) - seconds(1)).await;
    assert!(source.has("a"));
    source.clock.pass(seconds(1)).await;
    assert!(source.keys.current().is_none());
}

#[tokio::test]
async fn seeds_that_are_old_foreign_broken_or_from_the_future_are_not_used() {
    let seed = exported().await;
    let source = Source::new();
    source.clock.jump(hours(24));
    assert_eq!(source.keys.seed(&seed), Ok(false), "too old");
    let source = Source::new();
    assert_eq!(source.keys.seed(&SeededKeys { issuer: "https://other".to_owned(), ..seed.clone() }), Ok(false));
    assert_eq!(source.keys.seed(&SeededKeys { fetched_at: seed.fetched_at + 301, ..seed.clone() }), Ok(false));
    assert_eq!(source.keys.seed(&SeededKeys { fetched_at: u64::MAX, ..seed.clone() }), Ok(false));
    assert!(source.keys.seed(&SeededKeys { document: "{}".to_owned(), ..seed.clone() }).is_err());
    assert!(source.keys.current().is_none());
    assert_eq!(source.keys.seed(&SeededKeys { fetched_at: seed.fetched_at + 299, ..seed.clone() }), Ok(true));
}

#[tokio::test]
async fn a_seed_never_replaces_newer_keys() {
    let seed = exported().await;
    let source = Source::new();
    source.serve(&["b"]);
    source.clock.jump(seconds(10));
    source.boot().await;
    assert_eq!(source.keys.seed(&seed), Ok(false));
    assert!(source.has("b"));
}

/// RFC9111-5.2.2-a
#[tokio::test]
async fn keys_that_must_not_be_stored_are_not_exported() {
    for (cache_control, exported) in [("no-store", false), ("no-cache", true), ("max-age=60", true)] {
        let source = Source::new();
        source.answer(move |_| {
            let mut response = serving(&["a"]);
            response.cache_control = Some(cache_control.to_owned());
            Reply::Now(Ok(response))
        });
        assert!(source.keys.export().is_none(), "nothing there yet");
        source.boot().await;
        assert_eq!(source.keys.export().is_some(), exported, "{cache_control}");
    }
}
