#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "sqlite")]
mod backup;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod failure;
#[cfg(feature = "sqlite")]
mod file;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[macro_use]
mod row;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[macro_use]
mod keys;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "postgres")]
pub use postgres::PostgresKeyStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteKeyStore;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use std::time::Duration;

/// How long a call may take, unless it was said otherwise.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
const TIMEOUT: Duration = Duration::from_secs(2);
