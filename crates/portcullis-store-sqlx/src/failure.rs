//! What a database answered, in words that an operator can use and that hold nothing secret.
//!
//! Errors of sqlx do not leave this crate: a detail of PostgreSQL holds values of rows, and what cannot be parsed may be a
//! URL with a password.

use std::io::ErrorKind;
use std::time::Duration;

use portcullis::api_key::StoreError;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

pub(crate) fn schema(problem: impl Into<String>, remedy: impl Into<String>) -> StoreError {
    StoreError::Schema { problem: problem.into(), remedy: remedy.into() }
}

pub(crate) fn too_slow(timeout: Duration) -> StoreError {
    StoreError::unavailable(format!("no answer within {} ms", timeout.as_millis()))
}

pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => answered(&*error),
        sqlx::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            StoreError::unavailable(format!("{error}; start the server, or correct host and port in the URL"))
        }
        sqlx::Error::Io(error) => StoreError::unavailable(error),
        sqlx::Error::Tls(error) => StoreError::unavailable(format!(
            "TLS: {error}; turn it on at the server, or correct `sslmode` and `sslrootcert` in the URL"
        )),
        sqlx::Error::PoolTimedOut => StoreError::unavailable("no connection in time: it is down, or all are in use"),
        sqlx::Error::PoolClosed => StoreError::unavailable("the pool of connections was closed"),
        sqlx::Error::Configuration(_) => StoreError::unavailable(
            "the URL of the database cannot be understood; write `postgres://USER:PASSWORD@HOST/DATABASE`",
        ),
        sqlx::Error::Migrate(error) => migrating(*error),
        sqlx::Error::ColumnDecode { index, .. } => StoreError::Corrupt(format!("column {index} of an answer")),
        sqlx::Error::ColumnNotFound(_) | sqlx::Error::TypeNotFound { .. } => other_tables("a column is missing"),
        _ => StoreError::unavailable("the connection does not work as it should"),
    }
}

pub(crate) fn migrating(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => store_error(error),
        // Looked at before it was begun, so this is another one at the same time.
        _ => schema("it changed while it was being migrated", "look at it again"),
    }
}

fn answered(error: &dyn DatabaseError) -> StoreError {
    if error.is_unique_violation() {
        return StoreError::IdTaken;
    }
    let code = error.code().unwrap_or_default();
    let message = error.message();
    // SQLSTATE has five characters, a code of SQLite is a shorter number.
    if code.len() == 5 { postgres(&code, message) } else { sqlite(code.parse().unwrap_or_default(), message) }
}

fn postgres(code: &str, message: &str) -> StoreError {
    match code {
        // No such database, schema, table, column.
        "3D000" => schema(message, "make the database, or mend its name in the URL"),
        "3F000" | "42P01" | "42703" => other_tables(message),
        "42501" => schema(message, "grant it to the role in the URL"),
        // Data or an index that is damaged.
        "XX001" | "XX002" => damaged(message),
        // No such role, or nothing in pg_hba.conf that lets it in; and the wrong password, or none.
        "28000" => StoreError::unavailable(format!(
            "{message} ({code}); correct the role in the URL, or make it and let it in at the server"
        )),
        "28P01" => StoreError::unavailable(format!(
            "{message} ({code}); correct role and password in the URL, or the password in PGPASSWORD"
        )),
        _ => StoreError::unavailable(format!("{message} ({code})")),
    }
}

fn sqlite(code: u32, message: &str) -> StoreError {
    // The octet above says more than is needed.
    match code & 0xff {
        1 => other_tables(message),
        8 => schema(message, "let this user write to the file and to the folder that it is in"),
        11 => damaged(message),
        14 => {
            schema(message, "let this user read and write the file, and the folder that it is in, or correct the path")
        }
        26 => schema(message, "name another file, one of this crate or one that does not exist yet"),
        _ => StoreError::unavailable(format!("{message} (SQLite: {code})")),
    }
}

/// Does another connection of SQLite have what this one needs?
#[cfg(feature = "sqlite")]
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code.parse().is_ok_and(|code: u32| code & 0xff == 5))
}

fn damaged(message: &str) -> StoreError {
    StoreError::Corrupt(format!("{message}; restore it from a backup"))
}

fn other_tables(what: impl Into<String>) -> StoreError {
    schema(what, "these are not the tables that were made here; restore them from a backup")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_secret_is_not_repeated() {
        let with_secret = || Box::<dyn std::error::Error + Send + Sync>::from("postgres://me:s3cret@db/keys");
        let errors = [
            sqlx::Error::Configuration(with_secret()),
            sqlx::Error::Protocol("s3cret".to_owned()),
            sqlx::Error::Decode(with_secret()),
            sqlx::Error::Encode(with_secret()),
            sqlx::Error::ColumnDecode { index: "3".to_owned(), source: with_secret() },
            sqlx::Error::Migrate(Box::new(MigrateError::Source(with_secret()))),
        ];
        for error in errors {
            let shown = store_error(error);
            assert!(!format!("{shown} {shown:?}").contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn codes_are_told_apart() {
        assert!(matches!(postgres("3D000", "no database"), StoreError::Schema { .. }));
        assert!(matches!(postgres("57014", "statement timeout"), StoreError::Unavailable(_)));
        assert!(matches!(postgres("XX001", "bad page"), StoreError::Corrupt(_)));
        // SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY_CANTLOCK, SQLITE_CORRUPT_INDEX, SQLITE_CANTOPEN.
        assert!(matches!(sqlite(517, "locked"), StoreError::Unavailable(_)));
        assert!(matches!(sqlite(520, "read only"), StoreError::Schema { .. }));
        assert!(matches!(sqlite(779, "malformed"), StoreError::Corrupt(_)));
        assert!(matches!(sqlite(14, "unable to open"), StoreError::Schema { .. }));
    }
}
