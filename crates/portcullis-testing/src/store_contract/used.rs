//! When keys were last used.

use std::time::SystemTime;

use portcullis::api_key::{KeyFilter, KeyRecord};

use super::Store;
use super::fixture::{at, environment, found, ids, insert, plain};

async fn note(store: &Store, environment: &str, used: &[(&str, SystemTime)]) {
    let used: Vec<_> = used.iter().map(|&(id, time)| (id.to_owned(), time)).collect();
    store.note_used(environment, &used).await.expect("a store that works");
}

pub async fn the_later_use_stays(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    for (seconds, holds) in [(20, 20), (10, 20), (30, 30)] {
        note(&store, &environment, &[("k1", at(seconds))]).await;
        let wanted = KeyRecord { last_used_at: Some(at(holds)), ..plain(&environment, "k1") };
        assert_eq!(found(&store, &environment, "k1").await, Some(wanted));
    }
}

pub async fn unknown_ids_and_empty_batches_are_passed_over(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    note(&store, &environment, &[]).await;
    note(&store, &environment, &[("gone", at(1)), ("k1", at(2)), ("K1", at(3)), ("it's \"odd\"", at(4))]).await;
    assert_eq!(found(&store, &environment, "k1").await.and_then(|record| record.last_used_at), Some(at(2)));
    assert_eq!(ids(&store, &environment, KeyFilter::all()).await, ["k1"]);
}

pub async fn one_batch_may_name_an_id_twice_and_a_thousand_others(store: Store) {
    let environment = environment();
    for id in ["k1", "k2", "k3"] {
        insert(&store, &plain(&environment, id)).await;
    }
    let others = (0..1_000).map(|number| (format!("gone{number}"), at(number)));
    let ours = [("k1", 7), ("k2", 3), ("k1", 9), ("k1", 8)].map(|(id, seconds)| (id.to_owned(), at(seconds)));
    let batch: Vec<_> = others.chain(ours).collect();
    store.note_used(&environment, &batch).await.expect("a store that works");
    for (id, time) in [("k1", Some(at(9))), ("k2", Some(at(3))), ("k3", None)] {
        assert_eq!(found(&store, &environment, id).await.and_then(|record| record.last_used_at), time, "{id}");
    }
}
