//! A key's caller as claims, so that handlers read them as they read those of a token.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::record::{KeyKind, KeyRecord, unix_milliseconds};
use super::rights::Rights;
use crate::claims::{ClaimPaths, ClaimsPolicy, KindRule, ValidatedClaims};
use crate::principal::CallerKind;

/// Where such claims are, for each kind of key.
pub(crate) struct KeyPolicies {
    paths: ClaimPaths,
    api_key: Arc<ClaimsPolicy>,
    personal_access_token: Arc<ClaimsPolicy>,
}

impl KeyPolicies {
    pub(super) fn new(environment: &str) -> Self {
        let (paths, policy) = ClaimsPolicy::trusting(format!("api-key:{environment}"));
        let of = |kind| Arc::new(ClaimsPolicy { kind: KindRule::Is(kind), ..policy.clone() });
        let (api_key, personal_access_token) = (of(CallerKind::ApiKey), of(CallerKind::PersonalAccessToken));
        Self { paths, api_key, personal_access_token }
    }

    pub(super) fn of(&self, kind: KeyKind) -> Arc<ClaimsPolicy> {
        Arc::clone(match kind {
            KeyKind::ApiKey => &self.api_key,
            KeyKind::PersonalAccessToken => &self.personal_access_token,
        })
    }

    /// `iss`, `sub`, `jti` (the key's id), `iat`, `exp`, `owner`, `name`, `tenant`, `scp`, `roles`, `groups`.
    pub(super) fn claims(&self, record: &KeyRecord, rights: Rights) -> ValidatedClaims {
        let policy = self.of(record.kind);
        let subject = match record.kind {
            KeyKind::ApiKey => &record.id,
            KeyKind::PersonalAccessToken => &record.owner,
        };
        let seconds = |time| unix_milliseconds(time).div_euclid(1000);
        let mut claims = Map::new();
        let mut claim = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        claim("iss", json!(&*policy.issuer));
        claim("sub", json!(subject));
        claim("jti", json!(record.id));
        claim("owner", json!(record.owner));
        claim("iat", json!(seconds(record.created_at)));
        if let Some(end) = record.expires_at {
            claim("exp", json!(seconds(end)));
        }
        if !record.name.is_empty() {
            claim("name", json!(record.name));
        }
        if let Some(tenant) = &record.tenant {
            claim("tenant", json!(tenant));
        }
        for (name, list) in [("scp", rights.scopes), ("roles", rights.roles), ("groups", rights.groups)] {
            if !list.is_empty() {
                claim(name, json!(list));
            }
        }
        ValidatedClaims::trusted(&claims, &self.paths, &policy)
    }
}
