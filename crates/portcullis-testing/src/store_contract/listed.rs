//! Pages.

use portcullis::api_key::{KeyFilter, KeyRecord};

use super::Store;
use super::fixture::{environment, full, ids, insert, plain};

pub async fn pages_have_no_gap_and_no_repeat(store: Store) {
    let environment = environment();
    let all: Vec<String> = (10..37).map(|number| format!("k{number}")).collect();
    // Not put in in their order.
    for start in [1, 0, 2] {
        for id in all.iter().skip(start).step_by(3) {
            insert(&store, &plain(&environment, id)).await;
        }
    }
    for limit in [1, 2, 9, 27, 1_000] {
        assert_eq!(ids(&store, &environment, KeyFilter::all().limit(limit)).await, all, "{limit} at a time");
    }
    // Whoever stopped at one that is gone goes on where it was.
    assert_eq!(ids(&store, &environment, KeyFilter::all().after("k20x").limit(2)).await, all[11..]);
}

pub async fn ids_are_in_the_order_of_their_octets(store: Store) {
    let environment = environment();
    for id in ["b", "a", "B", "A", "aa", "Z", "z", "9", "10", "1"] {
        insert(&store, &full(&environment, id)).await;
    }
    let sorted = ["1", "10", "9", "A", "B", "Z", "a", "aa", "b", "z"];
    for limit in [1, 3, 100] {
        assert_eq!(ids(&store, &environment, KeyFilter::all().limit(limit)).await, sorted);
        assert_eq!(ids(&store, &environment, KeyFilter::all().owner("alice").limit(limit)).await, sorted);
    }
    let records = store.list(&environment, &KeyFilter::all()).await.expect("a store that works");
    assert_eq!(records, sorted.map(|id| full(&environment, id)));
}

pub async fn a_page_has_at_least_one_and_at_most_a_thousand(store: Store) {
    let environment = environment();
    for number in 0..=KeyFilter::MAX_LIMIT {
        insert(&store, &plain(&environment, &format!("k{number:04}"))).await;
    }
    for (limit, wanted) in [(0, 1), (usize::MAX, KeyFilter::MAX_LIMIT)] {
        let mut filter = KeyFilter::all();
        filter.limit = limit;
        assert_eq!(store.list(&environment, &filter).await.expect("a store that works").len(), wanted);
    }
}

pub async fn filters_are_exact(store: Store) {
    let environment = environment();
    let rows =
        [("k1", "alice", None), ("k2", "alice", Some("acme")), ("k3", "bob", Some("acme")), ("k4", "al", Some("ac"))];
    for (id, owner, tenant) in rows {
        let tenant = tenant.map(str::to_owned);
        insert(&store, &KeyRecord { owner: owner.to_owned(), tenant, ..plain(&environment, id) }).await;
    }
    let all = KeyFilter::all;
    let cases: [(KeyFilter, &[&str]); 9] = [
        (all().owner("alice"), &["k1", "k2"]),
        (all().tenant("acme"), &["k2", "k3"]),
        (all().owner("alice").tenant("acme"), &["k2"]),
        (all().owner("al"), &["k4"]),
        (all().owner("alice").tenant("ac"), &[]),
        (all().tenant(""), &[]),
        (KeyFilter::owned_by(None, "alice"), &["k1"]),
        (KeyFilter::owned_by(Some("acme"), "alice"), &["k2"]),
        (KeyFilter::owned_by(None, "bob"), &[]),
    ];
    for (filter, wanted) in cases {
        assert_eq!(ids(&store, &environment, filter.clone()).await, wanted, "{filter:?}");
    }
}

pub async fn pages_of_an_owner_are_complete(store: Store) {
    let environment = environment();
    for number in 10..40 {
        let owner = if number % 3 == 0 { "bob" } else { "alice" }.to_owned();
        let tenant = (number % 2 == 0).then(|| "acme".to_owned());
        insert(&store, &KeyRecord { owner, tenant, ..plain(&environment, &format!("k{number}")) }).await;
    }
    let of = |wanted: &dyn Fn(u32) -> bool| -> Vec<String> {
        (10..40).filter(|&number| wanted(number)).map(|number| format!("k{number}")).collect()
    };
    for limit in [1, 2, 1_000] {
        let bobs = KeyFilter::all().owner("bob").limit(limit);
        assert_eq!(ids(&store, &environment, bobs.clone()).await, of(&|number| number % 3 == 0));
        assert_eq!(ids(&store, &environment, bobs.tenant("acme")).await, of(&|number| number % 6 == 0));
        let acmes = KeyFilter::all().tenant("acme").limit(limit);
        assert_eq!(ids(&store, &environment, acmes).await, of(&|number| number % 2 == 0));
    }
}
