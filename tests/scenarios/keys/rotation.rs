//! A key and its successor.

use portcullis::Reason;
use portcullis::api_key::{KeyError, KeyRecord, KeyStanding, NewKey, Rights};

use super::*;

/// IRP-22: old and new are both good for the overlap, then only the new one.
#[tokio::test]
async fn a_rotated_key_lives_on_for_the_overlap() {
    let stand = Stand::new();
    let old = known(&stand).await;
    let new = stand.keys.rotate(&old.record.id, seconds(3600)).await.unwrap();
    assert_ne!(new.record.id, old.record.id);
    assert_eq!(new.record.scopes, old.record.scopes);
    for _ in 0..2 {
        assert_eq!(stand.ask(old.key.expose()).await, Ok(()));
        assert_eq!(stand.ask(new.key.expose()).await, Ok(()));
    }
    assert!(matches!(stand.keys.rotate(&old.record.id, seconds(1)).await, Err(KeyError::Final)), "rotated once");
    stand.clock.advance(seconds(3600));
    assert_eq!(stand.ask(old.key.expose()).await, Err(Reason::ApiKeyExpired));
    assert_eq!(stand.ask(new.key.expose()).await, Ok(()));
    assert!(matches!(stand.keys.rotate(&old.record.id, seconds(1)).await, Err(KeyError::Final)), "expired");
}

/// What an environment refuses has no successor, and a disabled key none before it is enabled.
#[tokio::test]
async fn only_a_key_that_is_good_is_rotated() {
    let stand = Stand::new();
    let (first, second) = (stand.create().await, stand.create().await);
    stand.keys.disable(&first.record.id).await.unwrap();
    assert!(matches!(stand.keys.rotate(&first.record.id, seconds(1)).await, Err(KeyError::Invalid(_))));
    stand.clock.advance(seconds(1));
    stand.keys.set_not_before(second.record.created_at + seconds(1)).await.unwrap();
    assert!(matches!(stand.keys.rotate(&second.record.id, seconds(1)).await, Err(KeyError::Final)));
    let ahead = stand.keys.set_not_before(second.record.created_at + seconds(3600)).await;
    assert!(matches!(ahead, Err(KeyError::Invalid(_))), "keys of the next hour");
    stand.create().await;
}

/// The successor of a key that somebody else changes after it was read, and before it is rotated.
async fn rotated_across(change: impl AsyncFnOnce(&ApiKeys, &str)) -> Option<KeyRecord> {
    let stand = Stand::new();
    let created = stand.keys.create(NewKey::api_key("billing").scope("read write")).await.unwrap();
    let (keys, id) = (stand.keys.clone(), created.record.id.clone());
    stand.store().hold();
    let rotating = tokio::spawn(async move { keys.rotate(&id, seconds(60)).await });
    stand.settle().await;
    assert_eq!(stand.store().look_ups_of(&created.record.id), 1, "it was read");
    change(&stand.elsewhere().keys, &created.record.id).await;
    stand.store().mend();
    let rotated = rotating.await.unwrap().ok()?;
    Some(stand.keys.get(&rotated.record.id).await.unwrap())
}

/// Disabled after it was read, and before there is a successor, as by somebody who saw it leak.
#[tokio::test]
async fn a_key_that_is_disabled_while_it_is_rotated_has_no_active_successor() {
    let successor = rotated_across(async |keys, id| drop(keys.disable(id).await.unwrap())).await;
    let standing = successor.map(|record| record.standing(record.created_at, None));
    assert_ne!(standing, Some(KeyStanding::Active));
}

/// The same for rights: the successor has those that the key has when it is rotated.
#[tokio::test]
async fn a_key_that_loses_rights_while_it_is_rotated_has_no_successor_with_them() {
    let less = async |keys: &ApiKeys, id: &str| drop(keys.grant(id, Rights::none().scope("read")).await.unwrap());
    assert!(rotated_across(less).await.is_none_or(|record| record.scopes == ["read"]));
}

/// It ends later than any clock can say, which is not now.
#[tokio::test]
async fn an_overlap_without_end_does_not_end_the_key_at_once() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.keys.rotate(&created.record.id, Duration::MAX).await.unwrap();
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
}
