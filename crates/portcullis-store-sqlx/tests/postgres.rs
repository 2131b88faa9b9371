//! `PostgresKeyStore` on a real PostgreSQL: the laws of the trait, and what it says when something is wrong.
#![cfg(all(feature = "postgres", unix))]

mod records;
mod servers;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use portcullis::api_key::{ApiKeyStore, ApiKeys, DigestKey, KeyChange, KeyFilter, NewKey, StoreError};
use portcullis_store_sqlx::PostgresKeyStore;
use records::{corrupt_columns, corrupt_names, record};
use servers::{PASSWORD, PostgresServer, postgres};
use sqlx::postgres::PgPool;

/// One database for all laws.
async fn shared() -> Option<PostgresKeyStore> {
    static URL: OnceLock<String> = OnceLock::new();
    let server = postgres()?;
    let url = URL.get_or_init(|| server.url(&server.database()));
    Some(PostgresKeyStore::connect_and_migrate(url).await.expect("a server that works"))
}

mod laws {
    portcullis_testing::api_key_store_contract!(super::shared);
}

fn schema(outcome: Result<impl Sized, StoreError>) -> String {
    match outcome.map(|_| ()) {
        Err(error @ StoreError::Schema { .. }) => error.to_string(),
        other => panic!("not a matter of the schema: {other:?}"),
    }
}

fn unavailable(outcome: Result<impl Sized, StoreError>) -> String {
    match outcome.map(|_| ()) {
        Err(error @ StoreError::Unavailable(_)) => format!("{error} {error:?}"),
        other => panic!("not a matter of reaching it: {other:?}"),
    }
}

async fn migrated(server: &PostgresServer) -> (String, PostgresKeyStore) {
    let name = server.database();
    let store = PostgresKeyStore::connect_and_migrate(&server.url(&name)).await.expect("a server that works");
    (name, store)
}

#[tokio::test]
async fn who_cannot_get_in_is_told_why_and_never_the_password() {
    let Some(server) = postgres() else { return };
    let name = server.database();
    let good = server.url_with(&name, PASSWORD);
    PostgresKeyStore::connect_and_migrate(&good).await.expect("the right password");
    let wrong = unavailable(PostgresKeyStore::connect(&server.url_with(&name, "s3cret-but-wrong")).await);
    assert!(
        wrong.contains("password authentication failed")
            && wrong.contains("correct role and password")
            && !wrong.contains("s3cret"),
        "{wrong}"
    );
    // Port 1 of loopback: nothing listens there.
    let refused = unavailable(PostgresKeyStore::connect("postgres://keys:s3cret@127.0.0.1:1/keys").await);
    assert!(refused.contains("refused") && refused.contains("start the server") && !refused.contains("s3cret"));
    let unknown = unavailable(PostgresKeyStore::connect(&server.url(&name).replace("postgres@", "nobody@")).await);
    assert!(unknown.contains("does not exist (28000); correct the role"), "{unknown}");
    let secure = format!("{}?sslmode=require", server.url(&name));
    let plain = unavailable(PostgresKeyStore::connect(&secure).await);
    assert!(plain.contains("TLS") && plain.contains("turn it on at the server"), "{plain}");
    let nothing = schema(PostgresKeyStore::connect(&server.url_with("nowhere", PASSWORD)).await);
    assert!(nothing.contains("nowhere") && nothing.contains("make the database") && !nothing.contains(PASSWORD));
    for url in ["postgres://keys:s3cret@[::1/keys", "s3cret", "postgres://keys:s3cret@host:notaport/keys"] {
        let bad = unavailable(PostgresKeyStore::connect(url).await);
        assert!(!bad.contains("s3cret"), "{bad}");
    }
    let shown = format!("{:?}", PostgresKeyStore::connect(&good).await.expect("the right password"));
    assert!(!shown.contains(PASSWORD), "{shown}");
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_and_only_an_older_one_is_migrated() {
    let Some(server) = postgres() else { return };
    let name = server.database();
    let url = server.url(&name);
    assert!(schema(PostgresKeyStore::connect(&url).await).contains("no tables yet"));
    let store = PostgresKeyStore::connect_and_migrate(&url).await.expect("an empty database");
    store.insert(&record("k1")).await.expect("a new key");
    PostgresKeyStore::connect(&url).await.expect("the version of today");

    // As the first version left it.
    server.run(&name, "DROP TABLE portcullis.environments; DELETE FROM portcullis._sqlx_migrations WHERE version = 2");
    let older = schema(PostgresKeyStore::connect(&url).await);
    assert!(
        older.contains("older version") && older.contains("pg_dump") && older.contains("connect_and_migrate"),
        "{older}"
    );
    assert!(schema(store.check().await).contains("older version"));
    store.migrate().await.expect("an older version");
    assert_eq!(store.find("acme_test", "k1").await.expect("it works").record, Some(record("k1")));

    server.run(
        &name,
        "INSERT INTO portcullis._sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9, 'of tomorrow', TRUE, '', 0)",
    );
    for outcome in [PostgresKeyStore::connect(&url).await, PostgresKeyStore::connect_and_migrate(&url).await] {
        assert!(schema(outcome).contains("newer version: migration 9"));
    }
    server.run(&name, "DELETE FROM portcullis._sqlx_migrations WHERE version = 9");
    server.run(&name, "UPDATE portcullis._sqlx_migrations SET checksum = 'x' WHERE version = 1");
    for outcome in [PostgresKeyStore::connect(&url).await, PostgresKeyStore::connect_and_migrate(&url).await] {
        assert!(schema(outcome).contains("migration 1 is not the one of this version"));
    }
}

#[tokio::test]
async fn tables_that_are_gone_or_not_ours_to_read_are_noticed() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    // They are the role's that made them.
    let denied = schema(PostgresKeyStore::connect(&server.url_with(&name, PASSWORD)).await);
    assert!(denied.contains("permission denied") && denied.contains("grant"), "{denied}");
    server.run(&name, "ALTER TABLE portcullis.api_keys DROP COLUMN digest");
    assert!(schema(store.check().await).contains("digest"));
    server.run(&name, "DROP TABLE portcullis.api_keys");
    assert!(schema(store.check().await).contains("api_keys"));
    assert!(schema(store.find("acme_test", "k1").await).contains("api_keys"));
}

#[tokio::test]
async fn the_grants_of_the_readme_are_what_a_server_needs_that_may_not_migrate() {
    let Some(server) = postgres() else { return };
    let (name, _) = migrated(server).await;
    server.run("postgres", "CREATE ROLE invoices LOGIN");
    let readme = include_str!("../README.md");
    let grants = readme.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next()).expect("grants");
    let url = server.url(&name).replace("postgres@", "invoices@");
    // Each of them is needed.
    for grant in grants.lines() {
        assert!(schema(PostgresKeyStore::connect(&url).await).contains("permission denied"), "before {grant}");
        server.run(&name, grant);
    }
    let store = PostgresKeyStore::connect(&url).await.expect("rights enough");
    let at = record("k1").created_at;
    store.insert(&record("k1")).await.expect("a new key");
    store.rotate("k1", at, &record("k2")).await.expect("a rotation");
    store.change("acme_test", "k1", &KeyChange::Disable).await.expect("a change");
    store.note_used("acme_test", &[("k1".to_owned(), at)]).await.expect("a use");
    store.set_not_before("acme_test", at).await.expect("a time");
    assert_eq!(store.list("acme_test", &KeyFilter::all()).await.expect("a list").len(), 2);
    assert_eq!(store.revoke_owner("acme_test", None, "alice", at).await.expect("a change"), ["k1", "k2"]);
    PostgresKeyStore::connect_and_migrate(&url).await.expect("there is nothing to migrate");
    server.run(&name, "DELETE FROM portcullis._sqlx_migrations WHERE version = 2");
    assert!(schema(PostgresKeyStore::connect_and_migrate(&url).await).contains("permission denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_migrate_at_once_all_succeed() {
    let Some(server) = postgres() else { return };
    let url = server.url(&server.database());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        tasks.spawn(async move { PostgresKeyStore::connect_and_migrate(&url).await.map(|_| ()) });
    }
    for outcome in tasks.join_all().await {
        outcome.expect("it waited for the one that did it");
    }
}

#[tokio::test]
async fn an_application_keeps_its_own_migrations_in_the_same_database() {
    let Some(server) = postgres() else { return };
    let (name, _) = migrated(server).await;
    let theirs = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(server.run(&name, theirs).trim(), "0");
}

#[tokio::test]
async fn rows_that_make_no_sense_are_named_and_nothing_else_fails() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    store.insert(&record("good")).await.expect("a new key");
    for (column, junk) in corrupt_columns("'\\x00'::bytea") {
        let id = format!("bad{}", column.replace('_', ""));
        store.insert(&record(&id)).await.expect("a new key");
        server.run(&name, &format!("UPDATE portcullis.api_keys SET {column} = {junk} WHERE id = '{id}'"));
        corrupt_names(&store, &id, column).await;
    }
    assert!(store.find("acme_test", "good").await.expect("it works").record.is_some());
}

#[tokio::test]
async fn a_call_that_waits_for_a_lock_ends_in_time_and_the_store_works_again() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    store.insert(&record("k1")).await.expect("a new key");
    let pool = PgPool::connect(&server.url(&name)).await.expect("a server that works");
    let short = store.clone().with_timeout(Duration::from_millis(200));
    let mut other = pool.begin().await.expect("a server that works");
    sqlx::query("LOCK TABLE portcullis.api_keys IN ACCESS EXCLUSIVE MODE").execute(&mut *other).await.expect("a lock");
    let began = Instant::now();
    unavailable(short.find("acme_test", "k1").await);
    unavailable(short.change("acme_test", "k1", &KeyChange::Disable).await);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    other.rollback().await.expect("a server that works");
    let found = store.find("acme_test", "k1").await.expect("it works again").record;
    assert_eq!(found, Some(record("k1")), "what was cut off was not made");
}

/// The statement that revokes waits for the rotation, and does not see what that made: it is asked until nothing is left.
#[tokio::test]
async fn a_key_that_is_being_rotated_leaves_no_successor_when_its_owner_is_refused() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    store.insert(&record("k1")).await.expect("a new key");
    let pool = PgPool::connect(&server.url(&name)).await.expect("a server that works");
    let mut rotation = pool.begin().await.expect("a server that works");
    for step in [
        "UPDATE portcullis.api_keys SET successor = 'k2' WHERE id = 'k1'",
        "INSERT INTO portcullis.api_keys SELECT environment, 'k2', kind, name, owner, tenant, scopes, roles, groups, \
         digest, created_at, expires_at, disabled, revoked_at, NULL, last_used_at FROM portcullis.api_keys",
    ] {
        sqlx::query(step).execute(&mut *rotation).await.expect("a rotation");
    }
    let at = record("k1").created_at;
    let revoking = tokio::spawn({
        let store = store.clone();
        async move { store.revoke_owner("acme_test", None, "alice", at).await }
    });
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1)";
    while !sqlx::query_scalar::<_, bool>(waits).bind(&name).fetch_one(&pool).await.expect("a server that works") {
        assert!(!revoking.is_finished(), "it does not wait for the rotation");
    }
    rotation.commit().await.expect("a server that works");
    assert_eq!(revoking.await.expect("no panic").expect("it works"), ["k1", "k2"]);
}

#[tokio::test]
async fn connections_that_the_server_ended_are_made_anew() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    store.insert(&record("k1")).await.expect("a new key");
    server.run(
        "postgres",
        &format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"),
    );
    assert!(store.find("acme_test", "k1").await.expect("a new connection").record.is_some());
}

/// PostgreSQL's own plan, for a table that is large enough to matter.
#[tokio::test]
async fn keys_of_an_owner_are_found_by_their_index() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    server.run(
        &name,
        "INSERT INTO portcullis.api_keys SELECT 'acme_test', 'k' || n, 'api_key', '', 'owner' || n % 5000, NULL, '[]', \
         '[]', '[]', decode(repeat('00', 36), 'hex'), n, NULL, FALSE, NULL, NULL, NULL \
         FROM generate_series(1, 20000) AS n; ANALYZE portcullis.api_keys",
    );
    let plan = server.run(
        &name,
        "EXPLAIN SELECT id FROM portcullis.api_keys WHERE environment = 'acme_test' AND id > '' AND owner = 'owner7' \
         ORDER BY id LIMIT 100",
    );
    assert!(plan.contains("api_keys_of_owner"), "{plan}");
    let theirs = store.list("acme_test", &KeyFilter::all().owner("owner7")).await.expect("it works");
    assert_eq!(theirs.len(), 4);
}

#[tokio::test]
async fn a_dump_holds_neither_the_key_nor_the_digest_key() {
    let Some(server) = postgres() else { return };
    let (name, store) = migrated(server).await;
    let secret = DigestKey::generate().expect("random numbers");
    let keys = ApiKeys::builder("acme_live", secret.clone(), store).build().expect("a good configuration");
    let created = keys.create(NewKey::api_key("billing").name("nightly run")).await.expect("a new key");
    let dump = server.dump(&name);
    // It is the right one.
    assert!(dump.contains(&created.record.id) && dump.contains("nightly run"));
    records::holds_no_secret(dump.as_bytes(), &created, &secret);
}
