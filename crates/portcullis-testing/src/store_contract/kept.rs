//! What is put in comes back, and nothing else does.

use std::time::{Duration, SystemTime};

use portcullis::api_key::{KeyChange, KeyDigest, KeyFilter, KeyKind, KeyRecord, Lookup, StoreError};

use super::Store;
use super::fixture::{at, environment, found, full, ids, insert, plain, texts};

async fn comes_back(store: &Store, record: &KeyRecord) {
    insert(store, record).await;
    let found = found(store, &record.environment, &record.id).await;
    assert_eq!(found.as_ref(), Some(record));
    // `Debug` hides what `==` compares.
    assert_eq!(found.map(|found| *found.digest.as_bytes()), Some(*record.digest.as_bytes()));
}

pub async fn a_record_comes_back_as_it_was_put_in(store: Store) {
    comes_back(&store, &full(&environment(), "k1")).await;
}

pub async fn fields_that_are_absent_come_back_absent(store: Store) {
    let environment = environment();
    comes_back(&store, &plain(&environment, "k1")).await;
    // An empty text is there.
    let empty = KeyRecord { name: String::new(), tenant: Some(String::new()), ..plain(&environment, "k2") };
    comes_back(&store, &empty).await;
}

pub async fn empty_lists_and_long_ones_come_back_in_their_order(store: Store) {
    let list = |start: &str| (0..200).rev().map(|number| format!("{start}:{number}")).collect::<Vec<_>>();
    let (scopes, roles, groups) = (list("scope"), list("role"), list("group"));
    comes_back(&store, &KeyRecord { scopes, roles, groups, ..plain(&environment(), "k1") }).await;
    let groups = texts(&["", "a,b", "a b", "[]", "\"", "null"]);
    comes_back(&store, &KeyRecord { groups, ..plain(&environment(), "k1") }).await;
}

pub async fn text_of_any_script_comes_back(store: Store) {
    let environment = environment();
    let odd = [
        "Ünïcödé",
        "ключ",
        "鍵",
        "🔑 👩‍💻",
        "e\u{301}",
        "\u{202e}txt",
        "'",
        "\"",
        "\\",
        "a\r\n\tb",
        "\u{1}",
        "%",
        "$1 ?1 :a",
    ];
    for (number, text) in odd.into_iter().enumerate() {
        let record = KeyRecord {
            name: text.to_owned(),
            owner: text.to_owned(),
            tenant: Some(text.to_owned()),
            scopes: texts(&[text]),
            roles: texts(&[text, text]),
            groups: texts(&[text]),
            ..plain(&environment, &format!("k{number}"))
        };
        comes_back(&store, &record).await;
        assert_eq!(ids(&store, &environment, KeyFilter::all().owner(text).tenant(text)).await, [record.id]);
    }
}

pub async fn the_octets_of_a_digest_come_back(store: Store) {
    let environment = environment();
    for start in (0..=255_u8).step_by(32) {
        let digest =
            KeyDigest::from_bytes(std::array::from_fn(|at| start.wrapping_add(u8::try_from(at).unwrap_or_default())));
        comes_back(&store, &KeyRecord { digest, ..plain(&environment, &format!("k{start}")) }).await;
    }
    for (id, octet) in [("zero", 0), ("full", 255)] {
        let digest = KeyDigest::from_bytes([octet; KeyDigest::LENGTH]);
        comes_back(&store, &KeyRecord { digest, ..plain(&environment, id) }).await;
    }
}

pub async fn times_come_back_to_the_millisecond(store: Store) {
    let environment = environment();
    // 1970, a usual one, and the last of the year 9999.
    for milliseconds in [0, 1, 1_768_478_400_123, 253_402_300_799_999] {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
        let record = KeyRecord {
            created_at: time,
            expires_at: Some(time),
            revoked_at: Some(time),
            last_used_at: Some(time),
            ..plain(&environment, &format!("k{milliseconds}"))
        };
        comes_back(&store, &record).await;
    }
}

pub async fn every_kind_comes_back(store: Store) {
    let environment = environment();
    for (number, kind) in KeyKind::ALL.into_iter().enumerate() {
        comes_back(&store, &KeyRecord { kind, ..plain(&environment, &format!("k{number}")) }).await;
    }
}

pub async fn what_is_not_there_is_nothing(store: Store) {
    let environment = environment();
    assert_eq!(store.find(&environment, "k1").await.expect("nothing"), Lookup::default());
    insert(&store, &plain(&environment, "k1")).await;
    for id in ["k2", "k", "k11", "K1", "", " k1", "k1 "] {
        assert_eq!(store.find(&environment, id).await.expect("nothing"), Lookup::default(), "{id:?}");
    }
}

pub async fn text_that_looks_like_a_statement_is_only_text(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    for text in ["' OR '1'='1", "k1'; DROP TABLE api_keys; --", "%", "_1", "k*", "k1\" --", "$1", "{k1}", "*"] {
        assert_eq!(found(&store, &environment, text).await, None, "{text}");
        assert_eq!(found(&store, text, "k1").await, None, "{text}");
        for filter in [KeyFilter::all().owner(text), KeyFilter::all().tenant(text)] {
            assert_eq!(ids(&store, &environment, filter).await, [""; 0], "{text}");
        }
        let revoked = store.revoke_owner(&environment, None, text, at(1)).await;
        assert_eq!(revoked.expect("nobody's keys"), [""; 0], "{text}");
    }
    assert_eq!(found(&store, &environment, "k1").await, Some(plain(&environment, "k1")));
}

pub async fn ids_differ_by_case(store: Store) {
    let environment = environment();
    for id in ["key", "KEY", "kEy"] {
        comes_back(&store, &plain(&environment, id)).await;
    }
    assert_eq!(ids(&store, &environment, KeyFilter::all().owner("ALICE")).await, [""; 0]);
}

pub async fn an_id_that_is_taken_is_refused_and_the_old_record_stays(store: Store) {
    let environment = environment();
    insert(&store, &plain(&environment, "k1")).await;
    let refused = store.insert(&full(&environment, "k1")).await;
    assert!(matches!(refused, Err(StoreError::IdTaken)), "{refused:?}");
    assert_eq!(found(&store, &environment, "k1").await, Some(plain(&environment, "k1")));
}

pub async fn environments_are_apart(store: Store) {
    let (live, test) = (environment(), environment());
    for environment in [&live, &test] {
        insert(&store, &plain(environment, "k1")).await;
    }
    insert(&store, &plain(&test, "k2")).await;
    store.rotate("k1", at(50), &plain(&test, "k3")).await.expect("a rotation");
    store.change(&test, "k1", &KeyChange::Disable).await.expect("a change");
    store.note_used(&test, &[("k1".to_owned(), at(5))]).await.expect("a note");
    store.revoke_owner(&test, None, "alice", at(6)).await.expect("revocations");
    store.set_not_before(&test, at(7)).await.expect("a time");
    let untouched = Lookup { record: Some(plain(&live, "k1")), not_before: None };
    assert_eq!(store.find(&live, "k1").await.expect("a record"), untouched);
    assert_eq!(ids(&store, &live, KeyFilter::all()).await, ["k1"]);
    assert_eq!(ids(&store, &test, KeyFilter::all()).await, ["k1", "k2", "k3"]);
}

pub async fn a_store_that_works_says_so(store: Store) {
    store.check().await.expect("a store that works");
}
