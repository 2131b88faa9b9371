//! Copies of a file that is in use.

use std::fs;
use std::path::Path;

use portcullis::api_key::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::failure::{schema, store_error};
use crate::{SqliteKeyStore, TIMEOUT, file};

impl SqliteKeyStore {
    /// Writes all that is kept, as it is at one moment, to a new file, for the user of the process only (mode 0600). The
    /// store goes on working meanwhile. It takes as long as it takes: there is no time limit. Ended or dropped before that, it
    /// may leave a file that is no backup.
    ///
    /// Copying the file itself loses what is still in the one beside it whose name ends in `-wal`. The copy is a store: to
    /// go back to it, end all processes that use the old file, remove that and those beside it, and put the copy there.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the new file is there already or cannot be made, and for a store
    /// [in memory](Self::in_memory); [`StoreError::Corrupt`]; [`StoreError::Unavailable`], such as for want of room. After an
    /// error there is no new file.
    pub async fn back_up(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        // What SQLite copies out of memory goes to memory, whatever the name.
        let path =
            self.path().ok_or_else(|| schema("it is in memory only", "keep in a file what is worth a backup"))?;
        Self::back_up_file(path, to).await
    }

    /// The same for a file that is not open, of any version: what to do before [`open_and_migrate`](Self::open_and_migrate).
    /// The file is left as it is.
    ///
    /// # Errors
    /// As those of [`back_up`](Self::back_up); [`StoreError::Schema`] too for a file that is not there, may not be read and
    /// written, or is no database.
    pub async fn back_up_file(file: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), StoreError> {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(TIMEOUT);
        // What the new file is written with, too.
        let options = options.synchronous(SqliteSynchronous::Full);
        let mut connection = options.connect().await.map_err(store_error)?;
        let copied = copy(&mut connection, to.as_ref()).await;
        connection.close().await.ok();
        copied
    }
}

async fn copy(connection: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    // From its root, so that SQLite cannot take it for a URL.
    let to = std::path::absolute(to).map_err(StoreError::unavailable)?;
    let name = to.to_str().ok_or_else(|| schema("the path of the backup is not text", "name another in UTF-8"))?;
    file::make_new(&to)?;
    // SQLite writes to a file that is empty, and to no other.
    let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(connection).await;
    copied.map(drop).map_err(|error| {
        fs::remove_file(&to).ok();
        store_error(error)
    })
}
