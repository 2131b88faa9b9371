//! A copy of all that is kept.

use std::path::Path;

use portcullis_store_sqlx::SqliteKeyStore;

use crate::failure::Failure;
use crate::location::Location;
use crate::output::{self, note};
use crate::session;
use crate::settings::Settings;

/// Of a store of any version: one is made before it is migrated.
pub(crate) async fn make(settings: &Settings, file: &Path, json: bool) -> Result<(), Failure> {
    let path = match session::location(settings)? {
        Location::Sqlite(path) => path,
        Location::Postgres(_) => {
            let problem = "a PostgreSQL database, and `backup` copies a SQLite file";
            return Err(Failure::usage("--store", problem, "use `pg_dump --schema=portcullis`"));
        }
    };
    SqliteKeyStore::back_up_file(session::not_empty(path)?, file).await?;
    note(&format!("{} holds what was in {}", file.display(), path.display()));
    if json { output::json(&serde_json::json!({ "backup": file.to_string_lossy() })) } else { Ok(()) }
}
