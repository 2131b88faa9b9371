//! The laws of the trait, on SQLite. Those on PostgreSQL are with the tests that need servers.
#![cfg(feature = "sqlite")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use portcullis_store_sqlx::SqliteKeyStore;

/// One file for all laws, each with connections of its own, as processes would have. It stays until the next run.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("laws");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("cargo's folder for temporary files");
    folder.join("keys.db")
});

async fn in_a_file() -> Option<SqliteKeyStore> {
    Some(SqliteKeyStore::open(&*FILE).await.expect("a file"))
}

async fn in_memory() -> Option<SqliteKeyStore> {
    Some(SqliteKeyStore::in_memory().await.expect("memory"))
}

mod a_file {
    portcullis_testing::api_key_store_contract!(super::in_a_file);
}

mod memory {
    portcullis_testing::api_key_store_contract!(super::in_memory);
}
