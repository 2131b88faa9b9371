//! Where records of keys are kept.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use super::record::KeyRecord;

/// What a store answers with, some time.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place for the records of keys: of one environment or of many.
///
/// A store never sees a key: what is presented is compared here, with the digest in the record. So an implementation
/// cannot get that wrong, and has nothing to hide. Bring your own database by implementing this, and show it right with
/// `portcullis_testing::api_key_store_contract!`.
///
/// Whatever changes something is durable when its future ends with `Ok`: it survives the end of the process. Changes of
/// one record are atomic. An error leaves everything as it was.
pub trait ApiKeyStore: Send + Sync + 'static {
    /// The record of that id, and the environment's not-before, as of one moment.
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup>;

    /// Adds a record.
    ///
    /// # Errors
    /// [`StoreError::IdTaken`] when there is one of that environment and id.
    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()>;

    /// Changes a record, and gives it as it is then; `None` when there is none of that id. A change that has been made
    /// already is made once.
    fn change<'a>(
        &'a self,
        environment: &'a str,
        id: &'a str,
        change: &'a KeyChange,
    ) -> StoreFuture<'a, Option<KeyRecord>>;

    /// Adds the successor of a key and makes the old one end, both or neither: names the successor in the old record, and
    /// lets it expire at `end`, or when it would have, if that is sooner. Gives the old record as it is then.
    ///
    /// `None`, and nothing is added, when there is no such key, or it
    /// [cannot be followed](KeyRecord::can_be_followed_by) by that one any more.
    ///
    /// # Errors
    /// [`StoreError::IdTaken`] when the successor's id is taken.
    fn rotate<'a>(
        &'a self,
        id: &'a str,
        end: SystemTime,
        successor: &'a KeyRecord,
    ) -> StoreFuture<'a, Option<KeyRecord>>;

    /// Records in the order of their ids.
    fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>>;

    /// Revokes all keys of an owner (of that tenant, or of no tenant) and gives the ids of those that were not revoked
    /// before, sorted.
    fn revoke_owner<'a>(
        &'a self,
        environment: &'a str,
        tenant: Option<&'a str>,
        owner: &'a str,
        at: SystemTime,
    ) -> StoreFuture<'a, Vec<String>>;

    /// Notes when keys were last used; the later time stays. Ids that are not there are passed over.
    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()>;

    /// Refuses all keys of the environment that were made before; the later time stays. Gives what holds then.
    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime>;

    /// Can it be reached, and does it have the form that this version wants? For start-up and readiness.
    fn check(&self) -> StoreFuture<'_, ()>;
}

/// What a store knows of an id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookup {
    /// The record, if there is one.
    pub record: Option<KeyRecord>,
    /// Keys of the environment that were made before this are refused.
    pub not_before: Option<SystemTime>,
}

/// A change of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyChange {
    /// Refuse it until it is enabled.
    Disable,
    /// Accept it again. Does nothing for one that was revoked or has expired.
    Enable,
    /// Refuse it for good. The first time stays.
    Revoke {
        /// When.
        at: SystemTime,
    },
    /// Let it end then, or with `None` never.
    Expire {
        /// When.
        at: Option<SystemTime>,
    },
    /// Give it these rights instead of those it has.
    Grant {
        /// Scopes.
        scopes: Vec<String>,
        /// Roles.
        roles: Vec<String>,
        /// Groups.
        groups: Vec<String>,
    },
}

impl KeyChange {
    /// Makes the change: for stores that read a record, change it and write it back.
    pub fn apply(&self, record: &mut KeyRecord) {
        match self {
            Self::Disable => record.disabled = true,
            Self::Enable => record.disabled = false,
            Self::Revoke { at } => record.revoked_at = Some(record.revoked_at.unwrap_or(*at)),
            Self::Expire { at } => record.expires_at = *at,
            Self::Grant { scopes, roles, groups } => {
                (record.scopes, record.roles, record.groups) = (scopes.clone(), roles.clone(), groups.clone());
            }
        }
    }
}

/// Which records to list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFilter {
    /// Only of that owner.
    pub owner: Option<String>,
    /// Only of that tenant, or with `Some(None)` only of none.
    pub tenant: Option<Option<String>>,
    /// Only ids after that one: the last of the page before.
    pub after: Option<String>,
    /// At most so many, from 1 to [`MAX_LIMIT`](Self::MAX_LIMIT).
    pub limit: usize,
}

impl KeyFilter {
    /// The longest page.
    pub const MAX_LIMIT: usize = 1_000;

    /// All keys, a hundred at a time.
    #[must_use]
    pub fn all() -> Self {
        Self { owner: None, tenant: None, after: None, limit: 100 }
    }

    /// Only those of an owner in a tenant, or of those without a tenant, as [`ApiKeys::revoke_owner`] takes them: what a user
    /// may see.
    ///
    /// [`ApiKeys::revoke_owner`]: super::ApiKeys::revoke_owner
    #[must_use]
    pub fn owned_by(tenant: Option<&str>, owner: impl Into<String>) -> Self {
        Self { owner: Some(owner.into()), tenant: Some(tenant.map(str::to_owned)), ..Self::all() }
    }

    /// Only those of an owner, in whatever tenant.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Only those of a tenant.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(Some(tenant.into()));
        self
    }

    /// The page after that id.
    #[must_use]
    pub fn after(mut self, id: impl Into<String>) -> Self {
        self.after = Some(id.into());
        self
    }

    /// So many at a time; more than [`MAX_LIMIT`](Self::MAX_LIMIT) is taken as that, and zero as one.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, Self::MAX_LIMIT);
        self
    }
}

/// Why a store could not do it. Messages say what an operator should do, and never hold a password or a digest.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached, or took too long. It may work later.
    Unavailable(Box<dyn Error + Send + Sync>),
    /// Its form is not the one that this version works with.
    Schema {
        /// What it has and what is wanted.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// What it holds cannot be understood.
    Corrupt(String),
    /// There is a record of that id.
    IdTaken,
}

impl StoreError {
    /// It cannot be reached.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) => write!(f, "the key store cannot be reached: {cause}"),
            Self::Schema { problem, remedy } => write!(f, "the key store has another form: {problem}; {remedy}"),
            Self::Corrupt(what) => write!(f, "the key store holds what cannot be understood: {what}"),
            Self::IdTaken => f.write_str("there is a key of that id"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(cause) => Some(&**cause),
            _ => None,
        }
    }
}
