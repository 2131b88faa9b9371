//! Whose personal access tokens there can be, and what those people may do now.

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::sync::{PoisonError, RwLock};

use super::rights::Rights;
use super::store::StoreFuture;

/// Tells what the owner of a personal access token may do at this moment: usually from the application's own users.
///
/// A personal access token never carries more. It is asked when a token is looked up, so what changes here counts within
/// the same bound as a revocation ([`ApiKeysBuilder::revocation_within`](super::ApiKeysBuilder::revocation_within)).
pub trait KeyOwners: Send + Sync + 'static {
    /// The rights of that owner in that tenant; `None` when there is no such owner, or one that is not let in: all their
    /// tokens are refused then.
    fn find<'a>(&'a self, tenant: Option<&'a str>, owner: &'a str) -> StoreFuture<'a, Option<Rights>>;
}

/// Owners in memory: for tests, and for a handful from a configuration.
#[derive(Default)]
pub struct MemoryOwners {
    rights: RwLock<HashMap<(Option<String>, String), Rights>>,
}

impl MemoryOwners {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an owner, or changes what one may do.
    pub fn set(&self, tenant: Option<&str>, owner: &str, rights: Rights) {
        let name = (tenant.map(str::to_owned), owner.to_owned());
        self.rights.write().unwrap_or_else(PoisonError::into_inner).insert(name, rights);
    }

    /// Takes an owner out.
    pub fn remove(&self, tenant: Option<&str>, owner: &str) {
        let name = (tenant.map(str::to_owned), owner.to_owned());
        self.rights.write().unwrap_or_else(PoisonError::into_inner).remove(&name);
    }
}

impl KeyOwners for MemoryOwners {
    fn find<'a>(&'a self, tenant: Option<&'a str>, owner: &'a str) -> StoreFuture<'a, Option<Rights>> {
        let name = (tenant.map(str::to_owned), owner.to_owned());
        let found = self.rights.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        Box::pin(ready(Ok(found)))
    }
}

/// One directory for several.
impl<O: KeyOwners + ?Sized> KeyOwners for std::sync::Arc<O> {
    fn find<'a>(&'a self, tenant: Option<&'a str>, owner: &'a str) -> StoreFuture<'a, Option<Rights>> {
        (**self).find(tenant, owner)
    }
}

impl fmt::Debug for MemoryOwners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owners = self.rights.read().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("MemoryOwners").field("owners", &owners).finish()
    }
}
