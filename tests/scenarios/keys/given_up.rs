//! Changes that nobody waits for any more, as when the client of a handler has gone.

use std::sync::{Arc, Mutex};

use super::*;

/// Keys whose audit is kept.
fn told() -> (Stand, Arc<Mutex<Vec<&'static str>>>) {
    let told: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let sink = Arc::clone(&told);
    let stand = Stand::with(move |builder| {
        let sink = Arc::clone(&sink);
        builder.on_audit(move |event| sink.lock().unwrap().push(event.action.as_str()))
    });
    (stand, told)
}

/// Lets a call begin, and gives it up.
async fn give_up(call: impl Future) {
    tokio::select! {
        biased;
        _ = call => panic!("the store held its answer back"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn a_change_that_was_begun_is_carried_to_its_end_counts_and_is_told() {
    let (stand, told) = told();
    let (revoked, rotated, disabled) = (known(&stand).await, known(&stand).await, known(&stand).await);
    told.lock().unwrap().clear();
    stand.store().hold_changes();
    give_up(stand.keys.create(NewKey::api_key("billing"))).await;
    give_up(stand.keys.rotate(&rotated.record.id, seconds(1))).await;
    give_up(stand.keys.disable(&disabled.record.id)).await;
    give_up(stand.keys.revoke(&revoked.record.id)).await;
    give_up(stand.keys.revoke_owner(None, "billing")).await;
    give_up(stand.keys.set_not_before(revoked.record.created_at)).await;
    stand.settle().await;
    assert!(told.lock().unwrap().is_empty(), "nothing is certain yet");
    stand.store().mend();
    stand.settle().await;
    let mut told = std::mem::take(&mut *told.lock().unwrap());
    told.sort_unstable();
    assert_eq!(told, ["created", "disabled", "not_before_set", "owner_revoked", "revoked", "rotated"]);
    for created in [revoked, rotated, disabled] {
        assert!(stand.ask(created.key.expose()).await.is_err());
    }
}

#[tokio::test]
async fn a_change_that_was_not_begun_is_none() {
    let (stand, told) = told();
    let created = known(&stand).await;
    told.lock().unwrap().clear();
    drop(stand.keys.revoke(&created.record.id));
    stand.settle().await;
    assert!(told.lock().unwrap().is_empty());
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
}

/// Then there is nobody to carry it on; but what it may have changed is not gone by any more.
#[test]
fn without_a_runtime_a_change_ends_where_it_is_given_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (stand, told) = told();
    let created = runtime.block_on(known(&stand));
    told.lock().unwrap().clear();
    stand.store().hold_changes();
    let mut call = Box::pin(stand.keys.revoke(&created.record.id));
    let waker = std::task::Waker::noop();
    assert!(call.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    drop(call);
    stand.store().mend();
    assert_eq!(runtime.block_on(stand.ask(created.key.expose())), Err(Reason::ApiKeyRevoked));
    assert!(told.lock().unwrap().is_empty());
}

/// Whether the runtime ends with the change that it carries, or before the change.
#[test]
fn a_change_whose_runtime_has_ended_panics_nowhere_and_counts() {
    let stand = Stand::new();
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let first = runtime();
    let (revoked, disabled) = first.block_on(async { (known(&stand).await, known(&stand).await) });
    stand.store().hold_changes();
    let (keys, id) = (stand.keys.clone(), revoked.record.id.clone());
    drop(first.spawn(async move { keys.revoke(&id).await.map(drop) }));
    first.block_on(stand.settle());
    drop(first);
    let second = runtime();
    let mut change = Box::pin(stand.keys.disable(&disabled.record.id));
    second.block_on(async {
        let waker = std::task::Waker::noop();
        assert!(change.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    });
    drop(second);
    drop(change);
    stand.store().mend();
    let third = runtime();
    assert_eq!(third.block_on(stand.ask(revoked.key.expose())), Err(Reason::ApiKeyRevoked));
    assert_eq!(third.block_on(stand.ask(disabled.key.expose())), Err(Reason::ApiKeyDisabled));
}
