//! Owners, runtimes and requests that come and go.

use super::*;
use crate::jwks::{KeyState, RefreshError};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

#[tokio::test]
async fn dropping_the_owner_ends_the_keeper_even_in_a_fetch_that_hangs() {
    let source = Source::new();
    source.answer(|_| Reply::Hang);
    let wait = source.wait(None);
    settle().await;
    assert_eq!((source.fetches(), source.open_fetches()), (1, 1));
    let Source { keys, server, .. } = source;
    drop(keys);
    settle().await;
    assert_eq!(Arc::strong_count(&server.open) - 1, 0);
    assert_eq!(wait.await, WaitOutcome::Failed, "nobody is left waiting");
    assert_eq!(Arc::strong_count(&server), 1, "nothing is left behind");
}

#[tokio::test]
async fn dropping_the_owner_ends_an_idle_keeper() {
    let source = Source::booted().await;
    let Source { keys, server, .. } = source;
    drop(keys);
    settle().await;
    assert_eq!(Arc::strong_count(&server), 1);
}

#[test]
fn keys_are_refreshed_after_the_runtime_of_the_keeper_is_gone() {
    let source = Source::new();
    runtime().block_on(source.boot());
    source.serve(&["b"]);
    source.clock.jump(seconds(530));
    assert!(source.has("a"), "outside any runtime what is there is served");
    runtime().block_on(async {
        assert!(source.has("a"));
        settle().await;
        assert!(source.has("b"));
    });
}

#[test]
fn a_fetch_that_died_with_its_runtime_is_made_again_for_those_who_wait() {
    let source = Source::new();
    source.answer(|_| Reply::Hang);
    let first = runtime();
    let wait = {
        let _on_it = first.enter();
        source.wait(None)
    };
    first.block_on(settle());
    assert_eq!(source.open_fetches(), 1);
    drop(first);
    assert_eq!(source.open_fetches(), 0);
    source.serve(&["a"]);
    assert_eq!(runtime().block_on(wait), WaitOutcome::Published);
}

/// Also: the answer to an older fetch that comes after the answer to a newer one is not used.
#[test]
fn a_runtime_that_is_parked_is_succeeded_and_its_late_answer_is_not_used() {
    let source = Source::new();
    let (parked, driven) = (runtime(), runtime());
    parked.block_on(source.boot());
    source.answer(|_| Reply::After(seconds(3), Ok(serving(&["older"]))));
    parked.block_on(async {
        drop(source.keys.refresh());
        settle().await;
    });
    assert_eq!(source.open_fetches(), 1);
    source.serve(&["newer"]);
    driven.block_on(async {
        assert!(source.has("a"));
        settle().await;
        assert_eq!(source.fetches(), 2, "the keeper over there still has time");
        source.clock.jump(seconds(20));
        assert!(source.has("a"));
        settle().await;
        assert!(source.has("newer"), "now it is succeeded");
    });
    parked.block_on(settle());
    assert!(source.has("newer") && !source.has("older"));
    assert_eq!(source.open_fetches(), 0, "the predecessor has left");
    driven.block_on(async {
        source.serve(&["newest"]);
        source.clock.pass(minutes(10)).await;
        assert!(source.has("newest"));
    });
}

#[test]
fn a_keeper_that_sleeps_on_a_parked_runtime_is_succeeded_when_it_is_overdue() {
    let source = Source::new();
    let (parked, driven) = (runtime(), runtime());
    parked.block_on(source.boot());
    source.serve(&["b"]);
    driven.block_on(async {
        source.clock.jump(minutes(9));
        assert!(source.has("a"));
        settle().await;
        assert!(source.has("b"));
    });
}

#[test]
fn a_demand_that_a_parked_keeper_does_not_pick_up_is_served_after_a_second() {
    let source = Source::new();
    let (parked, driven) = (runtime(), runtime());
    parked.block_on(source.boot());
    source.serve(&["a", "b"]);
    driven.block_on(async {
        let wait = tokio::spawn(source.wait(Some("b")));
        source.clock.pass(seconds(1)).await;
        assert_eq!(wait.await.unwrap(), WaitOutcome::Published);
    });
    assert!(source.has("b"));
    parked.block_on(settle());
    assert_eq!(source.fetches(), 2);
}

#[test]
fn outside_any_runtime_nothing_starts_and_nothing_panics() {
    let source = Source::new();
    assert!(source.keys.current().is_none());
    assert!(source.is_unavailable(None));
    assert!(source.is_unavailable(Some("a")));
    drop(source.keys.refresh());
    assert_eq!(source.keys.status().state, KeyState::Waiting);
    assert_eq!(source.fetches(), 0);
}

#[tokio::test]
async fn a_request_that_is_cancelled_takes_nothing_with_it() {
    let source = Source::new();
    source.answer(|_| Reply::After(seconds(1), Ok(serving(&["a"]))));
    let mut cancelled = source.wait(None);
    let other = tokio::spawn(source.wait(None));
    std::future::poll_fn(|context| {
        assert!(Pin::new(&mut cancelled).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    settle().await;
    drop(cancelled);
    source.clock.pass(seconds(1)).await;
    assert_eq!(other.await.unwrap(), WaitOutcome::Published);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_wait_has_an_end_before_the_attempt_has() {
    let source = Source::with(|config| config.location = Location::Discover);
    source.answer(|_| Reply::After(seconds(4), Ok(FetchResponse::new(404, ""))));
    let wait = tokio::spawn(source.wait(None));
    source.clock.pass(seconds(5)).await;
    assert_eq!(wait.await.unwrap(), WaitOutcome::TimedOut);
    assert!(source.keys.status().last_error.is_none(), "it goes on");
    source.clock.pass(seconds(5)).await;
    assert_eq!(source.keys.status().last_error, Some(RefreshError::TookTooLong), "but not for ever");
}

#[tokio::test]
async fn a_client_that_panics_is_a_failure_like_any_other() {
    let source = Source::booted().await;
    source.answer(|_| Reply::Panic);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Failed);
    let status = source.keys.status();
    assert_eq!((status.last_error, status.consecutive_failures), (Some(RefreshError::Interrupted), 1));
    for _ in 0..100 {
        assert!(source.has("a"));
        settle().await;
    }
    assert_eq!(source.fetches(), 2, "with a pause");
    source.serve(&["b"]);
    source.clock.pass(seconds(1)).await;
    assert!(source.has("a"), "this call brings the keeper back");
    settle().await;
    assert!(source.has("b"));
}

/// The pause is for requests; the application gets its fetch now, whoever has to make it.
#[tokio::test]
async fn a_refresh_that_is_asked_for_after_a_client_panicked_is_made_at_once() {
    let source = Source::booted().await;
    source.answer(|_| Reply::Panic);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Failed);
    source.serve(&["b"]);
    let refresh = tokio::spawn(source.keys.refresh());
    settle().await;
    assert!(refresh.is_finished(), "without any time passing");
    assert_eq!(refresh.await.unwrap(), WaitOutcome::Published);
    assert!(source.has("b"));
}

#[tokio::test]
async fn readers_on_other_threads_always_see_a_whole_set() {
    let source = Arc::new(Source::new());
    source.keys.refresh().await;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let source = Arc::clone(&source);
            std::thread::spawn(move || {
                for _ in 0..5000 {
                    let current = source.keys.current().expect("there are keys all the time");
                    assert_eq!(current.keys.len() as u64 % 2, current.generation % 2);
                }
            })
        })
        .collect();
    for round in 0..100 {
        source.serve(if round % 2 == 0 { &["a", "b"] } else { &["a"] });
        assert_eq!(source.keys.refresh().await, WaitOutcome::Published);
    }
    for reader in readers {
        reader.join().unwrap();
    }
}
