//! A store that is open, and the keys in it.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use portcullis::api_key::{ApiKeyStore, ApiKeys, ForeignFormat, KeyOwners, KeyRecord, Rights, StoreError, StoreFuture};
use portcullis_store_sqlx::{PostgresKeyStore, SqliteKeyStore};

use crate::failure::Failure;
use crate::location::Location;
use crate::settings::{Settings, with_forms};
use crate::view::KeyView;

/// The keys that a command works with.
pub(crate) struct Session {
    pub(crate) keys: ApiKeys,
    store: Store,
    json: bool,
}

enum Store {
    Sqlite(SqliteKeyStore),
    Postgres(PostgresKeyStore),
}

impl Session {
    /// Opens a store of this version. What makes keys makes tables in a file that is empty, and nothing but `migrate` makes
    /// a file: a mistyped path is no new store.
    pub(crate) async fn open(
        settings: &Settings,
        forms: Vec<ForeignFormat>,
        makes_keys: bool,
        json: bool,
    ) -> Result<Self, Failure> {
        let store = match location(settings)? {
            Location::Sqlite(path) => {
                let opened =
                    if makes_keys { SqliteKeyStore::open(there(path)?).await } else { open_existing(path).await };
                Store::Sqlite(opened?)
            }
            Location::Postgres(url) => Store::Postgres(PostgresKeyStore::connect(url).await?),
        };
        let shared: Arc<dyn ApiKeyStore> = match &store {
            Store::Sqlite(store) => Arc::new(store.clone()),
            Store::Postgres(store) => Arc::new(store.clone()),
        };
        let builder = settings.configure(|environment, key| ApiKeys::builder_with(environment, key, shared))?;
        let keys = with_forms(builder, forms).owners(Anybody).build()?;
        Ok(Self { keys, store, json })
    }

    pub(crate) const fn json(&self) -> bool {
        self.json
    }

    /// Writes a record, as it stands now, to standard output.
    pub(crate) async fn show(&self, record: &KeyRecord) -> Result<(), Failure> {
        self.view(record).await?.write(self.json)
    }

    pub(crate) async fn view<'a>(&self, record: &'a KeyRecord) -> Result<KeyView<'a>, Failure> {
        Ok(KeyView::new(record, SystemTime::now(), self.keys.not_before().await?))
    }

    /// Ends the connections in good order.
    pub(crate) async fn close(&self) {
        match &self.store {
            Store::Sqlite(store) => store.close().await,
            Store::Postgres(store) => store.close().await,
        }
    }
}

/// Makes the tables, or brings them to this version. Was there anything to do?
pub(crate) async fn migrate(settings: &Settings) -> Result<bool, Failure> {
    match location(settings)? {
        Location::Sqlite(path) => {
            if let Some(store) = of_this_version(open_existing(path).await)? {
                store.close().await;
                return Ok(false);
            }
            SqliteKeyStore::open_and_migrate(path).await?.close().await;
        }
        Location::Postgres(url) => {
            if let Some(store) = of_this_version(PostgresKeyStore::connect(url).await)? {
                store.close().await;
                return Ok(false);
            }
            PostgresKeyStore::connect_and_migrate(url).await?.close().await;
        }
    }
    Ok(true)
}

/// Another form is what is to be migrated.
fn of_this_version<T>(opened: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match opened {
        Err(StoreError::Schema { .. }) => Ok(None),
        other => other.map(Some),
    }
}

pub(crate) fn location(settings: &Settings) -> Result<&Location, Failure> {
    settings.location.as_ref().ok_or_else(|| Failure::usage("--store", "not given", "name the store"))
}

async fn open_existing(path: &Path) -> Result<SqliteKeyStore, StoreError> {
    SqliteKeyStore::open_existing(not_empty(path)?).await
}

fn there(path: &Path) -> Result<&Path, StoreError> {
    match path.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(nothing_in(format!("there is no file {}", path.display())))
        }
        // What else keeps it from being looked at keeps it from being opened, and is told then.
        _ => Ok(path),
    }
}

/// SQLite would make a database of it.
pub(crate) fn not_empty(path: &Path) -> Result<&Path, StoreError> {
    if there(path)?.metadata().is_ok_and(|known| known.is_file() && known.len() == 0) {
        return Err(nothing_in(format!("{} is empty", path.display())));
    }
    Ok(path)
}

fn nothing_in(problem: String) -> StoreError {
    let remedy = "correct the path, or make a store there with `portcullis keys migrate`".to_owned();
    StoreError::Schema { problem, remedy }
}

/// Who owns personal access tokens is known to servers only: here everybody may have them, and they show no rights but
/// those in their records.
struct Anybody;

impl KeyOwners for Anybody {
    fn find<'a>(&'a self, _: Option<&'a str>, _: &'a str) -> StoreFuture<'a, Option<Rights>> {
        Box::pin(std::future::ready(Ok(Some(Rights::none()))))
    }
}
