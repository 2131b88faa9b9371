//! A caller that the application vouches for itself.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::caller::{Caller, CallerKind};
use super::standing::{Basis, Standing};
use super::verified::Verified;
use crate::authentication::Authentication;
use crate::challenge::Answers;
use crate::claims::{ClaimPaths, ClaimsPolicy, KindRule, ValidatedClaims};

/// Makes a caller from parts that the application trusts, with no token behind them: for an authentication scheme
/// of your own, and for unit tests of handlers. Nothing is verified.
///
/// ```
/// use portcullis::{Principal, TrustedCaller};
///
/// let alice = TrustedCaller::new("https://issuer.test", "alice").scope("invoices:read").role("clerk").build();
/// let principal: Principal = alice.principal().unwrap();
/// assert_eq!(principal.subject(), Some("alice"));
/// assert!(principal.has_scope("invoices:read") && principal.has_role("clerk"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct TrustedCaller {
    issuer: String,
    claims: Map<String, Value>,
    scopes: Vec<String>,
    roles: Vec<String>,
    groups: Vec<String>,
    kind: Option<CallerKind>,
}

impl TrustedCaller {
    /// A caller of that issuer and subject, with no rights.
    pub fn new(issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        let mut claims = Map::new();
        let issuer = issuer.into();
        claims.insert("iss".to_owned(), json!(issuer));
        claims.insert("sub".to_owned(), json!(subject.into()));
        Self { issuer, claims, scopes: Vec::new(), roles: Vec::new(), groups: Vec::new(), kind: None }
    }

    /// Sets the client. One that equals the subject makes the caller a client acting for itself.
    pub fn client(self, client: impl Into<String>) -> Self {
        self.claim("client_id", client.into())
    }

    /// Grants scopes: one, or several separated by spaces.
    pub fn scope(mut self, scope: impl AsRef<str>) -> Self {
        self.scopes.extend(crate::scope::split(scope.as_ref()).map(str::to_owned));
        self
    }

    /// Adds a role.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Adds a group.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Sets the kind. Default: a user, or a client when subject and client are the same.
    pub fn kind(mut self, kind: CallerKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Sets the tenant.
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        self.claim("tenant", tenant.into())
    }

    /// Sets the owner, which callers with an API key have.
    pub fn owner(self, owner: impl Into<String>) -> Self {
        self.claim("owner", owner.into())
    }

    /// Sets the end of validity. It is not enforced: nothing verifies a trusted caller.
    pub fn expires_at(self, time: SystemTime) -> Self {
        let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        self.claim("exp", seconds)
    }

    /// Sets any other claim, to be read through the application's claims type.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// The caller, as a layer would leave it in a request.
    #[must_use]
    pub fn build(self) -> Authentication {
        self.build_with(Arc::new(Answers::default()))
    }

    pub(crate) fn build_with(mut self, answers: Arc<Answers>) -> Authentication {
        for (name, list) in [("scp", self.scopes), ("roles", self.roles), ("groups", self.groups)] {
            if !list.is_empty() {
                self.claims.insert(name.to_owned(), json!(list));
            }
        }
        let (paths, mut policy) = ClaimsPolicy::trusting(self.issuer);
        policy.kind = self.kind.map_or(KindRule::Common, KindRule::Is);
        let claims = ValidatedClaims::trusted(&self.claims, &paths, &policy);
        // It rests on the application's word, and no cache ever sees it.
        let standing = Standing::new(Basis::Trusted, claims.window());
        let verified = Verified::new(claims, Arc::new(policy), answers, standing);
        Authentication::of(Arc::new(Caller::new(Arc::new(verified))))
    }
}

impl ClaimsPolicy {
    /// The default places of scopes, roles, groups, tenant and owner.
    pub(crate) fn trusting(issuer: String) -> (ClaimPaths, Self) {
        let mut paths = ClaimPaths::new();
        // Six paths always fit.
        let mut path = |name: &str| paths.mask(&[name.to_owned()]).unwrap_or_default();
        let (scopes, roles, groups) = (path("scope") | path("scp"), path("roles"), path("groups"));
        let (tenant, owner) = (path("tenant"), path("owner"));
        let policy = Self { tenant, owner, ..Self::lenient(issuer.into(), scopes, roles, groups) };
        (paths, policy)
    }
}
