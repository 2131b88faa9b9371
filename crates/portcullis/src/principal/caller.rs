//! The facts about a caller that do not depend on the application's claims type.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::standing::Standing;
use super::verified::Verified;
use crate::challenge::Answers;
use crate::claims::{ClaimsPolicy, KindRule, List, ValidatedClaims};
use crate::error::{AuthError, Reason, loggable};
use crate::scope;

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallerKind {
    /// A user, through some client.
    User,
    /// A client acting for itself (RFC 6749 §4.4): the subject is the client or absent, or the issuer says so.
    Client,
    /// A program with an API key, acting for itself.
    ApiKey,
    /// A program with a personal access token, acting for a user.
    PersonalAccessToken,
    /// Nobody in particular: nothing was presented where that is allowed
    /// ([`AuthenticatorBuilder::guest`](crate::AuthenticatorBuilder::guest)).
    Guest,
}

impl CallerKind {
    /// The stable snake_case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Client => "client",
            Self::ApiKey => "api_key",
            Self::PersonalAccessToken => "personal_access_token",
            Self::Guest => "guest",
        }
    }
}

/// A verified caller.
///
/// Everything here comes from a token whose signature and claims were good, or from the record of an API key (or from
/// [`TrustedCaller`]).
///
/// [`TrustedCaller`]: super::TrustedCaller
pub struct Caller {
    /// Shared by all callers of one token. Each thread that serves such requests has an `Arc<Caller>` of its own, so
    /// that threads do not take turns at writing one reference count.
    verified: Arc<Verified>,
    /// A copy, so that judging a hit needs nothing of what is shared.
    standing: Standing,
}

impl Caller {
    pub(crate) fn new(verified: Arc<Verified>) -> Self {
        Self { standing: verified.standing.clone(), verified }
    }

    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// It was not revoked when the list was in that state. What is shared is written to for the first time only: later ones
    /// are each thread's own.
    pub(crate) fn clear(&self, revocations: u64) {
        self.standing.clear(revocations);
        if !self.verified.standing.was_ever_cleared() {
            self.verified.standing.clear(revocations);
        }
    }

    pub(crate) fn verified(&self) -> &Arc<Verified> {
        &self.verified
    }

    pub(crate) fn claims(&self) -> &ValidatedClaims {
        &self.verified.claims
    }

    fn policy(&self) -> &ClaimsPolicy {
        &self.verified.policy
    }

    /// The configured issuer that issued the token; for an API key `api-key:` and its environment.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.policy().issuer
    }

    /// `sub`: who it is, unique within the issuer only.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.claims().sub()
    }

    /// The client the token was issued to: `client_id`, else `azp`, `cid` or `appid`.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.claims().client()
    }

    /// What kind of caller it is: by the credential, and for a token by what it says.
    #[must_use]
    pub fn kind(&self) -> CallerKind {
        if let KindRule::Is(kind) = self.policy().kind {
            return kind;
        }
        let claims = self.claims();
        let service_account = claims.service_account && self.policy().kind == KindRule::BearerTyp;
        match (self.subject(), self.client()) {
            _ if claims.client_grant || service_account => CallerKind::Client,
            (None, _) => CallerKind::Client,
            (Some(subject), Some(client)) if subject == client => CallerKind::Client,
            _ => CallerKind::User,
        }
    }

    /// `aud`: everybody the token is meant for.
    pub fn audience(&self) -> impl Iterator<Item = &str> {
        self.strings(List::Audience)
    }

    /// The scopes, each once, in the token's order. An unordered set of case-sensitive strings (RFC 6749 §3.3).
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let mut seen = HashSet::new();
        self.granted().filter(move |scope| seen.insert(*scope))
    }

    /// The scopes as they stand in the claims, which may name one twice.
    fn granted(&self) -> impl Iterator<Item = &str> {
        let found = self.claims().strings(List::Scopes);
        found.flat_map(|(text, in_list)| {
            // An item of an array is one scope; a lone string is a list of them.
            let (whole, list) = if in_list { (Some(text), "") } else { (None, text) };
            whole.into_iter().chain(scope::split(list))
        })
    }

    /// Is that exact scope granted?
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.granted().any(|granted| granted == scope)
    }

    /// The roles, from wherever the issuer's configuration says they are.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.strings(List::Roles)
    }

    /// Is that exact role held?
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|held| held == role)
    }

    /// The groups, from wherever the issuer's configuration says they are.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.strings(List::Groups)
    }

    /// Is that exact group among them?
    #[must_use]
    pub fn in_group(&self, group: &str) -> bool {
        self.groups().any(|one| one == group)
    }

    /// The tenant: of a token from where [`Issuer::tenant_from`](crate::Issuer::tenant_from) says, of an API key its own.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.strings(List::Tenant).next()
    }

    /// Who answers for the API key or personal access token; `None` for a token.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.strings(List::Owner).next()
    }

    /// The id of the API key or personal access token; `None` for a token.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match self.kind() {
            CallerKind::ApiKey | CallerKind::PersonalAccessToken => self.token_id(),
            _ => None,
        }
    }

    /// `exp`: when the token or the API key ends. `None` for an API key that does not, and for a token only where those
    /// without it were explicitly allowed.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.claims().exp.map(|date| date.to_system_time())
    }

    /// `iat`: when the token was issued.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.claims().iat.map(|date| date.to_system_time())
    }

    /// `jti`: the token's own id.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.claims().jti()
    }

    /// `sid`: the session at the issuer that the token belongs to (OpenID Connect Front-Channel Logout §3).
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.claims().sid()
    }

    /// The claims set as it was signed: JSON text. Personal data; do not log it.
    #[must_use]
    pub fn claims_json(&self) -> &str {
        self.claims().json()
    }

    /// The claims as the application's type; decoded once per verified token and type, and shared by all requests with
    /// that token, as told at [`Principal`](super::Principal).
    ///
    /// # Errors
    /// [`Reason::ClaimsRejected`] when they do not fit `C`. The error says which field of `C` was missing, never a
    /// value of a claim.
    pub fn decode<C: DeserializeOwned + Send + Sync + 'static>(&self) -> Result<&C, AuthError> {
        self.verified.decoded.get_or_decode(self.claims().json()).map_err(|error| {
            AuthError::from(Reason::ClaimsRejected).about("claims type").detail(|detail| {
                detail.issuer = Some(Arc::clone(&self.policy().issuer));
                let wanted = missing_field(&error).unwrap_or("claims of another shape".to_owned());
                detail.expected = Some(format!("{wanted} for {}", std::any::type_name::<C>()).into());
            })
        })
    }

    /// What [`decode`](Self::decode) gave before.
    pub(super) fn decoded<C: Send + Sync + 'static>(&self) -> Option<&C> {
        self.verified.decoded.get()
    }

    /// For the operator: which API key it was, if it was one.
    pub(crate) fn locate(&self, error: AuthError) -> AuthError {
        match self.key_id() {
            None => error,
            Some(id) => error.detail(|detail| {
                detail.issuer = Some(Arc::clone(&self.policy().issuer));
                detail.kid = loggable(id);
            }),
        }
    }

    pub(crate) fn answers(&self) -> &Answers {
        &self.verified.answers
    }

    pub(super) fn same_subject(&self, other: &Self) -> bool {
        self.subject().is_some() && self.subject() == other.subject() && self.issuer() == other.issuer()
    }

    fn strings(&self, list: List) -> impl Iterator<Item = &str> {
        self.claims().strings(list).map(|(text, _)| text)
    }
}

/// "field `tenant`" out of serde's message: a name from the program, where other messages would quote the token.
fn missing_field(error: &serde_json::Error) -> Option<String> {
    let message = error.to_string();
    let name = message.strip_prefix("missing field `")?.split('`').next()?;
    let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte));
    plain.then(|| format!("field `{name}`"))
}

/// No claim values: they are personal data.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("issuer", &self.issuer()).field("kind", &self.kind()).finish_non_exhaustive()
    }
}
