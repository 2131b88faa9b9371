//! Tokens with a `kid` that no key has: rotations, and floods of inventions.

use super::*;

/// OIDCC-10.1.1-a, D7: the boot fetch does not start the cool-down.
#[tokio::test]
async fn a_rotation_is_found_by_the_first_token_that_shows_it() {
    let source = Source::booted().await;
    source.serve(&["a", "b"]);
    assert_eq!(source.request("b").await, Ok(()));
    assert_eq!(source.fetches(), 2);
    source.serve(&["b", "c"]);
    assert_eq!(source.request("c").await, Ok(()), "a fetch that found its kid costs no budget");
    assert_eq!(source.fetches(), 3);
}

/// PC-JWKS-1
#[tokio::test]
async fn an_absent_kid_is_not_asked_for_again_for_half_a_minute() {
    let source = Source::booted().await;
    assert_eq!(source.request("x").await, Err("unknown"));
    assert_eq!(source.fetches(), 2);
    source.clock.pass(seconds(29)).await;
    assert_eq!(source.request("x").await, Err("unknown"));
    assert_eq!(source.fetches(), 2);
    source.clock.pass(seconds(1)).await;
    source.serve(&["a", "x"]);
    assert_eq!(source.request("x").await, Ok(()));
}

/// PC-JWKS-1, ATK-63
#[tokio::test]
async fn a_flood_of_inventions_costs_one_fetch_per_interval_and_a_rotation_in_it_is_found() {
    let source = Source::booted().await;
    let mut found_after = None;
    for second in 0..100_u64 {
        if second == 40 {
            source.serve(&["a", "rotated"]);
        }
        for invented in 0..1000 {
            assert!(source.has("a"), "known kids are served from the set");
            let kid = format!("{second}-{invented}");
            let answer = source.keys.demand(Some(&kid));
            assert!(!matches!(answer, Demand::Unavailable { .. }));
        }
        source.clock.pass(seconds(1)).await;
        if second >= 40 && source.has("rotated") {
            found_after.get_or_insert(second - 39);
        }
    }
    let found_after = found_after.expect("found without any request that names it");
    assert!(found_after <= 30, "{found_after}");
    let times = source.fetch_times();
    assert_eq!(times.len(), 1 + 4, "{times:?}");
    assert!(times[1..].windows(2).all(|pair| pair[1] - pair[0] >= seconds(30)), "{times:?}");
}

/// The reserve: a `kid` that keeps coming back does not wait for the budget that inventions used up.
#[tokio::test]
async fn a_rotation_after_some_inventions_is_found_within_seconds_when_it_keeps_coming_back() {
    let source = Source::booted().await;
    for invented in 0..30 {
        assert_eq!(source.request(&format!("invented-{invented}")).await, Err("unknown"));
    }
    assert_eq!(source.fetches(), 2);
    source.serve(&["a", "rotated"]);
    assert_eq!(source.request("rotated").await, Err("unknown"), "no budget left");
    source.clock.pass(Duration::from_millis(900)).await;
    assert_eq!(source.request("rotated").await, Err("unknown"), "not yet returning");
    source.clock.pass(Duration::from_millis(100)).await;
    // One time in thirty or so, it shares its cell in the memory with one of the inventions, which keeps it for two
    // seconds.
    for _ in 0..3 {
        if source.request("rotated").await.is_err() {
            source.clock.pass(seconds(1)).await;
        }
    }
    assert_eq!(source.request("rotated").await, Ok(()));
    assert_eq!(source.fetches(), 3);
}

#[tokio::test]
async fn inventions_that_keep_coming_back_get_the_reserve_once_per_interval() {
    let source = Source::booted().await;
    for _ in 0..29 {
        for invented in 0..20 {
            let _ = source.request(&format!("invented-{invented}")).await;
        }
        source.clock.pass(seconds(1)).await;
    }
    assert_eq!(source.fetches(), 1 + 2);
}

#[tokio::test]
async fn a_kid_that_was_turned_away_is_looked_for_when_the_budget_is_back_even_if_nobody_asks_again() {
    let source = Source::booted().await;
    assert_eq!(source.request("invented").await, Err("unknown"));
    source.serve(&["a", "rotated"]);
    assert_eq!(source.request("rotated").await, Err("unknown"));
    source.clock.pass(seconds(29)).await;
    assert!(!source.has("rotated"));
    source.clock.pass(seconds(1)).await;
    assert!(source.has("rotated"));
    source.clock.pass(seconds(60)).await;
    assert_eq!(source.fetches(), 3, "and nobody fetches for those that a fetch has settled");
}

/// PC-JWKS-1
#[tokio::test]
async fn a_thousand_demands_at_once_are_one_fetch() {
    let source = Source::new();
    source.answer(|_| Reply::After(seconds(1), Ok(serving(&["a"]))));
    let cold: Vec<_> = (0..1000).map(|_| tokio::spawn(source.wait(Some("a")))).collect();
    source.clock.pass(seconds(1)).await;
    for wait in cold {
        assert_eq!(wait.await.unwrap(), WaitOutcome::Published);
    }
    assert_eq!(source.fetches(), 1);
    let rotated: Vec<_> = (0..1000).map(|kid| tokio::spawn(source.wait(Some(&format!("{kid}"))))).collect();
    source.clock.pass(seconds(1)).await;
    for wait in rotated {
        assert_eq!(wait.await.unwrap(), WaitOutcome::Published);
    }
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn those_beyond_the_places_are_answered_at_once() {
    let source = Source::new();
    source.answer(|_| Reply::Hang);
    let waits: Vec<_> = (0..4096).map(|_| source.wait(None)).collect();
    assert!(source.is_unavailable(None), "no keys: cannot be known");
    drop(waits);
    source.wait(None);
    source.clock.pass(seconds(5)).await;

    let source = Source::booted().await;
    source.answer(|_| Reply::Hang);
    let waits: Vec<_> = (0..4096).map(|kid| source.wait(Some(&kid.to_string()))).collect();
    assert!(source.is_unavailable(Some("b")), "keys, but perhaps not the newest: cannot be known either");
    drop(waits);
    source.wait(Some("b"));
}

#[tokio::test]
async fn a_kid_that_joined_a_fetch_begun_before_it_is_not_absent() {
    let source = Source::booted().await;
    source.answer(|_| Reply::After(seconds(1), Ok(serving(&["a"]))));
    let refresh = source.keys.refresh();
    source.clock.pass(Duration::from_millis(500)).await;
    let wait = source.wait(Some("b"));
    source.clock.pass(Duration::from_millis(500)).await;
    assert_eq!((refresh.await, wait.await), (WaitOutcome::Published, WaitOutcome::Published));
    source.serve(&["a", "b"]);
    assert_eq!(source.request("b").await, Ok(()), "the key may have come since that fetch was made");
}

/// PC-RSP-2: we do not know.
#[tokio::test]
async fn after_a_failed_fetch_an_unknown_kid_is_not_answered_with_no() {
    let source = Source::booted().await;
    source.go_down();
    assert_eq!(source.request("b").await, Err("unavailable"));
    assert_eq!(source.request("b").await, Err("unavailable"));
    assert_eq!(source.request("c").await, Err("unavailable"));
    assert_eq!(source.fetches(), 2, "nor is it fetched for before its time");
    assert!(source.has("a"));
    source.serve(&["a", "b"]);
    source.clock.pass(seconds(2)).await;
    assert!(source.has("b"), "the keeper repeats what failed");
}

#[tokio::test]
async fn a_monstrous_kid_is_unknown_at_once() {
    let source = Source::booted().await;
    assert!(source.is_unknown(&"k".repeat(513)));
    assert_eq!(source.fetches(), 1);
    source.wait(Some(&"k".repeat(512)));
}

#[tokio::test]
async fn a_key_that_came_between_look_and_demand_is_there() {
    let source = Source::booted().await;
    assert_eq!(source.wait(Some("a")).await, WaitOutcome::Published);
    assert_eq!(source.wait(None).await, WaitOutcome::Published);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_withdrawn_key_is_gone_after_the_refresh() {
    let source = Source::booted().await;
    source.serve(&["b"]);
    source.keys.refresh().await;
    assert!(!source.has("a"));
    assert_eq!(source.request("a").await, Err("unknown"));
}
