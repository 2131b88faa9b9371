//! A key and its successor: both or neither.

use std::time::SystemTime;

use portcullis::api_key::{KeyChange, KeyRecord, StoreError};

use super::Store;
use super::fixture::{at, environment, found, full, insert, plain};

async fn rotate(store: &Store, id: &str, end: SystemTime, successor: &KeyRecord) -> Option<KeyRecord> {
    store.rotate(id, end, successor).await.expect("a store that works")
}

pub async fn both_are_there_afterwards(store: Store) {
    let environment = environment();
    let new = KeyRecord { successor: None, ..full(&environment, "new") };
    let (scopes, roles, groups) = (new.scopes.clone(), new.roles.clone(), new.groups.clone());
    let old = KeyRecord { scopes, roles, groups, ..plain(&environment, "old") };
    insert(&store, &old).await;
    let ended = KeyRecord { successor: Some("new".to_owned()), expires_at: Some(at(60)), ..old };
    assert_eq!(rotate(&store, "old", at(60), &new).await.as_ref(), Some(&ended));
    assert_eq!(found(&store, &environment, "old").await, Some(ended));
    assert_eq!(found(&store, &environment, "new").await, Some(new));
}

pub async fn a_sooner_end_stays(store: Store) {
    let environment = environment();
    insert(&store, &KeyRecord { expires_at: Some(at(30)), ..plain(&environment, "old") }).await;
    let old = rotate(&store, "old", at(60), &plain(&environment, "new")).await;
    assert_eq!(old.and_then(|old| old.expires_at), Some(at(30)));
}

pub async fn a_later_end_and_none_are_replaced(store: Store) {
    let environment = environment();
    for (number, end) in [Some(at(61)), Some(at(60)), None].into_iter().enumerate() {
        let (old, new) = (format!("old{number}"), format!("new{number}"));
        insert(&store, &KeyRecord { expires_at: end, ..plain(&environment, &old) }).await;
        let old = rotate(&store, &old, at(60), &plain(&environment, &new)).await;
        assert_eq!(old.and_then(|old| old.expires_at), Some(at(60)));
    }
}

pub async fn a_revoked_key_has_no_successor(store: Store) {
    let environment = environment();
    let old = KeyRecord { revoked_at: Some(at(10)), ..plain(&environment, "old") };
    insert(&store, &old).await;
    assert_eq!(rotate(&store, "old", at(60), &plain(&environment, "new")).await, None);
    assert_eq!(found(&store, &environment, "old").await, Some(old));
    assert_eq!(found(&store, &environment, "new").await, None);
}

/// The successor was made of what the key was, and does not know.
pub async fn a_key_that_was_changed_meanwhile_has_no_successor(store: Store) {
    let environment = environment();
    let grant = KeyChange::Grant { scopes: vec!["less".to_owned()], roles: Vec::new(), groups: Vec::new() };
    for (number, change) in [KeyChange::Disable, KeyChange::Expire { at: Some(at(0)) }, grant].into_iter().enumerate() {
        let (old, new) = (plain(&environment, &format!("old{number}")), plain(&environment, &format!("new{number}")));
        insert(&store, &old).await;
        store.change(&environment, &old.id, &change).await.expect("a store that works");
        assert_eq!(rotate(&store, &old.id, at(60), &new).await, None, "{change:?}");
        assert_eq!(found(&store, &environment, &new.id).await, None, "{change:?}");
    }
}

pub async fn a_key_has_one_successor(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "old")).await;
    let first = rotate(&store, "old", at(60), &plain(&environment, "new1")).await;
    assert_eq!(rotate(&store, "old", at(30), &plain(&environment, "new2")).await, None);
    assert_eq!(found(&store, &environment, "old").await, first);
    assert_eq!(found(&store, &environment, "new2").await, None);
    // The successor may have one of its own.
    assert!(rotate(&store, "new1", at(90), &plain(&environment, "new2")).await.is_some());
}

pub async fn an_unknown_key_has_no_successor(store: Store) {
    let environment = environment();
    assert_eq!(rotate(&store, "old", at(60), &plain(&environment, "new")).await, None);
    assert_eq!(found(&store, &environment, "new").await, None);
}

pub async fn a_taken_id_changes_nothing(store: Store) {
    let environment = environment();
    let (old, taken) = (plain(&environment, "old"), full(&environment, "taken"));
    insert(&store, &old).await;
    insert(&store, &taken).await;
    for id in ["taken", "old"] {
        let refused = store.rotate("old", at(60), &plain(&environment, id)).await;
        assert!(matches!(refused, Err(StoreError::IdTaken)), "{refused:?}");
        assert_eq!(found(&store, &environment, "old").await.as_ref(), Some(&old));
        assert_eq!(found(&store, &environment, "taken").await.as_ref(), Some(&taken));
    }
}
