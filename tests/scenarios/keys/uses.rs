//! When a key was last used.

use super::{Stand, known, seconds};

#[tokio::test]
async fn uses_are_written_in_batches_and_never_for_each_request() {
    let stand = Stand::new();
    let (one, other) = (known(&stand).await, known(&stand).await);
    for _ in 0..1_000 {
        assert_eq!(stand.decide(one.key.expose()), Ok(()));
    }
    stand.settle().await;
    assert_eq!(stand.store().writes_of_use(), 0);
    stand.clock.advance(seconds(30));
    stand.settle().await;
    assert_eq!(stand.store().writes_of_use(), 1, "both in one");
    for key in [&one, &other] {
        let record = stand.keys.get(&key.record.id).await.unwrap();
        assert_eq!(record.last_used_at, Some(key.record.created_at));
    }
    stand.clock.advance(seconds(60));
    assert_eq!(stand.ask(one.key.expose()).await, Ok(()));
    stand.keys.flush().await;
    let record = stand.keys.get(&one.record.id).await.unwrap();
    assert_eq!(record.last_used_at, Some(one.record.created_at + seconds(90)));
}

#[tokio::test]
async fn a_use_that_could_not_be_written_is_written_later() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.store().fail();
    stand.keys.flush().await;
    stand.store().mend();
    stand.keys.flush().await;
    assert_eq!(stand.keys.get(&created.record.id).await.unwrap().last_used_at, Some(created.record.created_at));
}

/// A runtime that ends takes its tasks with it.
#[test]
fn uses_are_written_after_the_runtime_that_was_to_write_them_has_ended() {
    let stand = Stand::new();
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let first = runtime();
    let created = first.block_on(known(&stand));
    drop(first);
    stand.clock.advance(seconds(60));
    let record = runtime().block_on(async {
        stand.ask(created.key.expose()).await.unwrap();
        stand.settle().await;
        stand.clock.advance(seconds(30));
        stand.settle().await;
        stand.keys.get(&created.record.id).await.unwrap()
    });
    assert_eq!(record.last_used_at, Some(created.record.created_at + seconds(60)));
}

/// The note of a use is no reason to make a known key unknown.
#[tokio::test]
async fn a_written_use_changes_nothing_for_who_uses_it() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.keys.flush().await;
    stand.clock.advance(seconds(15));
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
    stand.settle().await;
    let misses = stand.auth.cache_status().misses;
    stand.clock.advance(seconds(14));
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
    assert_eq!(stand.auth.cache_status().misses, misses);
}
