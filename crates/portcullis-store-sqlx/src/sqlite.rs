//! Keys in one file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use portcullis::api_key::{
    ApiKeyStore, KeyChange, KeyFilter, KeyRecord, Lookup, StoreError, StoreFuture, from_unix_milliseconds,
    unix_milliseconds,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, Sqlite, SqliteConnection};

use crate::TIMEOUT;
use crate::failure::{is_busy, migrating, schema, store_error};
use crate::file;
use crate::schema::{Applied, Shipped};

const READERS: u32 = 4;

const SHIPPED: Shipped = Shipped {
    scripts: &[
        (1, "api keys", include_str!("../migrations/sqlite/0001_api_keys.sql")),
        (2, "environments", include_str!("../migrations/sqlite/0002_environments.sql")),
    ],
    remedy: "migrate it, with `SqliteKeyStore::open_and_migrate` or `portcullis keys migrate`",
    backup: "`SqliteKeyStore::back_up_file` or `portcullis keys backup`",
};

/// Keys in a SQLite file: for one machine, and several processes on it. SQLite is built in.
///
/// The file is in WAL mode with `synchronous=FULL`, so a change that was confirmed survives the loss of power. SQLite has
/// one writer at a time: changes wait for each other, and lookups wait for nobody. A clone shares the connections.
///
/// Every call takes at most [two seconds](Self::with_timeout). One that was cut off there, or dropped, may have been made.
#[derive(Clone)]
pub struct SqliteKeyStore {
    path: Option<PathBuf>,
    /// A single connection, so that those who write stand in line here instead of asking SQLite again and again.
    writer: SqlitePool,
    reader: SqlitePool,
    timeout: Duration,
}

/// How far opening a file may go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    MakeNothing,
    /// Where there is nothing.
    MakeTables,
    Migrate,
}

impl SqliteKeyStore {
    /// Opens a file of this version. One that does not exist is made, for the user of the process only (mode 0600), and
    /// one that is empty gets its tables. Its folder must exist and be writable: SQLite puts two more files there.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when it is no file of this version, when it may not be read and written, or when it cannot be
    /// made; [`StoreError::Corrupt`] when it is damaged; [`StoreError::Unavailable`] when others keep it busy.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_to(path.as_ref(), May::MakeTables).await
    }

    /// The same, and brings a file of an older version to this one. Make a [backup](Self::back_up_file) before.
    ///
    /// # Errors
    /// As those of [`open`](Self::open).
    pub async fn open_and_migrate(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_to(path.as_ref(), May::Migrate).await
    }

    /// The same as [`open`](Self::open) for a file that has its tables: none are made, and no file. For tools, where a
    /// mistyped path is no new store.
    ///
    /// # Errors
    /// As those of [`open`](Self::open); [`StoreError::Schema`] too when it is not there or has no tables.
    pub async fn open_existing(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_to(path.as_ref(), May::MakeNothing).await
    }

    /// Keys that end with the process: for tests.
    ///
    /// # Errors
    /// Those of SQLite.
    pub async fn in_memory() -> Result<Self, StoreError> {
        // It would go with its connection.
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.acquire_timeout(TIMEOUT);
        let pool = pool.connect_with(SqliteConnectOptions::new().in_memory(true)).await.map_err(store_error)?;
        let store = Self { path: None, writer: pool.clone(), reader: pool, timeout: TIMEOUT };
        store.set_up(May::Migrate).await?;
        Ok(store)
    }

    /// How long a call may take, instead of two seconds.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Ends the connections, once those that are in use are free. Later calls fail.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Of the file, if it is in one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    async fn open_to(path: &Path, may: May) -> Result<Self, StoreError> {
        if path.is_dir() {
            return Err(schema("it is a directory", "name a file in it"));
        }
        if may != May::MakeNothing {
            file::make_unless_there(path)?;
        }
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(TIMEOUT);
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(TIMEOUT);
        let wal = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let writer = once_it_is_free(|| pool(1).connect_with(wal.clone())).await.map_err(store_error)?;
        let reader = pool(READERS).connect_lazy_with(options.pragma("query_only", "ON"));
        let store = Self { path: Some(path.to_owned()), writer, reader, timeout: TIMEOUT };
        store.set_up(may).await?;
        store.check().await?;
        Ok(store)
    }

    /// In one transaction, so that of several processes one does it and the others find it done.
    async fn set_up(&self, may: May) -> Result<(), StoreError> {
        let mut change = self.begin().await?;
        let tables = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM main.sqlite_schema");
        let fresh = tables.fetch_one(&mut *change).await.map_err(store_error)? == 0;
        let applied = applied(&mut change).await?;
        if applied.is_empty() && !fresh {
            return Err(schema("another program keeps its tables in it", "name a file that does not exist yet"));
        }
        SHIPPED.can_be_migrated(&applied)?;
        // What is missing then is told by whoever looks whether it fits.
        if may == May::MakeNothing || (may == May::MakeTables && !fresh) {
            return Ok(());
        }
        SHIPPED.migrator().await?.run_direct(&mut *change).await.map_err(migrating)?;
        change.commit().await.map_err(store_error)
    }

    const fn writing(&self) -> &SqlitePool {
        &self.writer
    }

    const fn reading(&self) -> &SqlitePool {
        &self.reader
    }
}

/// Of several that turn the mode of a new file to WAL at once, SQLite turns all but one away without a wait, whatever
/// `busy_timeout` says.
async fn once_it_is_free<T, F>(mut connect: impl FnMut() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    const PAUSE: Duration = Duration::from_millis(10);
    let began = Instant::now();
    loop {
        match connect().await {
            Err(error) if is_busy(&error) && began.elapsed() < TIMEOUT => tokio::time::sleep(PAUSE).await,
            outcome => return outcome,
        }
    }
}

async fn applied(connection: &mut SqliteConnection) -> Result<Vec<Applied>, StoreError> {
    let there = "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
    if sqlx::query_scalar::<_, i64>(there).fetch_one(&mut *connection).await.map_err(store_error)? == 0 {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version, checksum, success FROM main._sqlx_migrations ORDER BY version");
    let rows = rows.fetch_all(&mut *connection).await.map_err(store_error)?;
    let applied = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)?, success: row.try_get(2)? })
    };
    rows.iter().map(applied).collect::<Result<_, sqlx::Error>>().map_err(store_error)
}

key_store! {
    SqliteKeyStore, Sqlite,
    tables in: "main",
    begin a change: "BEGIN IMMEDIATE",
    lock a row: "",
    use notes: "UPDATE main.api_keys AS k SET last_used_at = used.at FROM \
        (SELECT value ->> 0 AS id, max(value ->> 1) AS at FROM json_each($2) GROUP BY 1) AS used \
        WHERE k.environment = $1 AND k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at)",
}

/// The path only.
impl fmt::Debug for SqliteKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteKeyStore").field("path", &self.path).finish_non_exhaustive()
    }
}
