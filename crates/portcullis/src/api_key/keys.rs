//! The keys of an environment: the handle, and what it can be asked.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::audit::AuditSink;
use super::builder::ApiKeysBuilder;
use super::digest::{DigestKey, Digester, KeyDigest};
use super::error::KeyError;
use super::foreign::ForeignFormat;
use super::format;
use super::lookup::LookUps;
use super::policies::KeyPolicies;
use super::record::{KeyRecord, KeyStanding, whole_milliseconds};
use super::rights::Rights;
use super::secret::ApiKey;
use super::store::{ApiKeyStore, KeyFilter, StoreError};
use super::used::Used;

/// The API keys and personal access tokens of one environment. Cheap to clone: one handle for whoever makes and revokes
/// keys, a clone of it for each [`Authenticator`](crate::Authenticator) that shall accept them.
///
/// ```
/// use portcullis::Authenticator;
/// use portcullis::api_key::{ApiKeys, DigestKey, MemoryKeyStore, NewKey};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = ApiKeys::builder("acme_live", DigestKey::generate()?, MemoryKeyStore::new()).build()?;
/// let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com")
///     .api_keys(keys.clone())
///     .build()?;
///
/// let created = keys.create(NewKey::api_key("billing-team").scope("invoices:read")).await?;
/// println!("shown once: {}", created.key.expose());
/// keys.revoke(&created.record.id).await?;
/// # drop(auth);
/// # Ok(())
/// # }
/// ```
///
/// Whatever changes keys ends with `Ok` when the store has made it durable. From then on it counts here; elsewhere within
/// [`ApiKeysBuilder::revocation_within`]. A change that was begun is carried to its end and told to the audit, also when
/// the call is dropped, as long as its runtime lives; what ended with an error may have come through all the same.
#[derive(Clone)]
pub struct ApiKeys {
    shared: Arc<Shared>,
    actor: Option<Arc<str>>,
}

pub(crate) struct Shared {
    pub(super) environment: Arc<str>,
    /// New keys are made under the first.
    pub(super) digesters: Vec<Digester>,
    pub(super) never: Rights,
    pub(super) foreign: Vec<ForeignFormat>,
    pub(super) audit: Option<AuditSink>,
    pub(super) policies: KeyPolicies,
    pub(super) lookups: Arc<LookUps>,
    pub(super) used: Arc<Used>,
}

impl Shared {
    /// The one that a digest was made under.
    pub(super) fn digester_of(&self, digest: &KeyDigest) -> Option<&Digester> {
        self.digesters.iter().find(|digester| digest.is_made_under(digester.fingerprint()))
    }
}

/// A key that was just made.
#[derive(Debug)]
#[non_exhaustive]
pub struct CreatedKey {
    /// The key, to be shown to its owner once.
    pub key: ApiKey,
    /// What is kept of it.
    pub record: KeyRecord,
}

impl ApiKeys {
    /// Starts the configuration of an environment: the first part of its keys, such as `acme_live`; the secret under which
    /// digests are made; and where records are kept.
    pub fn builder(environment: impl Into<String>, digest_key: DigestKey, store: impl ApiKeyStore) -> ApiKeysBuilder {
        ApiKeysBuilder::new(environment.into(), digest_key, Arc::new(store))
    }

    /// The same, for a store that is shared.
    pub fn builder_with(
        environment: impl Into<String>,
        digest_key: DigestKey,
        store: Arc<dyn ApiKeyStore>,
    ) -> ApiKeysBuilder {
        ApiKeysBuilder::new(environment.into(), digest_key, store)
    }

    pub(super) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), actor: None }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The same keys, for somebody who changes them: each [`AuditEvent`](super::AuditEvent) of this handle says that it was
    /// them. Such as the subject of the caller, in a handler.
    #[must_use]
    pub fn acting_as(&self, actor: impl Into<Arc<str>>) -> Self {
        Self { shared: Arc::clone(&self.shared), actor: Some(actor.into()) }
    }

    pub(super) fn actor(&self) -> Option<Arc<str>> {
        self.actor.clone()
    }

    /// The environment: the first part of its keys.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.shared.environment
    }

    /// What [no personal access token](ApiKeysBuilder::personal_access_tokens_never) may do.
    #[must_use]
    pub fn personal_access_tokens_never(&self) -> &Rights {
        &self.shared.never
    }

    /// A regular expression that finds these keys in text, for scanners of repositories and logs. What it finds is a key
    /// if its last six characters are the CRC-32 of all before them: see the crate's documentation.
    #[must_use]
    pub fn scan_regex(&self) -> String {
        format::scan_regex(&self.shared.environment)
    }

    /// Asks the store whether it can be reached, has the form that this version wants, and holds keys that were made under
    /// one of these digest keys, if it holds any: for start-up and readiness.
    ///
    /// # Errors
    /// [`KeyError::Store`], with what to do; [`KeyError::OtherDigestKey`] when of the first hundred keys some would be good,
    /// but for their digests.
    pub async fn check(&self) -> Result<(), KeyError> {
        let LookUps { store, environment, .. } = &*self.shared.lookups;
        store.check().await?;
        let (now, not_before) = (self.now(), self.not_before().await?);
        let some = store.list(environment, &KeyFilter::all()).await?;
        let mut good = some.iter().filter(|record| record.standing(now, not_before) == KeyStanding::Active).peekable();
        let fits = |record: &KeyRecord| self.shared.digester_of(&record.digest).is_some();
        if good.peek().is_none() || good.any(fits) { Ok(()) } else { Err(KeyError::OtherDigestKey) }
    }

    /// The record of a key.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn get(&self, id: &str) -> Result<KeyRecord, KeyError> {
        let found = self.shared.lookups.store.find(&self.shared.environment, id).await?;
        found.record.ok_or(KeyError::NotFound)
    }

    /// Before when keys of the environment are refused, if any are.
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn not_before(&self) -> Result<Option<SystemTime>, KeyError> {
        Ok(self.shared.lookups.store.find(&self.shared.environment, "").await?.not_before)
    }

    /// Records in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn list(&self, filter: &KeyFilter) -> Result<Vec<KeyRecord>, KeyError> {
        Ok(self.shared.lookups.store.list(&self.shared.environment, filter).await?)
    }

    /// Writes what is known of uses to the store now, instead of within half a minute: before a process ends.
    pub async fn flush(&self) {
        self.shared.used.write(&self.shared.lookups).await;
    }

    /// Forgets what is known of a key, so that it is looked up anew: for one that was changed elsewhere.
    pub fn forget(&self, id: &str) {
        self.shared.lookups.forget(id);
    }

    /// How many keys are remembered, and how many unknown ones.
    #[must_use]
    pub fn remembered(&self) -> (usize, usize) {
        self.shared.lookups.len()
    }

    pub(super) fn now(&self) -> SystemTime {
        whole_milliseconds(self.shared.lookups.clock.now())
    }
}

impl From<StoreError> for KeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("environment", &self.shared.environment).finish_non_exhaustive()
    }
}
