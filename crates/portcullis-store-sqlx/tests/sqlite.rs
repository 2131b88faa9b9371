//! `SqliteKeyStore` on real files: what it makes, what it refuses, and what it says.
#![cfg(feature = "sqlite")]

mod folder;
mod records;

use std::path::Path;
use std::time::{Duration, Instant};

use folder::Folder;
use portcullis::api_key::{ApiKeyStore, ApiKeys, DigestKey, KeyChange, NewKey, StoreError};
use portcullis_store_sqlx::SqliteKeyStore;
use records::{corrupt_columns, corrupt_names, record};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

async fn run(file: &Path, statements: &str) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a file");
    sqlx::raw_sql(statements).execute(&mut connection).await.expect("good statements");
    connection.close().await.expect("a file");
}

fn schema(outcome: Result<impl Sized, StoreError>) -> String {
    match outcome.map(|_| ()) {
        Err(error @ StoreError::Schema { .. }) => error.to_string(),
        other => panic!("not a matter of the schema: {other:?}"),
    }
}

#[tokio::test]
async fn what_was_kept_is_there_when_the_file_is_opened_again() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    store.insert(&record("k1")).await.expect("a new key");
    store.close().await;
    assert!(matches!(store.find("acme_test", "k1").await, Err(StoreError::Unavailable(_))));
    let store = SqliteKeyStore::open(folder.file()).await.expect("the file");
    assert_eq!(store.find("acme_test", "k1").await.expect("it works").record, Some(record("k1")));
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_and_those_beside_it_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    store.insert(&record("k1")).await.expect("a new key");
    let entries: Vec<_> = std::fs::read_dir(&folder.0).expect("a folder").map(|entry| entry.expect("a file")).collect();
    assert_eq!(entries.len(), 3, "{entries:?}");
    for entry in entries {
        assert_eq!(entry.metadata().expect("a file").permissions().mode() & 0o777, 0o600, "{entry:?}");
    }
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let folder = Folder::new();
    let text = "not a database, but a text of more than one hundred octets, ".repeat(20);
    std::fs::write(folder.file(), &text).expect("a file");
    assert!(schema(SqliteKeyStore::open(folder.file()).await).contains("name another file"));
    assert_eq!(std::fs::read_to_string(folder.file()).expect("a file"), text);
    assert!(schema(SqliteKeyStore::open(&folder.0).await).contains("directory"));
    for (nowhere, words) in [("no/such/keys.db", "make the folder"), ("keys.db/keys.db", "correct the path")] {
        let said = schema(SqliteKeyStore::open(folder.0.join(nowhere)).await);
        assert!(said.contains(nowhere) && said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = Folder::new();
    run(&folder.file(), "CREATE TABLE songs (title TEXT)").await;
    for outcome in [SqliteKeyStore::open(folder.file()).await, SqliteKeyStore::open_and_migrate(folder.file()).await] {
        assert!(schema(outcome).contains("another program"));
    }
    run(&folder.file(), "CREATE TABLE api_keys (not_made TEXT)").await;
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_and_only_an_older_one_is_migrated() {
    let folder = Folder::new();
    let file = folder.file();
    let store = SqliteKeyStore::open(&file).await.expect("a new file");
    store.insert(&record("k1")).await.expect("a new key");

    // As the first version left it.
    run(&file, "DROP TABLE environments; DELETE FROM _sqlx_migrations WHERE version = 2").await;
    assert!(schema(store.check().await).contains("older version"));
    let older = schema(SqliteKeyStore::open(&file).await);
    assert!(
        older.contains("older version") && older.contains("back_up_file") && older.contains("open_and_migrate"),
        "{older}"
    );
    let store = SqliteKeyStore::open_and_migrate(&file).await.expect("an older version");
    assert_eq!(store.find("acme_test", "k1").await.expect("it works").record, Some(record("k1")));

    run(&file, "INSERT INTO _sqlx_migrations VALUES (9, 'of tomorrow', '2026-01-15', TRUE, x'', 0)").await;
    for outcome in [SqliteKeyStore::open(&file).await, SqliteKeyStore::open_and_migrate(&file).await] {
        assert!(schema(outcome).contains("newer version: migration 9"));
    }
    run(&file, "DELETE FROM _sqlx_migrations WHERE version = 9").await;
    run(&file, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    for outcome in [SqliteKeyStore::open(&file).await, SqliteKeyStore::open_and_migrate(&file).await] {
        assert!(schema(outcome).contains("migration 1 is not the one of this version"));
    }
}

#[tokio::test]
async fn a_tool_makes_neither_a_file_nor_tables() {
    let folder = Folder::new();
    let file = folder.file();
    let missing = schema(SqliteKeyStore::open_existing(&file).await);
    assert!(missing.contains("correct the path") && !file.exists(), "{missing}");
    // What `cp` may find of a store that is new: its tables are in the file beside it.
    run(&file, "PRAGMA journal_mode = WAL").await;
    for _ in 0..2 {
        assert!(schema(SqliteKeyStore::open_existing(&file).await).contains("no tables yet"));
    }
    SqliteKeyStore::open(&file).await.expect("a file with nothing in it").close().await;
    SqliteKeyStore::open_existing(&file).await.expect("a store");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_open_a_new_file_at_once_all_succeed() {
    // In most rounds nobody gets in another's way.
    for round in 0..30 {
        let folder = Folder::new();
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let file = folder.file();
            tasks.spawn(async move {
                let store = SqliteKeyStore::open(file).await?;
                store.insert(&record(&format!("k{number}"))).await
            });
        }
        for outcome in tasks.join_all().await {
            outcome.unwrap_or_else(|error| panic!("round {round}, instead of waiting: {error}"));
        }
    }
}

/// Root may do all of it, so this starts itself again as another user then.
#[cfg(unix)]
#[test]
fn a_file_without_the_rights_to_it_is_refused_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    const FOLDER: &str = "PORTCULLIS_FOLDER_WITHOUT_RIGHTS";
    const NOBODY: u32 = 65_534;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let look = |folder: &Path| {
        let open = |name: &str| schema(runtime.block_on(SqliteKeyStore::open(folder.join(name))));
        assert!(open("read_only.db").contains("let this user write to the file"));
        assert!(open("closed.db").contains("let this user read and write the file"));
        let new = open("new.db");
        assert!(new.contains("new.db cannot be made") && new.contains("let this user write to the folder"), "{new}");
        assert!(open("closed/new.db").contains("let this user write to the folder"));
    };
    if let Some(folder) = std::env::var_os(FOLDER) {
        return look(Path::new(&folder));
    }
    let folder = Folder::new();
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("its owner may");
    };
    for (name, rights) in [("read_only.db", 0o444), ("closed.db", 0o000)] {
        let file = folder.0.join(name);
        runtime.block_on(async { SqliteKeyStore::open(&file).await.expect("a new file").close().await });
        mode(&file, rights);
    }
    let closed = folder.0.join("closed");
    std::fs::create_dir(&closed).expect("a folder");
    mode(&closed, 0o000);
    let program = folder.0.join("tests");
    std::fs::copy(std::env::current_exe().expect("a program"), &program).expect("room for a copy");
    mode(&program, 0o755);
    mode(&folder.0, 0o555);
    if std::fs::File::open(folder.0.join("closed.db")).is_err() {
        look(&folder.0);
    } else {
        let mut again = std::process::Command::new(program);
        again.args(["--exact", "a_file_without_the_rights_to_it_is_refused_with_what_to_do"]);
        let output = again.env(FOLDER, &folder.0).current_dir("/").uid(NOBODY).gid(NOBODY).output();
        let output = output.expect("a program that can be run");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
    // So that it can be removed.
    mode(&folder.0, 0o755);
    mode(&closed, 0o755);
}

#[tokio::test]
async fn rows_that_make_no_sense_are_named_and_nothing_else_fails() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    store.insert(&record("good")).await.expect("a new key");
    // Text that is no UTF-8 cannot be in PostgreSQL.
    for (column, junk) in corrupt_columns("x'00'").into_iter().chain([("name", "CAST(x'ff' AS TEXT)")]) {
        let id = format!("bad{}", column.replace('_', ""));
        store.insert(&record(&id)).await.expect("a new key");
        run(&folder.file(), &format!("UPDATE api_keys SET {column} = {junk} WHERE id = '{id}'")).await;
        corrupt_names(&store, &id, column).await;
    }
    assert!(store.find("acme_test", "good").await.expect("it works").record.is_some());
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_no_panic() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    for number in 0..200 {
        store.insert(&record(&format!("k{number}"))).await.expect("a new key");
    }
    store.close().await;
    // A connection that ends after the last one is counted leaves the pages in the log beside the file, undamaged.
    run(&folder.file(), "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let mut octets = std::fs::read(folder.file()).expect("a file");
    // Everything after the first page.
    octets[4096..].fill(0x5a);
    std::fs::write(folder.file(), octets).expect("a file");
    let outcome = match SqliteKeyStore::open(folder.file()).await {
        Ok(store) => store.find("acme_test", "k7").await.map(|_| ()),
        Err(error) => Err(error),
    };
    let Err(StoreError::Corrupt(what)) = outcome else { panic!("{outcome:?}") };
    assert!(what.contains("restore it from a backup"), "{what}");
}

#[tokio::test]
async fn a_change_that_waits_for_another_program_ends_in_time_and_lookups_do_not_wait() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    store.insert(&record("k1")).await.expect("a new key");
    let short = store.clone().with_timeout(Duration::from_millis(200));
    let options = SqliteConnectOptions::new().filename(folder.file());
    let mut other = SqliteConnection::connect_with(&options).await.expect("a file");
    let held = other.begin_with("BEGIN EXCLUSIVE").await.expect("a lock");
    let began = Instant::now();
    let outcome = short.change("acme_test", "k1", &KeyChange::Disable).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(short.find("acme_test", "k1").await.expect("readers do not wait").record, Some(record("k1")));
    held.rollback().await.expect("a lock");
    store.change("acme_test", "k1", &KeyChange::Enable).await.expect("it works again");
}

/// SQLite's own plan.
#[tokio::test]
async fn keys_of_an_owner_are_found_by_their_index() {
    let folder = Folder::new();
    SqliteKeyStore::open(folder.file()).await.expect("a new file");
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(folder.file())).await.expect("a file");
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT * FROM api_keys WHERE environment = $1 AND id > $2 AND ($3 IS NULL OR tenant = $3) \
         AND owner = $5 ORDER BY id LIMIT $4",
    )
    .fetch_all(&mut connection)
    .await
    .expect("a plan");
    let plan = format!("{plan:?}");
    assert!(
        plan.contains("api_keys_of_owner (environment=? AND owner=? AND id>?)") && !plan.contains("TEMP"),
        "{plan}"
    );
}

#[tokio::test]
async fn the_files_hold_neither_the_key_nor_the_digest_key() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    assert!(!format!("{store:?}").contains("sqlx"));
    let secret = DigestKey::generate().expect("random numbers");
    let keys = ApiKeys::builder("acme_live", secret.clone(), store).build().expect("a good configuration");
    let created = keys.create(NewKey::api_key("billing").name("nightly run")).await.expect("a new key");
    keys.rotate(&created.record.id, Duration::from_secs(60)).await.expect("a successor");
    let entries = std::fs::read_dir(&folder.0).expect("a folder").map(|entry| entry.expect("a file").path());
    let octets: Vec<u8> = entries.flat_map(|path| std::fs::read(path).expect("a file")).collect();
    // They are the right ones.
    for kept in [&created.record.id, "nightly run"] {
        assert!(octets.windows(kept.len()).any(|window| window == kept.as_bytes()), "{kept}");
    }
    records::holds_no_secret(&octets, &created, &secret);
}
