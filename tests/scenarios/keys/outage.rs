//! A store that does not answer.

use portcullis::Reason;

use super::{Stand, known, seconds};

#[tokio::test]
async fn known_keys_outlive_an_outage_of_ten_minutes_and_then_it_is_503() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let key = created.key.expose();
    stand.store().fail();
    for _ in 0..59 {
        stand.clock.advance(seconds(10));
        assert_eq!(stand.ask(key).await, Ok(()));
        stand.settle().await;
    }
    stand.clock.advance(seconds(10));
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeysUnavailable));
    assert_eq!(Reason::ApiKeysUnavailable.status(), 503);
    stand.store().mend();
    assert_eq!(stand.ask(key).await, Ok(()));
}

#[tokio::test]
async fn a_key_that_is_not_known_is_503_while_the_store_is_down_and_never_401() {
    let stand = Stand::new();
    let created = stand.create().await;
    stand.store().fail();
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeysUnavailable));
    stand.store().mend();
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()), "the failure is not remembered");
}

/// What was revoked during the outage counts as soon as the store is back, within a second.
#[tokio::test]
async fn after_an_outage_revocations_count_again() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let created = known(&stand).await;
    stand.store().fail();
    stand.clock.advance(seconds(60));
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    stand.store().mend();
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(seconds(1));
    stand.ask(created.key.expose()).await.ok();
    stand.settle().await;
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// One failed look-up is no outage of ten minutes: with a store that answers again, what was revoked meanwhile is refused.
#[tokio::test]
async fn a_failure_that_is_over_bridges_nothing() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let (created, other) = (known(&stand).await, known(&stand).await);
    stand.clock.advance(seconds(20));
    stand.store().fail();
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    stand.settle().await;
    stand.store().mend();
    there.keys.revoke(&created.record.id).await.unwrap();
    there.keys.revoke(&other.record.id).await.unwrap();
    stand.clock.advance(seconds(9 * 60));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
    assert_eq!(stand.ask(other.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// However many keys are in use: there are fewer places for look-ups than keys.
#[tokio::test]
async fn a_store_that_hangs_is_bridged_for_thousands_of_keys() {
    let stand = Stand::new();
    let mut keys = Vec::new();
    for _ in 0..1_000 {
        let created = stand.create().await;
        assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
        keys.push(created.key.expose().to_owned());
    }
    stand.store().hold();
    let mut waited = 0;
    for _ in 0..60 {
        stand.clock.advance(seconds(1));
        stand.settle().await;
        for key in &keys {
            match stand.present(key).now() {
                Ok(answer) => assert_eq!(answer.map(drop).map_err(|error| error.reason()), Ok(())),
                Err(waiting) => {
                    waited += 1;
                    drop(waiting);
                }
            }
        }
    }
    assert_eq!(waited, 0, "the first look-up that fails is one in the background");
    stand.store().mend();
    stand.settle().await;
    for key in &keys {
        assert_eq!(stand.ask(key).await, Ok(()));
    }
}

/// DL-14: the budget of one look-up, then 503 for the one, and no wait for the other.
#[tokio::test]
async fn a_store_that_hangs_is_given_up_after_two_seconds() {
    let stand = Stand::new();
    let (known, new) = (known(&stand).await, stand.create().await);
    stand.store().hold();
    let waiting = stand.begin(new.key.expose()).await;
    stand.clock.advance(seconds(2));
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.reason(), Reason::ApiKeysUnavailable);
    assert_eq!(stand.decide(known.key.expose()), Ok(()));
}

/// As on a worker of actix-web that is stuck in a handler, or of a test that has ended.
#[tokio::test]
async fn a_look_up_on_a_runtime_that_nobody_drives_holds_nobody_up_for_long() {
    let stand = Stand::new();
    let created = stand.create().await;
    let stuck = std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let inside = runtime.enter();
            // Its task is there, and never runs.
            drop(stand.present(created.key.expose()));
            drop(inside);
            runtime
        });
        asked.join().unwrap()
    });
    let waiting = stand.begin(created.key.expose()).await;
    assert!(!waiting.is_finished());
    stand.clock.advance(seconds(4));
    assert_eq!(waiting.await.unwrap().unwrap_err().reason(), Reason::ApiKeysUnavailable);
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    tokio::task::spawn_blocking(|| drop(stuck)).await.unwrap();
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
}

/// While the store is down it is asked once a second for a key in use, not once a request.
#[tokio::test]
async fn an_outage_is_no_storm_of_look_ups() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let before = stand.store().look_ups();
    stand.store().fail();
    stand.clock.advance(seconds(30));
    for _ in 0..10 {
        for _ in 0..1_000 {
            assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
        }
        stand.settle().await;
        stand.clock.advance(seconds(1));
    }
    let asked = stand.store().look_ups() - before;
    assert!((5..=12).contains(&asked), "{asked}");
}

#[tokio::test]
async fn without_a_runtime_an_unknown_key_is_503_and_a_known_one_accepted() {
    let stand = Stand::new();
    let (known, new) = (known(&stand).await, stand.create().await);
    let Stand { auth, .. } = stand;
    let (known, new) = (known.key.expose().to_owned(), new.key.expose().to_owned());
    let decide = move |key: String| {
        let head = [("api-key", key.as_bytes())];
        auth.authenticate(head.as_slice()).now().expect("at once").map(drop).map_err(|error| error.reason())
    };
    std::thread::spawn(move || {
        assert_eq!(decide(known), Ok(()));
        assert_eq!(decide(new), Err(Reason::ApiKeysUnavailable));
    })
    .join()
    .unwrap();
}
