//! Records and environments of a law's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use portcullis::api_key::{KeyDigest, KeyFilter, KeyKind, KeyRecord};

use super::Store;

/// A name that no other law has, and no run before on the same database.
pub(super) fn environment() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("law_{}_{}_{number}", since.as_nanos(), std::process::id())
}

pub(super) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_478_400 + seconds)
}

/// With nothing in it that can be absent.
pub(super) fn plain(environment: &str, id: &str) -> KeyRecord {
    KeyRecord {
        environment: environment.to_owned(),
        id: id.to_owned(),
        kind: KeyKind::ApiKey,
        name: format!("the key {id}"),
        owner: "alice".to_owned(),
        tenant: None,
        scopes: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        digest: KeyDigest::from_bytes([7; KeyDigest::LENGTH]),
        created_at: at(0),
        expires_at: None,
        disabled: false,
        revoked_at: None,
        successor: None,
        last_used_at: None,
    }
}

/// With something in every field, and no two alike.
pub(super) fn full(environment: &str, id: &str) -> KeyRecord {
    KeyRecord {
        kind: KeyKind::PersonalAccessToken,
        tenant: Some("acme".to_owned()),
        scopes: texts(&["invoices:read", "invoices:write"]),
        roles: texts(&["clerk"]),
        groups: texts(&["north", "south", "north"]),
        digest: KeyDigest::from_bytes(std::array::from_fn(|at| 200 + u8::try_from(at).unwrap_or_default())),
        expires_at: Some(at(900)),
        disabled: true,
        revoked_at: Some(at(300)),
        successor: Some("next1".to_owned()),
        last_used_at: Some(at(200)),
        ..plain(environment, id)
    }
}

pub(super) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

pub(super) async fn insert(store: &Store, record: &KeyRecord) {
    store.insert(record).await.expect("an id that is free");
}

pub(super) async fn found(store: &Store, environment: &str, id: &str) -> Option<KeyRecord> {
    store.find(environment, id).await.expect("a store that works").record
}

/// Page by page, as whoever shows a list does it.
pub(super) async fn ids(store: &Store, environment: &str, filter: KeyFilter) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let page = match ids.last() {
            Some(last) => filter.clone().after(last),
            None => filter.clone(),
        };
        let records = store.list(environment, &page).await.expect("a store that works");
        assert!(records.len() <= filter.limit, "a page of {} where {} were asked for", records.len(), filter.limit);
        if records.is_empty() {
            return ids;
        }
        ids.extend(records.into_iter().map(|record| record.id));
        assert!(ids.len() <= 10_000, "pages without end");
    }
}
