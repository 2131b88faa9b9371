//! The bound on revocations is one on what the store was asked, not on when it answered or who remembers the caller.

use super::*;

/// Time in which a store may answer, and what is left of the bound then.
const LATE: Duration = Duration::from_millis(1_900);
const REST: Duration = Duration::from_millis(28_100);

#[tokio::test]
async fn the_bound_counts_from_when_the_store_was_asked() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let created = stand.create().await;
    stand.store().hold();
    let waiting = stand.begin(created.key.expose()).await;
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(LATE);
    stand.store().mend();
    assert!(waiting.await.unwrap().is_ok());
    stand.clock.advance(REST);
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// The same where the store says again what it said before.
#[tokio::test]
async fn the_bound_of_what_is_confirmed_counts_from_when_the_store_was_asked() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let created = known(&stand).await;
    stand.clock.advance(seconds(15));
    stand.store().hold();
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()), "and it is being looked up");
    stand.settle().await;
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(LATE);
    stand.store().mend();
    stand.settle().await;
    stand.clock.advance(REST);
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// A caller who is remembered holds the answer of before.
#[tokio::test]
async fn what_a_look_up_in_the_background_found_counts_for_callers_who_are_remembered() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let created = known(&stand).await;
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(seconds(15));
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()), "and it is being looked up");
    stand.settle().await;
    assert_eq!(stand.decide(created.key.expose()), Err(Reason::ApiKeyRevoked));
}

/// A key in use is looked up again and again, and its record says the same each time.
#[tokio::test]
async fn a_time_that_was_set_elsewhere_counts_for_a_known_key_within_the_bound() {
    use portcullis::clock::Clock as _;
    let stand = Stand::new();
    let there = stand.elsewhere();
    let created = known(&stand).await;
    stand.clock.advance(seconds(1));
    there.keys.set_not_before(stand.clock.now()).await.unwrap();
    stand.clock.advance(seconds(29));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}
