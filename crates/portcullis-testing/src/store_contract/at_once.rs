//! Many at the same time.

use std::future::Future;

use portcullis::api_key::{KeyChange, KeyFilter, KeyRecord, StoreError};
use tokio::task::JoinSet;

use super::Store;
use super::fixture::{at, environment, found, ids, insert, plain};

/// All of them at once, and what each gave.
async fn together<T, F>(count: u64, start: impl Fn(u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..count {
        tasks.spawn(start(number));
    }
    tasks.join_all().await
}

pub async fn of_a_hundred_insertions_of_one_id_one_wins(store: Store) {
    let environment = environment();
    let outcomes = together(100, |number| {
        let (store, record) = (store.clone(), KeyRecord { name: number.to_string(), ..plain(&environment, "k1") });
        async move { (number, store.insert(&record).await) }
    });
    let outcomes = outcomes.await;
    let winners: Vec<u64> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(number, _)| *number).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    let others = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Err(StoreError::IdTaken))).count();
    assert_eq!(others, 99, "{outcomes:?}");
    let name = found(&store, &environment, "k1").await.map(|record| record.name);
    assert_eq!(name, Some(winners[0].to_string()));
}

pub async fn a_hundred_changes_of_one_record_lose_nothing(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    together(100, |number| {
        let (store, environment) = (store.clone(), environment.clone());
        async move {
            let change = match number % 5 {
                0 => KeyChange::Disable,
                1 => KeyChange::Revoke { at: at(number) },
                2 => KeyChange::Expire { at: Some(at(1_000)) },
                3 => KeyChange::Grant { scopes: vec!["s".to_owned()], roles: vec!["r".to_owned()], groups: Vec::new() },
                _ => return store.note_used(&environment, &[("k1".to_owned(), at(number))]).await.expect("a note"),
            };
            store.change(&environment, "k1", &change).await.expect("a store that works").expect("a record");
        }
    })
    .await;
    let record = found(&store, &environment, "k1").await.expect("a record");
    let revoked_at = record.revoked_at.expect("it was revoked");
    assert!((1..100).step_by(5).any(|number| revoked_at == at(number)));
    let wanted = KeyRecord {
        disabled: true,
        revoked_at: Some(revoked_at),
        expires_at: Some(at(1_000)),
        scopes: vec!["s".to_owned()],
        roles: vec!["r".to_owned()],
        last_used_at: Some(at(99)),
        ..plain(&environment, "k1")
    };
    assert_eq!(record, wanted);
}

pub async fn of_many_rotations_of_one_key_one_wins(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "old")).await;
    let outcomes = together(30, |number| {
        let (store, successor) = (store.clone(), plain(&environment, &format!("new{number}")));
        async move { store.rotate("old", at(60), &successor).await.expect("a store that works") }
    });
    let winners: Vec<KeyRecord> = outcomes.await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    let successor = winners[0].successor.clone().expect("it has one");
    assert_eq!(ids(&store, &environment, KeyFilter::all()).await, [successor, "old".to_owned()]);
}

pub async fn many_who_revoke_an_owner_name_each_key_once(store: Store) {
    let environment = environment();
    let all: Vec<String> = (10..40).map(|number| format!("k{number}")).collect();
    for id in &all {
        insert(&store, &plain(&environment, id)).await;
    }
    let named = together(10, |number| {
        let (store, environment) = (store.clone(), environment.clone());
        async move { store.revoke_owner(&environment, None, "alice", at(number)).await.expect("a store that works") }
    });
    let mut named: Vec<String> = named.await.into_iter().flatten().collect();
    named.sort_unstable();
    assert_eq!(named, all);
}

pub async fn a_record_is_found_as_a_whole(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    together(40, |number| {
        let (store, environment) = (store.clone(), environment.clone());
        async move {
            if number % 2 == 0 {
                let list = vec![number.to_string(); 50];
                let grant = KeyChange::Grant { scopes: list.clone(), roles: list.clone(), groups: list };
                store.change(&environment, "k1", &grant).await.expect("a store that works");
            } else {
                let record = found(&store, &environment, "k1").await.expect("a record");
                assert!(record.scopes == record.roles && record.roles == record.groups, "{record:?}");
            }
        }
    })
    .await;
    let record = found(&store, &environment, "k1").await.expect("a record");
    assert_eq!((record.scopes.len(), record.roles.len(), record.groups.len()), (50, 50, 50));
}

pub async fn batches_that_cross_each_other_come_through(store: Store) {
    let environment = environment();
    let all: Vec<String> = (10..40).map(|number| format!("k{number}")).collect();
    for id in &all {
        insert(&store, &plain(&environment, id)).await;
    }
    together(30, |number| {
        let (store, environment, mut ids) = (store.clone(), environment.clone(), all.clone());
        if number % 2 == 0 {
            ids.reverse();
        }
        async move {
            if number % 10 == 0 {
                store.revoke_owner(&environment, None, "alice", at(number)).await.expect("a store that works");
            }
            let used: Vec<_> = ids.into_iter().map(|id| (id, at(number))).collect();
            store.note_used(&environment, &used).await.expect("a store that works");
            store.set_not_before(&environment, at(number)).await.expect("a store that works");
        }
    })
    .await;
    for id in &all {
        let lookup = store.find(&environment, id).await.expect("a store that works");
        assert_eq!(lookup.not_before, Some(at(29)));
        let record = lookup.record.expect("a record");
        assert!(record.revoked_at.is_some() && record.last_used_at == Some(at(29)), "{record:?}");
    }
}
