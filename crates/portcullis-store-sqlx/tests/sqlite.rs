//! `SqliteKeyStore` on real files: what it makes, what it refuses, and what it says.
#![cfg(feature = "sqlite")]

mod records;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use portcullis::api_key::{ApiKeyStore, ApiKeys, DigestKey, KeyChange, NewKey, StoreError};
use portcullis_store_sqlx::SqliteKeyStore;
use records::{corrupt_columns, corrupt_names, record};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// A folder of a test's own, removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("portcullis-sqlite-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder below the one for temporary files");
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("keys.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

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
    let nowhere = SqliteKeyStore::open(folder.0.join("no/such/folder/keys.db")).await;
    assert!(matches!(nowhere, Err(StoreError::Unavailable(_))), "{nowhere:?}");
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
    assert!(older.contains("older version") && older.contains("open_and_migrate"), "{older}");
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

/// Root may write to it all the same, so this starts itself again as another user then.
#[cfg(unix)]
#[test]
fn a_file_that_may_only_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    const FILE: &str = "PORTCULLIS_READ_ONLY_FILE";
    const NOBODY: u32 = 65_534;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let open = |file: &Path| schema(runtime.block_on(SqliteKeyStore::open(file)));
    if let Some(file) = std::env::var_os(FILE) {
        return assert!(open(Path::new(&file)).contains("let this user write"));
    }
    let folder = Folder::new();
    let file = folder.file();
    runtime.block_on(async { SqliteKeyStore::open(&file).await.expect("a new file").close().await });
    let readable = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("its owner may");
    };
    readable(&file, 0o444);
    readable(&folder.0, 0o755);
    if std::fs::OpenOptions::new().write(true).open(&file).is_err() {
        return assert!(open(&file).contains("let this user write"));
    }
    let program = folder.0.join("tests");
    std::fs::copy(std::env::current_exe().expect("a program"), &program).expect("room for a copy");
    readable(&program, 0o755);
    let mut again = std::process::Command::new(program);
    again.args(["--exact", "a_file_that_may_only_be_read_is_refused"]).env(FILE, &file).current_dir("/");
    let output = again.uid(NOBODY).gid(NOBODY).output().expect("a program that can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
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
    assert!(matches!(outcome, Err(StoreError::Corrupt(_))), "{outcome:?}");
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
