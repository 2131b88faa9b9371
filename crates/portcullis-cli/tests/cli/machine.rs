//! What programs read.

use portcullis::api_key::{ApiKeys, DigestKey, NewKey};
use portcullis_store_sqlx::SqliteKeyStore;
use serde_json::Value;

use crate::place::{Place, Said};

fn object(said: &Said) -> Value {
    assert_eq!(said.out.lines().count(), 1, "one object on one line: {said:?}");
    serde_json::from_str(&said.out).unwrap()
}

const RECORD: [&str; 17] = [
    "created_at",
    "digest_key",
    "disabled",
    "environment",
    "expires_at",
    "groups",
    "id",
    "kind",
    "last_used_at",
    "name",
    "owner",
    "revoked_at",
    "roles",
    "scopes",
    "standing",
    "successor",
    "tenant",
];

fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_record_has_the_same_fields_whatever_they_hold() {
    let place = Place::new();
    let end = "2999-01-01T00:00:00Z";
    let made = ["keys", "create", "--json", "--owner", "o", "--scope", "b a", "--role", "r", "--expires-at", end];
    let made = object(&place.run(&made).expect_code(0));
    let id = made["id"].as_str().unwrap();
    assert!(made["key"].as_str().unwrap().starts_with(&format!("acme_live_{id}_")));
    assert_eq!(
        (&made["expires_at"], &made["scopes"][1], &made["standing"]),
        (&end.into(), &"a".into(), &"active".into())
    );
    assert_eq!(
        (&made["tenant"], &made["last_used_at"], &made["kind"]),
        (&Value::Null, &Value::Null, &"api_key".into())
    );
    let created = made["created_at"].as_str().unwrap();
    assert!(created.ends_with('Z') && created.starts_with("2"), "{created}");

    let shown = object(&place.run(&["keys", "show", id, "--json"]).expect_code(0));
    assert_eq!(names(&shown), RECORD);
    for command in [&["disable", id][..], &["enable", id], &["grant", id, "--none"], &["expire", id, "--never"]] {
        let changed = object(&place.run(&[&["keys"], command, &["--json"]].concat()).expect_code(0));
        assert_eq!(names(&changed), RECORD, "{command:?}");
    }
    let mut with_key = RECORD.to_vec();
    with_key.push("key");
    with_key.sort_unstable();
    assert_eq!(names(&made), with_key);
    let rotated = object(&place.run(&["keys", "rotate", id, "--overlap", "2h", "--json"]).expect_code(0));
    assert_eq!(rotated["rotated"]["id"], id);
    assert!(rotated["rotated"]["expires_at"].as_str().unwrap().ends_with('Z'));
    let revoked = object(&place.run(&["keys", "revoke", id, "--yes", "--json"]).expect_code(0));
    assert_eq!(revoked["standing"], "revoked");
}

#[test]
fn a_list_is_one_object_a_line_and_goes_page_by_page() {
    let place = Place::new();
    let mut ids: Vec<String> = (0..5).map(|_| place.key(&[]).1).collect();
    ids.sort_unstable();
    let list = |more: &[&str]| -> Vec<String> {
        let said = place.run(&[&["keys", "list", "--json"], more].concat()).expect_code(0);
        let id = |line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        said.out.lines().map(id).collect()
    };
    assert_eq!(list(&[]), ids);
    assert_eq!(list(&["--limit", "2"]), ids[..2]);
    assert_eq!(list(&["--limit", "2", "--after", &ids[1]]), ids[2..4]);
    assert_eq!(list(&["--owner", "nobody"]), Vec::<String>::new());
    assert_eq!(list(&["--tenant", "north"]), Vec::<String>::new());
}

#[test]
fn verdicts_say_what_a_server_would() {
    let place = Place::new();
    let (key, id) = place.key(&[]);
    let verify = |key: &str| place.run_with(&["keys", "verify", "--json"], key);
    let good = object(&verify(&key).expect_code(0));
    assert_eq!((&good["valid"], &good["id"], &good["limited_by_owner"]), (&true.into(), &id.into(), &false.into()));
    let mut other = key.clone();
    other.replace_range(60.., if key.ends_with("000") { "001" } else { "000" });
    let too_long = "x".repeat(100_000);
    for (key, reason, status) in [
        (&*other, "api_key_checksum_wrong", 401),
        ("acme_live", "api_key_malformed", 401),
        ("a\u{0}b", "credential_malformed", 400),
        (&*too_long, "credential_malformed", 400),
    ] {
        let bad = object(&verify(key).expect_code(1));
        assert_eq!((&bad["valid"], &bad["reason"], &bad["status"]), (&false.into(), &reason.into(), &status.into()));
    }
}

#[test]
fn the_rest_is_json_too() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    let json = |arguments: &[&str]| object(&place.run(arguments).expect_code(0));
    assert_eq!(json(&["keys", "not-before", "--json"])["not_before"], Value::Null);
    let at = ["keys", "not-before", "--json", "--yes", "--at", "2020-01-01T00:00:00Z"];
    assert_eq!(json(&at)["not_before"], "2020-01-01T00:00:00Z");
    assert_eq!(json(&["keys", "revoke-owner", "billing-team", "--json", "--yes"])["revoked"][0], id);
    assert!(json(&["keys", "scan-regex", "--json"])["regex"].as_str().unwrap().contains("acme_live_"));
    assert_eq!(json(&["keys", "migrate", "--json"])["migrated"], false);
    assert_eq!(json(&["keys", "backup", "copy.db", "--json"])["backup"], "copy.db");
}

#[test]
fn more_keys_than_a_page_of_the_store_are_listed_once_each() {
    let place = Place::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = SqliteKeyStore::open(place.path("keys.db")).await.unwrap();
        let keys = ApiKeys::builder("acme_live", DigestKey::generate().unwrap(), store.clone()).build().unwrap();
        for _ in 0..1_005 {
            keys.create(NewKey::api_key("many")).await.unwrap();
        }
        store.close().await;
    });
    for (limit, lines) in [("2000", 1_005), ("1003", 1_003), ("1000", 1_000)] {
        let json = place.run(&["keys", "list", "--json", "--limit", limit]).expect_code(0).out;
        let lines_of_json: std::collections::BTreeSet<&str> = json.lines().collect();
        assert_eq!((json.lines().count(), lines_of_json.len()), (lines, lines));
        let table = place.run(&["keys", "list", "--limit", limit]).expect_code(0).out;
        assert_eq!((table.lines().count(), table.matches("OWNER").count()), (lines + 1, 1));
    }
}
