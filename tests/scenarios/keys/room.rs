//! More keys, and more look-ups, than there is room for.

use super::*;

/// Callers are remembered beside keys, and what is let go of the one has to end the other.
#[tokio::test]
async fn keys_that_were_pushed_out_are_looked_up_again_and_refused_when_they_were_revoked() {
    let stand = Stand::with(|builder| builder.cached_keys(8));
    let mut keys = Vec::new();
    for _ in 0..100 {
        keys.push(known(&stand).await);
    }
    let before = stand.store().look_ups();
    for created in &keys {
        assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    }
    assert!(stand.store().look_ups() > before + 80, "most were pushed out");
    for created in &keys {
        stand.keys.revoke(&created.record.id).await.unwrap();
        assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
    }
}

#[tokio::test]
async fn no_more_than_256_look_ups_are_under_way_and_what_is_beyond_is_503() {
    let stand = Stand::new();
    let mut keys = Vec::new();
    for _ in 0..300 {
        keys.push(stand.create().await);
    }
    stand.store().hold();
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for created in &keys {
        match stand.present(created.key.expose()).now() {
            Ok(answer) => {
                assert_eq!(answer.map(drop).map_err(|error| error.reason()), Err(Reason::ApiKeysUnavailable));
                refused += 1;
            }
            Err(under_way) => waiting.push(under_way),
        }
    }
    assert_eq!((waiting.len(), refused), (256, 44));
    stand.store().mend();
    for under_way in waiting {
        assert!(under_way.await.is_ok());
    }
    // And then there is room again.
    assert_eq!(stand.ask(keys[299].key.expose()).await, Ok(()));
}

/// As many look-ups as there may be, of other keys.
async fn no_room(stand: &Stand) {
    let mut others = Vec::new();
    for _ in 0..256 {
        others.push(stand.create().await);
    }
    stand.store().hold();
    for other in &others {
        assert!(stand.present(other.key.expose()).now().is_err(), "under way");
    }
}

#[tokio::test]
async fn without_an_outage_nothing_is_bridged_for_want_of_room() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.clock.advance(seconds(31));
    no_room(&stand).await;
    assert_eq!(stand.decide(created.key.expose()), Err(Reason::ApiKeysUnavailable));
}

#[tokio::test]
async fn what_was_looked_up_too_long_ago_is_not_bridged_for_want_of_room() {
    for (passed, answer) in [(599, Ok(())), (600, Err(Reason::ApiKeysUnavailable))] {
        let stand = Stand::new();
        let (created, other) = (known(&stand).await, stand.create().await);
        stand.clock.advance(seconds(passed));
        stand.store().fail();
        assert_eq!(stand.ask(other.key.expose()).await, Err(Reason::ApiKeysUnavailable));
        stand.store().mend();
        no_room(&stand).await;
        assert_eq!(stand.decide(created.key.expose()), answer, "{passed}");
    }
}
