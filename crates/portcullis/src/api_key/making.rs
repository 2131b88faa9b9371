//! New keys: made here, or taken over from another system.

use std::time::SystemTime;

use super::audit::AuditAction;
use super::carried::Carried;
use super::changes::Forget;
use super::digest::KeyDigest;
use super::error::KeyError;
use super::foreign;
use super::format;
use super::keys::{ApiKeys, CreatedKey};
use super::new_key::NewKey;
use super::record::{KeyKind, KeyRecord, whole_milliseconds};
use super::rights::Rights;
use super::secret::ApiKey;

impl ApiKeys {
    /// Makes a key.
    ///
    /// # Errors
    /// [`KeyError::Invalid`] with all that is wrong with it; [`KeyError::Store`].
    pub async fn create(&self, new: NewKey) -> Result<CreatedKey, KeyError> {
        let now = self.now();
        self.check_new(&new, now)?;
        let (key, id) = self.mint()?;
        let record = self.record(new, id, &key, now);
        let record = self.insert(record, AuditAction::Created).await?;
        Ok(CreatedKey { key: ApiKey::new(key), record })
    }

    /// Takes over a key that another system made, of one of the [accepted forms](super::ApiKeysBuilder::also_accept). The key
    /// itself is not kept. Where it was presented and refused before, other instances refuse it for another
    /// [`unknown_keys_for`](super::ApiKeysBuilder::unknown_keys_for): import keys before clients send them.
    ///
    /// # Errors
    /// As [`create`](Self::create); [`KeyError::Invalid`] too for one of no accepted form.
    pub async fn import(&self, key: &str, new: NewKey) -> Result<KeyRecord, KeyError> {
        let now = self.now();
        self.check_new(&new, now)?;
        let shared = self.shared();
        let refuse = |problem: &str| Err(KeyError::Invalid(vec![problem.to_owned()]));
        if format::parse(&shared.environment, key).is_ok() {
            return refuse("key: it has the form of keys that are made here; make one with `create` instead");
        }
        let accepted =
            key.len() <= crate::defaults::MAX_KEY_BYTES && shared.foreign.iter().any(|format| format.fits(key));
        let Some(first) = shared.digesters.first().filter(|_| accepted) else {
            return refuse("key: of none of the accepted forms; configure `ApiKeysBuilder::also_accept`");
        };
        let record = self.record(new, foreign::id_of(&shared.environment, key, first), key, now);
        self.insert(record, AuditAction::Imported).await
    }

    fn insert(&self, record: KeyRecord, action: AuditAction) -> Carried<Result<KeyRecord, KeyError>> {
        let keys = self.clone();
        Carried::new(async move {
            let lookups = &keys.shared().lookups;
            let forget = Forget::these(lookups, [&record.id]);
            lookups.store.insert(&record).await?;
            drop(forget);
            keys.tell(&keys.event(action, Some(&record)));
            Ok(record)
        })
    }

    fn check_new(&self, new: &NewKey, now: SystemTime) -> Result<(), KeyError> {
        let mut problems = new.problems(now);
        if new.kind == KeyKind::PersonalAccessToken && self.shared().lookups.owners.is_none() {
            problems.push(
                "personal access token: nobody says what its owner may do; configure `ApiKeysBuilder::owners`"
                    .to_owned(),
            );
        }
        if problems.is_empty() { Ok(()) } else { Err(KeyError::Invalid(problems)) }
    }

    pub(super) fn mint(&self) -> Result<(String, String), KeyError> {
        let first = self.shared().digesters.first().ok_or(KeyError::NoRandomness)?;
        format::mint(&self.shared().environment, first).ok_or(KeyError::NoRandomness)
    }

    pub(super) fn digest(&self, key: &str) -> KeyDigest {
        let first = self.shared().digesters.first().expect("a configuration without one is refused");
        first.digest(&self.shared().environment, key)
    }

    fn record(&self, new: NewKey, id: String, key: &str, now: SystemTime) -> KeyRecord {
        let expires_at = new.expiry(now).map(whole_milliseconds);
        let Rights { scopes, roles, groups } = new.rights;
        KeyRecord {
            environment: self.shared().environment.to_string(),
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
}
