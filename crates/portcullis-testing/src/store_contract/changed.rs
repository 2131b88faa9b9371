//! Changes of one record.

use portcullis::api_key::{KeyChange, KeyFilter, KeyRecord};

use super::Store;
use super::fixture::{at, environment, found, full, ids, insert, plain, texts};

async fn change(store: &Store, environment: &str, change: KeyChange) -> KeyRecord {
    let changed = store.change(environment, "k1", &change).await.expect("a store that works");
    changed.expect("a record that is there")
}

pub async fn disabling_twice_is_once_and_so_is_enabling(store: Store) {
    let environment = environment();
    let enabled = plain(&environment, "k1");
    insert(&store, &enabled).await;
    let disabled = KeyRecord { disabled: true, ..enabled.clone() };
    for _ in 0..2 {
        assert_eq!(change(&store, &environment, KeyChange::Disable).await, disabled);
    }
    for _ in 0..2 {
        assert_eq!(change(&store, &environment, KeyChange::Enable).await, enabled);
    }
}

pub async fn the_first_revocation_stays(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    for seconds in [10, 20, 5] {
        let revoked = change(&store, &environment, KeyChange::Revoke { at: at(seconds) }).await;
        assert_eq!(revoked.revoked_at, Some(at(10)));
    }
}

pub async fn enabling_does_not_undo_a_revocation(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    change(&store, &environment, KeyChange::Disable).await;
    change(&store, &environment, KeyChange::Revoke { at: at(10) }).await;
    let enabled = change(&store, &environment, KeyChange::Enable).await;
    assert_eq!((enabled.disabled, enabled.revoked_at), (false, Some(at(10))));
}

pub async fn an_end_is_set_moved_and_taken_away(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    for end in [Some(at(20)), Some(at(30)), Some(at(10)), None] {
        assert_eq!(change(&store, &environment, KeyChange::Expire { at: end }).await.expires_at, end);
        assert_eq!(found(&store, &environment, "k1").await.and_then(|record| record.expires_at), end);
    }
}

pub async fn a_grant_replaces_all_rights_and_nothing_else(store: Store) {
    let environment = environment();
    let before = full(&environment, "k1");
    insert(&store, &before).await;
    let (scopes, roles, groups) = (texts(&["a:b", "a:\"c\""]), Vec::new(), texts(&["west"]));
    let grant = KeyChange::Grant { scopes: scopes.clone(), roles: roles.clone(), groups: groups.clone() };
    assert_eq!(change(&store, &environment, grant).await, KeyRecord { scopes, roles, groups, ..before });
}

pub async fn a_change_gives_what_is_found_afterwards(store: Store) {
    let environment = environment();
    insert(&store, &full(&environment, "k1")).await;
    insert(&store, &plain(&environment, "k2")).await;
    let changes = [
        KeyChange::Enable,
        KeyChange::Disable,
        KeyChange::Revoke { at: at(1) },
        KeyChange::Expire { at: Some(at(2)) },
        KeyChange::Grant { scopes: texts(&["x"]), roles: texts(&["y"]), groups: texts(&["z"]) },
    ];
    for one in changes {
        let changed = change(&store, &environment, one).await;
        assert_eq!(found(&store, &environment, "k1").await, Some(changed));
    }
    assert_eq!(found(&store, &environment, "k2").await, Some(plain(&environment, "k2")));
}

pub async fn what_is_not_there_is_not_changed_and_not_added(store: Store) {
    let environment = environment();
    for change in [KeyChange::Disable, KeyChange::Revoke { at: at(1) }, KeyChange::Expire { at: None }] {
        assert_eq!(store.change(&environment, "k1", &change).await.expect("a store that works"), None);
    }
    assert_eq!(ids(&store, &environment, KeyFilter::all()).await, [""; 0]);
}
