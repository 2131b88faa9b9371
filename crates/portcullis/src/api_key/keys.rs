//! The keys of an environment: making, listing, changing and taking them back.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::audit::{AuditAction, AuditEvent, AuditSink};
use super::builder::ApiKeysBuilder;
use super::digest::{DigestKey, Digester};
use super::error::KeyError;
use super::foreign::{self, ForeignFormat};
use super::format;
use super::lookup::LookUps;
use super::new_key::NewKey;
use super::policies::KeyPolicies;
use super::record::{KeyKind, KeyRecord, KeyStanding, whole_milliseconds};
use super::rights::Rights;
use super::secret::ApiKey;
use super::store::{ApiKeyStore, KeyChange, KeyFilter, StoreError};
use super::used::Used;
use crate::telemetry;

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
/// [`ApiKeysBuilder::revocation_within`]. A call that is given up before it ended may have come through all the same; its
/// [`AuditEvent`] is missing then.
#[derive(Clone)]
pub struct ApiKeys(Arc<Shared>);

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
        Self(Arc::new(shared))
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    /// The environment: the first part of its keys.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.0.environment
    }

    /// A regular expression that finds these keys in text, for scanners of repositories and logs. What it finds is a key
    /// if its last six characters are the CRC-32 of all before them: see the crate's documentation.
    #[must_use]
    pub fn scan_regex(&self) -> String {
        format::scan_regex(&self.0.environment)
    }

    /// Asks the store whether it can be reached and has the form that this version wants: for start-up and readiness.
    ///
    /// # Errors
    /// [`KeyError::Store`], with what to do.
    pub async fn check(&self) -> Result<(), KeyError> {
        Ok(self.0.lookups.store.check().await?)
    }

    /// Makes a key.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] with all that is wrong with it; [`KeyError::Store`].
    pub async fn create(&self, new: NewKey) -> Result<CreatedKey, KeyError> {
        let now = self.now();
        self.check_new(&new, now)?;
        let (key, id) = self.mint()?;
        let record = self.record(new, id, &key, now);
        let forget = Forget(&self.0.lookups, Some([&record.id, ""]));
        self.0.lookups.store.insert(&record).await?;
        drop(forget);
        self.tell(AuditAction::Created, Some(&record));
        Ok(CreatedKey { key: ApiKey::new(key), record })
    }

    /// Takes over a key that another system made, of one of the [accepted forms](ApiKeysBuilder::also_accept). The key
    /// itself is not kept.
    ///
    /// # Errors
    /// As [`create`](Self::create); [`KeyError::Invalid`] too for one of no accepted form.
    pub async fn import(&self, key: &str, new: NewKey) -> Result<KeyRecord, KeyError> {
        let now = self.now();
        self.check_new(&new, now)?;
        let shared = &*self.0;
        let accepted = key.len() <= crate::defaults::MAX_KEY_BYTES
            && shared.foreign.iter().any(|format| format.fits(key))
            && format::parse(&shared.environment, key).is_err();
        let first = shared.digesters.first().filter(|_| accepted).ok_or_else(|| {
            KeyError::Invalid(vec![
                "key: of none of the accepted forms; configure `ApiKeysBuilder::also_accept`".to_owned(),
            ])
        })?;
        let record = self.record(new, foreign::id_of(&shared.environment, key, first), key, now);
        let forget = Forget(&shared.lookups, Some([&record.id, ""]));
        shared.lookups.store.insert(&record).await?;
        drop(forget);
        self.tell(AuditAction::Imported, Some(&record));
        Ok(record)
    }

    /// The record of a key.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn get(&self, id: &str) -> Result<KeyRecord, KeyError> {
        let found = self.0.lookups.store.find(&self.0.environment, id).await?;
        found.record.ok_or(KeyError::NotFound)
    }

    /// Before when keys of the environment are refused, if any are.
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn not_before(&self) -> Result<Option<SystemTime>, KeyError> {
        Ok(self.0.lookups.store.find(&self.0.environment, "").await?.not_before)
    }

    /// Records in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn list(&self, filter: &KeyFilter) -> Result<Vec<KeyRecord>, KeyError> {
        Ok(self.0.lookups.store.list(&self.0.environment, filter).await?)
    }

    /// Makes a successor with the same rights, and lets the old key live on for `overlap`, or until it would have ended if
    /// that is sooner. The successor lives as long as the old one did, counted from now; one that never ended never ends. The
    /// successor of an imported key has the form of our own.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] for a disabled key;     /// [`KeyError::NotFound`]; [`KeyError::Final`] for a key that was revoked, has expired, or has a successor already;
    /// [`KeyError::Store`].
    pub async fn rotate(&self, id: &str, overlap: Duration) -> Result<CreatedKey, KeyError> {
        let now = self.now();
        let found = self.0.lookups.store.find(&self.0.environment, id).await?;
        let old = found.record.ok_or(KeyError::NotFound)?;
        let standing = old.standing(now, found.not_before);
        if matches!(standing, KeyStanding::Revoked | KeyStanding::Expired) {
            return Err(KeyError::Final);
        }
        if old.disabled {
            let problem = "key: it is disabled, and its successor would be, too; enable it first";
            return Err(KeyError::Invalid(vec![problem.to_owned()]));
        }
        let lifetime = old.expires_at.and_then(|end| end.duration_since(old.created_at).ok());
        let (key, new_id) = self.mint()?;
        let successor = KeyRecord {
            id: new_id,
            digest: self.digest(&key),
            created_at: now,
            expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime)),
            last_used_at: None,
            successor: None,
            ..old
        };
        let end = whole_milliseconds(now.checked_add(overlap).unwrap_or(now));
        let forget = Forget(&self.0.lookups, Some([id, &successor.id]));
        let old = self.0.lookups.store.rotate(id, end, &successor).await?.ok_or(KeyError::Final)?;
        drop(forget);
        let end = old.expires_at.unwrap_or(end);
        self.tell(AuditAction::Rotated { successor: successor.id.clone(), end }, Some(&old));
        Ok(CreatedKey { key: ApiKey::new(key), record: successor })
    }

    /// Refuses a key for good.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn revoke(&self, id: &str) -> Result<KeyRecord, KeyError> {
        self.change(id, KeyChange::Revoke { at: self.now() }, AuditAction::Revoked).await
    }

    /// Refuses a key until it is enabled again.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn disable(&self, id: &str) -> Result<KeyRecord, KeyError> {
        self.change(id, KeyChange::Disable, AuditAction::Disabled).await
    }

    /// Accepts a disabled key again. One that was revoked or has expired stays refused.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn enable(&self, id: &str) -> Result<KeyRecord, KeyError> {
        self.change(id, KeyChange::Enable, AuditAction::Enabled).await
    }

    /// Lets a key end then, or with `None` never. A time that has passed ends it now.
    ///
    /// # Errors
    /// [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn expire(&self, id: &str, at: Option<SystemTime>) -> Result<KeyRecord, KeyError> {
        let end = at.map(whole_milliseconds);
        self.change(id, KeyChange::Expire { at: end }, AuditAction::ExpirySet { end }).await
    }

    /// Gives a key these rights instead of those it has.
    ///
    /// # Errors
    /// [`KeyError::Invalid`]; [`KeyError::NotFound`]; [`KeyError::Store`].
    pub async fn grant(&self, id: &str, rights: Rights) -> Result<KeyRecord, KeyError> {
        let problems = rights.problems();
        if !problems.is_empty() {
            return Err(KeyError::Invalid(problems));
        }
        let Rights { scopes, roles, groups } = rights;
        self.change(id, KeyChange::Grant { scopes, roles, groups }, AuditAction::RightsChanged).await
    }

    /// Refuses all keys of an owner in a tenant (or of those without a tenant) for good, and gives the ids of those that
    /// were not revoked before.
    ///
    /// # Errors
    /// [`KeyError::Store`].
    pub async fn revoke_owner(&self, tenant: Option<&str>, owner: &str) -> Result<Vec<String>, KeyError> {
        let forget = Forget(&self.0.lookups, None);
        let revoked = self.0.lookups.store.revoke_owner(&self.0.environment, tenant, owner, self.now()).await?;
        drop(forget);
        self.tell_of(AuditEvent {
            owner: Some(owner.to_owned()),
            tenant: tenant.map(str::to_owned),
            ..self.event(AuditAction::OwnerRevoked { keys: revoked.len() })
        });
        Ok(revoked)
    }

    /// Refuses all keys of the environment that were made before that time, for good: after a leak. The latest such time
    /// counts; gives it. It cannot be taken back.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] for a time that is more than a minute ahead: new keys would be refused until then.
    /// [`KeyError::Store`].
    pub async fn set_not_before(&self, at: SystemTime) -> Result<SystemTime, KeyError> {
        let at = whole_milliseconds(at);
        if at.duration_since(self.now()).is_ok_and(|ahead| ahead > Duration::from_secs(60)) {
            let problem = "time: it has not come, and new keys would be refused until then; give one that has passed";
            return Err(KeyError::Invalid(vec![problem.to_owned()]));
        }
        let forget = Forget(&self.0.lookups, None);
        let not_before = self.0.lookups.store.set_not_before(&self.0.environment, at).await?;
        drop(forget);
        self.tell(AuditAction::NotBeforeSet { not_before }, None);
        Ok(not_before)
    }

    /// Writes what is known of uses to the store now, instead of within half a minute: before a process ends.
    pub async fn flush(&self) {
        self.0.used.write(&self.0.lookups).await;
    }

    /// Forgets what is known of a key, so that it is looked up anew: for one that was changed elsewhere.
    pub fn forget(&self, id: &str) {
        self.0.lookups.forget(id);
    }

    /// How many keys are remembered, and how many unknown ones.
    #[must_use]
    pub fn remembered(&self) -> (usize, usize) {
        self.0.lookups.len()
    }

    async fn change(&self, id: &str, change: KeyChange, action: AuditAction) -> Result<KeyRecord, KeyError> {
        let forget = Forget(&self.0.lookups, Some([id, ""]));
        let changed = self.0.lookups.store.change(&self.0.environment, id, &change).await;
        drop(forget);
        let record = changed?.ok_or(KeyError::NotFound)?;
        self.tell(action, Some(&record));
        Ok(record)
    }

    fn check_new(&self, new: &NewKey, now: SystemTime) -> Result<(), KeyError> {
        let problems = new.problems(now, self.0.lookups.owners.is_some());
        if problems.is_empty() { Ok(()) } else { Err(KeyError::Invalid(problems)) }
    }

    fn mint(&self) -> Result<(String, String), KeyError> {
        let first = self.0.digesters.first().ok_or(KeyError::NoRandomness)?;
        format::mint(&self.0.environment, first).ok_or(KeyError::NoRandomness)
    }

    fn digest(&self, key: &str) -> super::KeyDigest {
        let first = self.0.digesters.first().expect("a configuration without one is refused");
        first.digest(&self.0.environment, key)
    }

    fn record(&self, new: NewKey, id: String, key: &str, now: SystemTime) -> KeyRecord {
        let expires_at = new.expiry(now).map(whole_milliseconds);
        let Rights { scopes, roles, groups } = new.rights;
        KeyRecord {
            environment: self.0.environment.to_string(),
            id,
            kind: new.kind,
            name: new.name,
            owner: new.owner,
            tenant: new.tenant,
            scopes,
            roles,
            groups,
            digest: self.digest(key),
            created_at: now,
            expires_at,
            disabled: false,
            revoked_at: None,
            successor: None,
            last_used_at: None,
        }
    }

    fn now(&self) -> SystemTime {
        whole_milliseconds(self.0.lookups.clock.now())
    }

    fn event(&self, action: AuditAction) -> AuditEvent {
        let environment = Arc::clone(&self.0.environment);
        AuditEvent { at: self.now(), environment, action, key: None, kind: None, owner: None, tenant: None }
    }

    fn tell(&self, action: AuditAction, record: Option<&KeyRecord>) {
        self.tell_of(AuditEvent {
            key: record.map(|record| record.id.clone()),
            kind: record.map(|record: &KeyRecord| -> KeyKind { record.kind }),
            owner: record.map(|record| record.owner.clone()),
            tenant: record.and_then(|record| record.tenant.clone()),
            ..self.event(action)
        });
    }

    fn tell_of(&self, event: AuditEvent) {
        telemetry::keys_changed(&event);
        if let Some(sink) = &self.0.audit {
            sink(&event);
        }
    }
}

/// Forgets what is known of keys that are being changed, when dropped: also when that failed, or nobody waits for it any more,
/// since it may have come through.
struct Forget<'a>(&'a LookUps, Option<[&'a str; 2]>);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        match self.1 {
            Some(ids) => ids.into_iter().filter(|id| !id.is_empty()).for_each(|id| self.0.forget(id)),
            None => self.0.forget_all(),
        }
    }
}

impl From<StoreError> for KeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("environment", &self.0.environment).finish_non_exhaustive()
    }
}
