//! Keys in PostgreSQL.

use std::fmt;
use std::time::{Duration, SystemTime};

use portcullis::api_key::{
    ApiKeyStore, KeyChange, KeyFilter, KeyRecord, Lookup, StoreError, StoreFuture, from_unix_milliseconds,
    unix_milliseconds,
};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Postgres, Row};

use crate::TIMEOUT;
use crate::failure::{migrating, store_error, too_slow};
use crate::schema::{Applied, Shipped};

const SHIPPED: Shipped = Shipped {
    scripts: &[
        (1, "api keys", include_str!("../migrations/postgres/0001_api_keys.sql")),
        (2, "environments", include_str!("../migrations/postgres/0002_environments.sql")),
    ],
    remedy: "migrate it, with `PostgresKeyStore::connect_and_migrate` or `portcullis keys migrate`",
    backup: "`pg_dump --schema=portcullis`",
};

/// Keys in PostgreSQL: for any number of instances.
///
/// The tables are in a schema of their own, `portcullis`, together with the list of their migrations, so the database can
/// be one that holds other things. The role needs `USAGE` on it, and to select, insert and update in its tables, and to select
/// in the list ([as SQL](crate#tables)); to migrate it must own them. A clone shares the connections.
///
/// Every call takes at most [two seconds](Self::with_timeout). One that was cut off there, or dropped, may have been made.
#[derive(Clone)]
pub struct PostgresKeyStore {
    pool: PgPool,
    timeout: Duration,
}

impl PostgresKeyStore {
    /// Connects to a database of this version, with up to ten connections, and looks that it is.
    ///
    /// The URL is `postgres://USER:PASSWORD@HOST/DATABASE`; add `?sslmode=verify-full` for TLS with a proof of the server's
    /// name, and `&sslrootcert=FILE` for authorities of your own. Without it TLS is used where the server has it, and nobody
    /// has to prove anything. Statements that run for longer than two seconds are ended by the server; a pooler in between
    /// that does not take `options` at the start of a connection needs [`from_pool`](Self::from_pool).
    ///
    /// # Errors
    /// [`StoreError::Schema`] when there is no database or schema of this version; [`StoreError::Unavailable`] when it
    /// cannot be reached or does not let us in. None holds the password.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let store = Self::from_url(url).await?;
        store.check().await?;
        Ok(store)
    }

    /// The same, and brings the database to this version before: an empty one, too. Make a [backup](crate#backups) before. Of several instances that do this at
    /// once one does it, while the others wait.
    ///
    /// # Errors
    /// As those of [`connect`](Self::connect).
    pub async fn connect_and_migrate(url: &str) -> Result<Self, StoreError> {
        let store = Self::from_url(url).await?;
        store.migrate().await?;
        store.check().await?;
        Ok(store)
    }

    /// With connections that there are already. Nothing is asked of the database yet: call
    /// [`check`](ApiKeyStore::check) at start-up.
    #[must_use]
    pub const fn from_pool(pool: PgPool) -> Self {
        Self { pool, timeout: TIMEOUT }
    }

    /// How long a call may take, instead of two seconds.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Brings the database to this version. It has no time limit, and does nothing when it is there already.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when it is of a newer version or was changed by hand.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // Not given back: it will look for tables elsewhere, and holds a lock until it ends.
        let mut connection = self.pool.acquire().await.map_err(store_error)?.detach();
        for statement in ["SET statement_timeout = 0", "SELECT pg_advisory_lock(hashtext('portcullis.api_keys'))"] {
            sqlx::query(statement).execute(&mut connection).await.map_err(store_error)?;
        }
        let applied = applied(&mut connection).await?;
        SHIPPED.can_be_migrated(&applied)?;
        // Then no right to make tables is needed, as sqlx would want it.
        if SHIPPED.fits(&applied).is_ok() {
            return connection.close().await.map_err(store_error);
        }
        let there = sqlx::query_scalar::<_, bool>("SELECT to_regnamespace('portcullis') IS NOT NULL");
        // Where it is there, no right to make one is needed.
        if !there.fetch_one(&mut connection).await.map_err(store_error)? {
            sqlx::query("CREATE SCHEMA portcullis").execute(&mut connection).await.map_err(store_error)?;
        }
        sqlx::query("SET search_path TO portcullis").execute(&mut connection).await.map_err(store_error)?;
        SHIPPED.migrator().await?.run_direct(&mut connection).await.map_err(migrating)?;
        connection.close().await.map_err(store_error)
    }

    /// Ends the connections, once those that are in use are free. Later calls fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn from_url(url: &str) -> Result<Self, StoreError> {
        if !has_known_parameters_only(url) {
            return Err(StoreError::unavailable(
                "the URL of the database has a parameter that is not known: after `?` there may be sslmode, sslrootcert, \
                 sslcert, sslkey, host, hostaddr, port, dbname, user, password, application_name, options, \
                 statement-cache-capacity",
            ));
        }
        let options: PgConnectOptions = url.parse().map_err(store_error)?;
        let options = options.options([("statement_timeout", TIMEOUT.as_millis().to_string())]);
        // Once outside the pool, which tries again and keeps to itself why it could not.
        let first = tokio::time::timeout(TIMEOUT, PgConnection::connect_with(&options)).await;
        let first = first.map_err(|_| too_slow(TIMEOUT))?.map_err(store_error)?;
        first.close().await.ok();
        Ok(Self::from_pool(PgPoolOptions::new().acquire_timeout(TIMEOUT).connect_lazy_with(options)))
    }

    const fn writing(&self) -> &PgPool {
        &self.pool
    }

    const fn reading(&self) -> &PgPool {
        &self.pool
    }
}

/// sqlx passes over others and logs them with their values, which may be passwords: libpq's `sslpassword`, or a typing error.
fn has_known_parameters_only(url: &str) -> bool {
    const KNOWN: &str = "sslmode ssl-mode sslrootcert ssl-root-cert ssl-ca sslcert ssl-cert sslkey ssl-key \
                         statement-cache-capacity host hostaddr port dbname user password application_name options";
    let query = url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    query.split('&').filter(|pair| !pair.is_empty()).all(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        let is_option = ["options[", "options%5B", "options%5b"].iter().any(|start| name.starts_with(start));
        is_option || KNOWN.split_whitespace().any(|known| known == name)
    })
}

async fn applied(connection: &mut PgConnection) -> Result<Vec<Applied>, StoreError> {
    let there = sqlx::query_scalar::<_, bool>("SELECT to_regclass('portcullis._sqlx_migrations') IS NOT NULL");
    if !there.fetch_one(&mut *connection).await.map_err(store_error)? {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version, checksum, success FROM portcullis._sqlx_migrations ORDER BY version");
    let rows = rows.fetch_all(&mut *connection).await.map_err(store_error)?;
    let applied = |row: &sqlx::postgres::PgRow| {
        Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)?, success: row.try_get(2)? })
    };
    rows.iter().map(applied).collect::<Result<_, sqlx::Error>>().map_err(store_error)
}

// Rows are locked in the order of their ids wherever there are several, so that no two wait for each other.
key_store! {
    PostgresKeyStore, Postgres,
    tables in: "portcullis",
    begin a change: "BEGIN",
    lock a row: " FOR UPDATE",
    use notes: "WITH used AS (SELECT value ->> 0 AS id, max((value ->> 1)::bigint) AS at \
        FROM json_array_elements($2::text::json) GROUP BY 1), \
        theirs AS (SELECT k.id FROM portcullis.api_keys AS k WHERE k.environment = $1 AND k.id IN (SELECT id FROM used) \
        ORDER BY k.id FOR UPDATE) \
        UPDATE portcullis.api_keys AS k SET last_used_at = used.at FROM used, theirs \
        WHERE k.environment = $1 AND k.id = used.id AND k.id = theirs.id \
        AND (k.last_used_at IS NULL OR k.last_used_at < used.at)",
}

/// How many connections there are, and nothing of the URL.
impl fmt::Debug for PostgresKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresKeyStore").field("connections", &self.pool.size()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_that_sqlx_knows_come_through() {
        for good in ["", "?", "?sslmode=verify-full&sslrootcert=a", "?options[x]=1&options%5By%5D=2", "?host=%2Frun"] {
            assert!(has_known_parameters_only(&format!("postgres://u:p@h/d{good}")), "{good}");
        }
        for bad in ["?sslpassword=s", "?passwd=s", "?sslmode=require&Password=s", "?s3cret", "?=s"] {
            assert!(!has_known_parameters_only(&format!("postgres://u:p@h/d{bad}")), "{bad}");
        }
    }
}
