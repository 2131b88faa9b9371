//! A copy of a file that is in use: what it holds, and what is not overwritten by it.
#![cfg(feature = "sqlite")]

mod folder;
mod records;

use folder::Folder;
use portcullis::api_key::{ApiKeyStore, KeyFilter, StoreError};
use portcullis_store_sqlx::SqliteKeyStore;
use records::record;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

#[tokio::test]
async fn a_backup_holds_what_the_file_alone_does_not() {
    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    store.insert(&record("k1")).await.expect("a new key");
    let (copied, copy) = (folder.0.join("copied.db"), folder.0.join("copy.db"));
    std::fs::copy(folder.file(), &copied).expect("a file");
    store.back_up(&copy).await.expect("a backup");
    store.insert(&record("k2")).await.expect("it goes on working");

    let found = |file: std::path::PathBuf| async move {
        let store = SqliteKeyStore::open(file).await.expect("a store");
        (
            store.find("acme_test", "k1").await.expect("it works").record,
            store.list("acme_test", &KeyFilter::all()).await,
        )
    };
    let (kept, all) = found(copy).await;
    assert_eq!(kept, Some(record("k1")));
    assert_eq!(all.expect("it works").len(), 1, "of one moment");
    // Why it is not done with `cp`.
    assert_eq!(found(copied).await.0, None);
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_for_its_owner_only_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let store = SqliteKeyStore::open(folder.file()).await.expect("a new file");
    let copy = folder.0.join("it's a copy.db");
    store.back_up(&copy).await.expect("a backup");
    assert_eq!(std::fs::metadata(&copy).expect("a file").permissions().mode() & 0o777, 0o600);
    for (there, words) in [
        (copy.clone(), "not there yet"),
        (folder.file(), "not there yet"),
        (folder.0.join("no/such"), "make the folder"),
    ] {
        let before = std::fs::read(&there).ok();
        let outcome = store.back_up(&there).await;
        let Err(error @ StoreError::Schema { .. }) = outcome else { panic!("{outcome:?}") };
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(std::fs::read(&there).ok(), before);
    }
}

#[tokio::test]
async fn a_file_of_an_older_version_is_copied_as_it_is() {
    let folder = Folder::new();
    SqliteKeyStore::open(folder.file()).await.expect("a new file").close().await;
    let options = SqliteConnectOptions::new().filename(folder.file());
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a file");
    let older = "DROP TABLE environments; DELETE FROM _sqlx_migrations WHERE version = 2";
    sqlx::raw_sql(older).execute(&mut connection).await.expect("good statements");
    connection.close().await.expect("a file");
    let copy = folder.0.join("copy.db");
    SqliteKeyStore::back_up_file(folder.file(), &copy).await.expect("a backup");
    for file in [folder.file(), copy] {
        let opened = SqliteKeyStore::open(&file).await;
        assert!(matches!(opened, Err(StoreError::Schema { .. })), "{opened:?}");
        SqliteKeyStore::open_and_migrate(&file).await.expect("an older version");
    }
}

#[tokio::test]
async fn where_there_is_nothing_to_copy_no_file_is_left() {
    let folder = Folder::new();
    let copy = folder.0.join("copy.db");
    let nothing = SqliteKeyStore::back_up_file(folder.file(), &copy).await;
    assert!(matches!(nothing, Err(StoreError::Schema { .. })) && !folder.file().exists(), "{nothing:?}");
    std::fs::write(folder.file(), "a text of some length that is no database ".repeat(40)).expect("a file");
    let outcome = SqliteKeyStore::back_up_file(folder.file(), &copy).await;
    assert!(matches!(outcome, Err(StoreError::Schema { .. })), "{outcome:?}");
    let store = SqliteKeyStore::in_memory().await.expect("memory");
    let outcome = store.back_up(&copy).await;
    assert!(matches!(outcome, Err(StoreError::Schema { .. })), "{outcome:?}");
    assert!(!copy.exists());
}
