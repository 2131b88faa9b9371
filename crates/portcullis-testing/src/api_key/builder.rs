//! Saying what a key may do, and making it, or its caller alone.

use std::time::{Duration, SystemTime};

use portcullis::api_key::{KeyKind, KeyOwners, NewKey, Rights, whole_milliseconds};
use portcullis::clock::Clock;
use portcullis::{CallerKind, TrustedCaller};

use super::{IssuedKey, TestKeys, now};

/// A key to be: whose, and what it may do. Without more it has no rights and never ends.
#[derive(Debug)]
#[must_use]
pub struct KeyBuilder {
    keys: TestKeys,
    kind: KeyKind,
    owner: String,
    name: Option<String>,
    tenant: Option<String>,
    rights: Rights,
    end: Option<SystemTime>,
}

impl KeyBuilder {
    /// The key id of the callers that [`caller`](Self::caller) makes.
    pub const CALLER_ID: &str = "PortcullisTest01";

    pub(super) fn new(keys: &TestKeys, kind: KeyKind, owner: &str) -> Self {
        let (keys, owner) = (keys.clone(), owner.to_owned());
        Self { keys, kind, owner, name: None, tenant: None, rights: Rights::none(), end: None }
    }

    /// What people call it.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// The tenant that it belongs to.
    pub fn tenant(mut self, tenant: &str) -> Self {
        self.tenant = Some(tenant.to_owned());
        self
    }

    /// Grants scopes: one, or several separated by spaces.
    pub fn scope(mut self, scope: &str) -> Self {
        self.rights = self.rights.scope(scope);
        self
    }

    /// Grants a role.
    pub fn role(mut self, role: &str) -> Self {
        self.rights = self.rights.role(role);
        self
    }

    /// Puts it into a group.
    pub fn group(mut self, group: &str) -> Self {
        self.rights = self.rights.group(group);
        self
    }

    /// Ends so long from now, by the clock of the keys.
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.end = Some(whole_milliseconds(self.keys.clock().now() + time));
        self
    }

    /// Makes the key.
    ///
    /// # Panics
    /// If there can be no such key.
    #[must_use]
    pub fn create(self) -> IssuedKey {
        let owners = self.keys.owners();
        if self.kind == KeyKind::PersonalAccessToken {
            let tenant = self.tenant.as_deref();
            if now(owners.find(tenant, &self.owner)).is_ok_and(|known| known.is_none()) {
                owners.set(tenant, &self.owner, self.rights.clone());
            }
        }
        let new = match self.kind {
            KeyKind::PersonalAccessToken => NewKey::personal_access_token(self.owner),
            _ => NewKey::api_key(self.owner),
        };
        let new = new.rights(self.rights);
        let new = self.name.into_iter().fold(new, NewKey::name);
        let new = self.tenant.into_iter().fold(new, NewKey::tenant);
        let new = self.end.into_iter().fold(new, NewKey::expires_at);
        IssuedKey::new(now(self.keys.maker().create(new)).expect("a key that there can be"))
    }

    /// The caller of such a key and no key: for unit tests of handlers. It has the claims that the key's caller would
    /// have, with the id [`CALLER_ID`](Self::CALLER_ID). Nothing is looked up, so a personal access token has the rights
    /// given here whoever its owner is, but for those that
    /// [none has](portcullis::api_key::ApiKeysBuilder::personal_access_tokens_never).
    pub fn caller(self) -> TrustedCaller {
        let (kind, subject, rights) = match self.kind {
            KeyKind::PersonalAccessToken => {
                let rights = self.rights.without(self.keys.maker().personal_access_tokens_never());
                (CallerKind::PersonalAccessToken, self.owner.as_str(), rights)
            }
            _ => (CallerKind::ApiKey, Self::CALLER_ID, self.rights),
        };
        let made = TrustedCaller::new(format!("api-key:{}", TestKeys::ENVIRONMENT), subject);
        let made = made.kind(kind).owner(&self.owner).claim("jti", Self::CALLER_ID);
        let made = made.claim("iat", self.keys.clock().unix_seconds());
        let made = self.name.into_iter().fold(made, |made, name| made.claim("name", name));
        let made = self.tenant.into_iter().fold(made, TrustedCaller::tenant);
        let made = self.end.into_iter().fold(made, TrustedCaller::expires_at);
        let made = rights.scopes.into_iter().fold(made, TrustedCaller::scope);
        let made = rights.roles.into_iter().fold(made, TrustedCaller::role);
        rights.groups.into_iter().fold(made, TrustedCaller::group)
    }
}
