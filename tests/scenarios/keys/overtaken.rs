//! Answers of look-ups that a change overtakes.

use super::*;

/// An answer that was read before the change, and comes after it.
async fn overtaken_by(revoke: impl AsyncFnOnce(&ApiKeys, &str)) {
    let stand = Stand::new();
    let created = stand.create().await;
    stand.store().hold();
    let waiting = stand.begin(created.key.expose()).await;
    revoke(&stand.keys, &created.record.id).await;
    stand.store().mend();
    assert_eq!(waiting.await.unwrap().unwrap_err().reason(), Reason::ApiKeyRevoked);
    assert_eq!(stand.decide(created.key.expose()), Err(Reason::ApiKeyRevoked));
}

#[tokio::test]
async fn a_look_up_that_a_revocation_overtakes_is_made_again() {
    overtaken_by(async |keys, id| drop(keys.revoke(id).await.unwrap())).await;
}

#[tokio::test]
async fn a_look_up_that_the_revocation_of_an_owner_overtakes_is_made_again() {
    overtaken_by(async |keys, _| drop(keys.revoke_owner(None, "billing").await.unwrap())).await;
}

/// Nobody could tell a look-up that was given up that it is outdated. Its runtime stands still meanwhile.
#[tokio::test]
async fn a_late_answer_of_a_look_up_that_was_given_up_brings_no_revoked_key_back() {
    let stand = Stand::new();
    let created = stand.create().await;
    stand.store().hold();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // On a thread of its own: this one drives another runtime.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            runtime.block_on(async {
                drop(stand.present(created.key.expose()));
                stand.settle().await;
            });
        });
    });
    assert_eq!(stand.store().look_ups(), 1, "it was read");
    let waiting = stand.begin(created.key.expose()).await;
    stand.clock.advance(seconds(4));
    assert_eq!(waiting.await.unwrap().unwrap_err().reason(), Reason::ApiKeysUnavailable);
    stand.keys.revoke(&created.record.id).await.unwrap();
    stand.store().mend();
    std::thread::scope(|scope| drop(scope.spawn(|| runtime.block_on(stand.settle()))));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
    tokio::task::spawn_blocking(|| drop(runtime)).await.unwrap();
}
