//! What is done to keys that there are.

use std::time::{Duration, SystemTime};

use super::audit::{AuditAction, AuditEvent};
use super::carried::Carried;
use super::error::KeyError;
use super::keys::{ApiKeys, CreatedKey, Shared};
use super::lookup::LookUps;
use super::record::{KeyRecord, KeyStanding, whole_milliseconds};
use super::rights::Rights;
use super::secret::ApiKey;
use super::store::KeyChange;

/// Of a rotation: a hundred years.
const LONGEST_OVERLAP: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl ApiKeys {
    /// Makes a successor with the same rights, and lets the old key live on for `overlap` (at most a hundred years), or until
    /// it would have ended if that is sooner. The successor lives as long as the old one did, counted from now; one that never ended never ends. The
    /// successor of an imported key has the form of our own.
    ///
    /// Other instances learn of the end as of every change, within [`ApiKeysBuilder::revocation_within`], so an overlap that
    /// is shorter is as long as that there.
    ///
    /// [`ApiKeysBuilder::revocation_within`]: super::ApiKeysBuilder::revocation_within
    ///
    /// # Errors
    /// [`KeyError::Invalid`] for a disabled key; [`KeyError::NotFound`]; [`KeyError::Final`] for a key that was revoked, has
    /// expired, or has a successor already; [`KeyError::Store`].
    pub async fn rotate(&self, id: &str, overlap: Duration) -> Result<CreatedKey, KeyError> {
        /// So often at most it is looked at again because it was changed meanwhile.
        const ROUNDS: usize = 8;
        for _ in 0..ROUNDS {
            let now = self.now();
            let Shared { lookups, environment, .. } = self.shared();
            let found = lookups.store.find(environment, id).await?;
            let old = found.record.ok_or(KeyError::NotFound)?;
            let standing = old.standing(now, found.not_before);
            if matches!(standing, KeyStanding::Revoked | KeyStanding::Expired) || old.successor.is_some() {
                return Err(KeyError::Final);
            }
            if old.disabled {
                let problem = "key: it is disabled, and its successor would be, too; enable it first";
                return Err(KeyError::Invalid(vec![problem.to_owned()]));
            }
            let (key, successor) = self.successor_of(old, now)?;
            let end = whole_milliseconds(now.checked_add(overlap.min(LONGEST_OVERLAP)).unwrap_or(now));
            if let Some(record) = self.follow(id, end, successor).await? {
                return Ok(CreatedKey { key: ApiKey::new(key), record });
            }
        }
        Err(KeyError::Final)
    }

    fn successor_of(&self, old: KeyRecord, now: SystemTime) -> Result<(String, KeyRecord), KeyError> {
        let lifetime = old.expires_at.and_then(|end| end.duration_since(old.created_at).ok());
        let (key, id) = self.mint()?;
        let successor = KeyRecord {
            id,
            digest: self.digest(&key),
            created_at: now,
            expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime)),
            last_used_at: None,
            successor: None,
            ..old
        };
        Ok((key, successor))
    }

    /// Nothing, if the key is not any more what its successor was made of.
    fn follow(&self, id: &str, end: SystemTime, successor: KeyRecord) -> Carried<Result<Option<KeyRecord>, KeyError>> {
        let (keys, id) = (self.clone(), id.to_owned());
        Carried::new(async move {
            let lookups = &keys.shared().lookups;
            let forget = Forget::these(lookups, [&id, &successor.id]);
            let Some(old) = lookups.store.rotate(&id, end, &successor).await? else { return Ok(None) };
            drop(forget);
            let end = old.expires_at.unwrap_or(end);
            keys.tell(&keys.event(AuditAction::Rotated { successor: successor.id.clone(), end }, Some(&old)));
            Ok(Some(successor))
        })
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
        let (keys, tenant, owner) = (self.clone(), tenant.map(str::to_owned), owner.to_owned());
        let carried = Carried::new(async move {
            let Shared { lookups, environment, .. } = keys.shared();
            let forget = Forget::of_owner(lookups, tenant.as_deref(), &owner);
            let at = keys.now();
            let revoked = lookups.store.revoke_owner(environment, tenant.as_deref(), &owner, at).await?;
            drop(forget);
            let event = keys.event(AuditAction::OwnerRevoked { keys: revoked.len() }, None);
            keys.tell(&AuditEvent { owner: Some(owner), tenant, ..event });
            Ok(revoked)
        });
        carried.await
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
        let keys = self.clone();
        let carried = Carried::new(async move {
            let Shared { lookups, environment, .. } = keys.shared();
            let forget = Forget::all(lookups);
            let not_before = lookups.store.set_not_before(environment, at).await?;
            drop(forget);
            keys.tell(&keys.event(AuditAction::NotBeforeSet { not_before }, None));
            Ok(not_before)
        });
        carried.await
    }

    fn change(&self, id: &str, change: KeyChange, action: AuditAction) -> Carried<Result<KeyRecord, KeyError>> {
        let (keys, id) = (self.clone(), id.to_owned());
        Carried::new(async move {
            let Shared { lookups, environment, .. } = keys.shared();
            let forget = Forget::these(lookups, [&id]);
            let changed = lookups.store.change(environment, &id, &change).await;
            drop(forget);
            let record = changed?.ok_or(KeyError::NotFound)?;
            keys.tell(&keys.event(action, Some(&record)));
            Ok(record)
        })
    }
}

/// Forgets what is known of keys that are being changed, when dropped: also when that failed, since it may have come
/// through.
pub(super) struct Forget<'a> {
    lookups: &'a LookUps,
    which: Which<'a>,
}

enum Which<'a> {
    These(Vec<&'a str>),
    OfOwner(Option<&'a str>, &'a str),
    All,
}

impl<'a> Forget<'a> {
    pub(super) fn these<const N: usize>(lookups: &'a LookUps, ids: [&'a String; N]) -> Self {
        Self { lookups, which: Which::These(ids.map(String::as_str).to_vec()) }
    }

    const fn of_owner(lookups: &'a LookUps, tenant: Option<&'a str>, owner: &'a str) -> Self {
        Self { lookups, which: Which::OfOwner(tenant, owner) }
    }

    const fn all(lookups: &'a LookUps) -> Self {
        Self { lookups, which: Which::All }
    }
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        match &self.which {
            Which::These(ids) => ids.iter().for_each(|id| self.lookups.forget(id)),
            Which::OfOwner(tenant, owner) => self.lookups.forget_owner(*tenant, owner),
            Which::All => self.lookups.forget_all(),
        }
    }
}
