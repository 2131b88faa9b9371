//! What a key is to be, before it is made.

use std::time::{Duration, SystemTime};

use super::record::KeyKind;
use super::rights::Rights;

/// A key that is to be made: whose, and what it may do. Without more it has no rights and never ends.
///
/// ```
/// use std::time::Duration;
/// use portcullis::api_key::NewKey;
///
/// let nightly = NewKey::api_key("billing-team")
///     .name("nightly export")
///     .scope("invoices:read")
///     .expires_in(Duration::from_secs(90 * 24 * 3600));
/// # drop(nightly);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct NewKey {
    pub(super) kind: KeyKind,
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) tenant: Option<String>,
    pub(super) rights: Rights,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Never,
    After(Duration),
    At(SystemTime),
}

impl NewKey {
    /// A key with rights of its own, for a program, that somebody answers for.
    pub fn api_key(owner: impl Into<String>) -> Self {
        Self::of(KeyKind::ApiKey, owner)
    }

    /// A key by which a program acts for that user, with at most the rights that the user has then. Needs
    /// [`ApiKeysBuilder::owners`](super::ApiKeysBuilder::owners).
    pub fn personal_access_token(owner: impl Into<String>) -> Self {
        Self::of(KeyKind::PersonalAccessToken, owner)
    }

    fn of(kind: KeyKind, owner: impl Into<String>) -> Self {
        let owner = owner.into();
        Self { kind, owner, name: String::new(), tenant: None, rights: Rights::none(), end: End::Never }
    }

    /// What people call it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The tenant that it belongs to.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Grants scopes: one, or several separated by spaces.
    pub fn scope(mut self, scope: impl AsRef<str>) -> Self {
        self.rights = self.rights.scope(scope);
        self
    }

    /// Grants a role.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.rights = self.rights.role(role);
        self
    }

    /// Puts it into a group.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.rights = self.rights.group(group);
        self
    }

    /// Grants these rights instead of those so far.
    pub fn rights(mut self, rights: Rights) -> Self {
        self.rights = rights;
        self
    }

    /// Ends so long after it was made.
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.end = End::After(time);
        self
    }

    /// Ends then.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.end = End::At(time);
        self
    }

    pub(super) fn expiry(&self, now: SystemTime) -> Option<SystemTime> {
        match self.end {
            End::Never => None,
            End::After(time) => now.checked_add(time),
            End::At(time) => Some(time),
        }
    }

    /// What keeps it from being made at that time, whatever the keys and their store: a sentence for each, which begins with
    /// what is wrong (`owner: …`).
    #[must_use]
    pub fn problems(&self, now: SystemTime) -> Vec<String> {
        let mut problems = self.rights.problems();
        let mut text = |what: &str, text: &str, may_be_empty: bool| {
            let empty = text.is_empty() && !may_be_empty;
            if empty || text.len() > 200 || text.chars().any(char::is_control) {
                problems.push(format!("{what}: empty, longer than 200 bytes, or with control characters"));
            }
        };
        text("owner", &self.owner, false);
        text("name", &self.name, true);
        if let Some(tenant) = &self.tenant {
            text("tenant", tenant, false);
        }
        let overflows = matches!(self.end, End::After(time) if now.checked_add(time).is_none());
        if overflows || self.expiry(now).is_some_and(|end| end <= now) {
            problems
                .push("expiry: not in the future, or beyond what a clock shows; give another time, or none".to_owned());
        }
        problems
    }
}
