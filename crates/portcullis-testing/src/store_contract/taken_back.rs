//! Many keys at once: those of an owner, and those made before.

use portcullis::api_key::{KeyRecord, Lookup};

use super::Store;
use super::fixture::{at, environment, found, insert, plain};

pub async fn an_owner_loses_their_keys_and_nobody_else_does(store: Store) {
    let environment = environment();
    let rows = [("k1", "alice", None), ("k2", "alice", Some("acme")), ("k3", "bob", None), ("k4", "alice", Some(""))];
    for (id, owner, tenant) in rows {
        let tenant = tenant.map(str::to_owned);
        insert(&store, &KeyRecord { owner: owner.to_owned(), tenant, ..plain(&environment, id) }).await;
    }
    let mut revoked: Vec<&str> = Vec::new();
    for (tenant, id) in [(Some("acme"), "k2"), (None, "k1"), (Some(""), "k4")] {
        let named = store.revoke_owner(&environment, tenant, "alice", at(10)).await.expect("a store that works");
        assert_eq!(named, [id]);
        revoked.push(id);
        for (id, ..) in rows {
            let time = found(&store, &environment, id).await.and_then(|record| record.revoked_at);
            assert_eq!(time, revoked.contains(&id).then(|| at(10)), "{id}");
        }
    }
}

pub async fn only_what_was_not_revoked_before_is_named_in_order(store: Store) {
    let environment = environment();
    for id in ["b", "a", "B", "10", "9"] {
        insert(&store, &plain(&environment, id)).await;
    }
    insert(&store, &KeyRecord { revoked_at: Some(at(5)), ..plain(&environment, "c") }).await;
    insert(&store, &KeyRecord { disabled: true, expires_at: Some(at(1)), ..plain(&environment, "d") }).await;
    let first = store.revoke_owner(&environment, None, "alice", at(10)).await.expect("a store that works");
    assert_eq!(first, ["10", "9", "B", "a", "b", "d"]);
    let again = store.revoke_owner(&environment, None, "alice", at(20)).await.expect("a store that works");
    assert_eq!(again, [""; 0]);
    let times = [("a", at(10)), ("c", at(5))];
    for (id, time) in times {
        assert_eq!(found(&store, &environment, id).await.and_then(|record| record.revoked_at), Some(time));
    }
}

pub async fn the_later_not_before_stays(store: Store) {
    let environment = environment();
    for (seconds, holds) in [(20, 20), (10, 20), (20, 20), (30, 30)] {
        let answer = store.set_not_before(&environment, at(seconds)).await.expect("a store that works");
        assert_eq!(answer, at(holds));
        let lookup = store.find(&environment, "k1").await.expect("a store that works");
        assert_eq!(lookup.not_before, Some(at(holds)));
    }
}

pub async fn the_not_before_is_found_with_a_record_and_without(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    store.set_not_before(&environment, at(20)).await.expect("a store that works");
    let record = Some(plain(&environment, "k1"));
    for (id, record) in [("k1", record), ("k2", None)] {
        let wanted = Lookup { record, not_before: Some(at(20)) };
        assert_eq!(store.find(&environment, id).await.expect("a store that works"), wanted);
    }
}
