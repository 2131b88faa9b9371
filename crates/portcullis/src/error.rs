//! Why a request was refused: one closed list of reasons, and an error that carries what an operator needs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::scope::is_scope_token;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal at $stage:ident,)+) => {
        /// Why a request was refused. The codes are stable: they are metric labels and log fields.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason { $($(#[doc = $doc])+ $variant,)+ }

        impl Reason {
            /// Every reason, in the order of the pipeline.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable snake_case code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The step of the pipeline that refused.
            #[must_use]
            pub const fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage,)+ }
            }
        }
    };
}

reasons! {
    /// Nothing was presented.
    CredentialMissing = "credential_missing" at Credential,
    /// An `Authorization` field came with a scheme that is not served here.
    SchemeUnsupported = "scheme_unsupported" at Credential,
    /// The credential does not follow the grammar of RFC 6750 §2.1.
    CredentialMalformed = "credential_malformed" at Credential,
    /// More than one credential was presented.
    CredentialAmbiguous = "credential_ambiguous" at Credential,
    /// A place that is for a key was there, and empty.
    CredentialEmpty = "credential_empty" at Credential,
    /// A key came in a cookie, and nothing shows that the request was meant.
    CookieUndefended = "cookie_undefended" at Credential,
    /// The token is longer than the limit.
    TokenTooLarge = "token_too_large" at Token,
    /// The token is not a compact JWS with a JSON object as header and as payload.
    TokenMalformed = "token_malformed" at Token,
    /// The header's `alg` is unknown or not allowed for the issuer.
    AlgorithmNotAllowed = "algorithm_not_allowed" at Token,
    /// The header has `crit`, `b64`, `enc` or a nested `cty`: it asks for processing that is not done here.
    HeaderUnsupported = "header_unsupported" at Token,
    /// The token is recognisably of another kind than an access token.
    TokenTypeNotAllowed = "token_type_not_allowed" at Token,
    /// `iss` names no configured issuer, or is absent.
    IssuerUnknown = "issuer_unknown" at Key,
    /// The issuer has no key of that `kid`.
    KeyUnknown = "key_unknown" at Key,
    /// The key of that `kid` is not for the header's `alg`, or several keys fit a token without `kid`.
    KeyUnsuitable = "key_unsuitable" at Key,
    /// No keys to decide with: never fetched, or too old and the issuer cannot be reached.
    KeysUnavailable = "keys_unavailable" at Key,
    /// The signature does not verify.
    SignatureInvalid = "signature_invalid" at Signature,
    /// A claim that must be there is not.
    ClaimMissing = "claim_missing" at Claims,
    /// A claim has the wrong JSON type or an impossible value.
    ClaimMalformed = "claim_malformed" at Claims,
    /// `aud` names somebody else.
    AudienceMismatch = "audience_mismatch" at Claims,
    /// `exp` has passed.
    TokenExpired = "token_expired" at Claims,
    /// `nbf` has not come yet.
    TokenNotYetValid = "token_not_yet_valid" at Claims,
    /// `iat` lies in the future.
    IssuedInFuture = "issued_in_future" at Claims,
    /// `iat` is longer ago than the configured maximum age.
    TokenTooOld = "token_too_old" at Claims,
    /// The token is bound to a key or a certificate, and was sent as a plain bearer token.
    SenderConstrained = "sender_constrained" at Claims,
    /// The token was revoked: itself, its session, or its subject's or its client's tokens of that time.
    TokenRevoked = "token_revoked" at Claims,
    /// Nobody can say whether the token was revoked: the list was in step with its source too long ago.
    RevocationsUnavailable = "revocations_unavailable" at Claims,
    /// The API key has not the form of one.
    ApiKeyMalformed = "api_key_malformed" at ApiKey,
    /// The API key's checksum does not fit: mistyped, or cut.
    ApiKeyChecksumWrong = "api_key_checksum_wrong" at ApiKey,
    /// The API key is one of another environment.
    ApiKeyEnvironmentWrong = "api_key_environment_wrong" at ApiKey,
    /// There is no API key of that id.
    ApiKeyUnknown = "api_key_unknown" at ApiKey,
    /// There is an API key of that id, and its secret is another.
    ApiKeySecretWrong = "api_key_secret_wrong" at ApiKey,
    /// The API key was revoked, or made before what its environment allows.
    ApiKeyRevoked = "api_key_revoked" at ApiKey,
    /// The API key has expired.
    ApiKeyExpired = "api_key_expired" at ApiKey,
    /// The API key is disabled.
    ApiKeyDisabled = "api_key_disabled" at ApiKey,
    /// The owner of the personal access token is not there, or not allowed in.
    ApiKeyOwnerUnknown = "api_key_owner_unknown" at ApiKey,
    /// Whether the API key is good cannot be found out now.
    ApiKeysUnavailable = "api_keys_unavailable" at ApiKey,
    /// The verified claims do not fit the application's claims type.
    ClaimsRejected = "claims_rejected" at Claims,
    /// The token is good; its scopes are not enough.
    ScopeInsufficient = "scope_insufficient" at Requirement,
    /// The token is good; the application's own requirement said no.
    RequirementDenied = "requirement_denied" at Requirement,
    /// A handler or a requirement ran without the authentication layer around it.
    LayerMissing = "layer_missing" at Setup,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The step of the pipeline that refused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Taking the credential from the request.
    Credential,
    /// Reading the token and its header.
    Token,
    /// Choosing issuer and key.
    Key,
    /// Verifying the signature.
    Signature,
    /// Validating the claims.
    Claims,
    /// Finding and comparing an API key.
    ApiKey,
    /// Deciding the requirement.
    Requirement,
    /// The application's own set-up.
    Setup,
}

impl Stage {
    /// The stable snake_case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Token => "token",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::ApiKey => "api_key",
            Self::Requirement => "requirement",
            Self::Setup => "setup",
        }
    }
}

/// A refusal, as the operator should see it.
///
/// The client learns only the status and the code that RFC 6750 allows. `Debug` and `Display` hold no token, no
/// key and no claim value; [`got`](Self::got) is the one place that may hold a value from the token, and only
/// from its header, or from its claims once the signature was good.
#[derive(Clone)]
pub struct AuthError {
    reason: Reason,
    detail: Option<Arc<Detail>>,
}

#[derive(Default, Clone)]
pub(crate) struct Detail {
    pub(crate) issuer: Option<Arc<str>>,
    pub(crate) kid: Option<Box<str>>,
    pub(crate) key_age: Option<Duration>,
    pub(crate) subject: Option<&'static str>,
    pub(crate) expected: Option<Arc<str>>,
    pub(crate) got: Option<Box<str>>,
    pub(crate) seconds_off: Option<u64>,
    pub(crate) by: Option<&'static str>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) scope: Option<Box<str>>,
}

impl AuthError {
    /// The reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The step of the pipeline that refused.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.reason.stage()
    }

    /// The configured issuer whose rules applied, once one was chosen.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.detail.as_ref()?.issuer.as_deref()
    }

    /// The token's `kid`, or the public id of an API key: printable ASCII of at most 64 characters, otherwise left out.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.detail.as_ref()?.kid.as_deref()
    }

    /// The age of the issuer's key set at the time.
    #[must_use]
    pub fn key_age(&self) -> Option<Duration> {
        self.detail.as_ref()?.key_age
    }

    /// The header member, claim or setting in question, such as `aud`.
    #[must_use]
    pub fn subject_of_check(&self) -> Option<&'static str> {
        self.detail.as_ref()?.subject
    }

    /// What would have been accepted; from the configuration.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.detail.as_ref()?.expected.as_deref()
    }

    /// What the token had instead. May hold a claim value: do not log it where claims must not go.
    #[must_use]
    pub fn got(&self) -> Option<&str> {
        self.detail.as_ref()?.got.as_deref()
    }

    /// By how many seconds a time missed, leeway not counted; only where a time was the reason.
    #[must_use]
    pub fn seconds_off(&self) -> Option<u64> {
        self.detail.as_ref()?.seconds_off
    }

    /// The type of the requirement, or of the extractor without a layer, that refused.
    #[must_use]
    pub fn refused_by(&self) -> Option<&'static str> {
        self.detail.as_ref()?.by
    }

    /// How long a client should wait before it tries again; only with [`Reason::KeysUnavailable`] and
    /// [`Reason::RevocationsUnavailable`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail.as_ref()?.retry_after
    }

    /// The scopes that would have been enough, space-separated; only where a scope would have helped.
    #[must_use]
    pub fn required_scope(&self) -> Option<&str> {
        self.detail.as_ref()?.scope.as_deref()
    }

    /// `T` ran without the authentication layer around it.
    #[must_use]
    pub fn layer_missing<T: ?Sized>() -> Self {
        Self::from(Reason::LayerMissing).by::<T>()
    }

    /// The type that refused.
    pub(crate) fn by<T: ?Sized>(self) -> Self {
        self.detail(|detail| detail.by = Some(std::any::type_name::<T>()))
    }

    /// The same detail under another reason.
    pub(crate) fn instead(self, reason: Reason) -> Self {
        Self { reason, ..self }
    }

    /// Adds or changes detail; shared detail is copied first.
    pub(crate) fn detail(mut self, fill: impl FnOnce(&mut Detail)) -> Self {
        fill(Arc::make_mut(self.detail.get_or_insert_default()));
        self
    }

    /// The check was about this member, claim or setting.
    pub(crate) fn about(self, subject: &'static str) -> Self {
        self.detail(|detail| detail.subject = Some(subject))
    }

    /// The scopes to name in the challenge. One that is no scope token is left out: it cannot stand in a challenge, and
    /// no token can grant it (RFC 6750 §3).
    #[must_use]
    pub(crate) fn needing(self, scopes: &[&str]) -> Self {
        let scopes: Vec<&str> = scopes.iter().copied().filter(|scope| is_scope_token(scope)).collect();
        if scopes.is_empty() { self } else { self.detail(|detail| detail.scope = Some(scopes.join(" ").into())) }
    }
}

impl From<Reason> for AuthError {
    fn from(reason: Reason) -> Self {
        Self { reason, detail: None }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_str())?;
        let Some(detail) = self.detail.as_deref() else { return Ok(()) };
        if let Some(subject) = detail.subject {
            write!(f, ": {subject}")?;
        }
        if let Some(by) = detail.by {
            write!(f, ": {by}")?;
        }
        if let Some(scope) = &detail.scope {
            write!(f, ", needs scope {scope}")?;
        }
        if let Some(seconds) = detail.seconds_off {
            write!(f, ", {seconds} s off")?;
        }
        if let Some(expected) = &detail.expected {
            write!(f, ", expected {expected}")?;
        }
        if let Some(issuer) = &detail.issuer {
            write!(f, ", issuer {issuer}")?;
        }
        if let Some(age) = detail.key_age {
            write!(f, ", keys {} s old", age.as_secs())?;
        }
        Ok(())
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthError({self})")
    }
}

impl std::error::Error for AuthError {}

/// Printable ASCII of at most 64 characters, or nothing: what may appear in logs of a value a caller chose.
pub(crate) fn loggable(value: &str) -> Option<Box<str>> {
    let fits = value.len() <= 64 && value.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    fits.then(|| value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes are metric labels and log fields: changing one breaks dashboards, so it must be a decision.
    #[test]
    fn reason_codes_are_stable() {
        let codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(
            codes.join(" "),
            "credential_missing scheme_unsupported credential_malformed credential_ambiguous credential_empty \
             cookie_undefended token_too_large token_malformed algorithm_not_allowed header_unsupported token_type_not_allowed issuer_unknown \
             key_unknown key_unsuitable keys_unavailable signature_invalid claim_missing claim_malformed \
             audience_mismatch token_expired token_not_yet_valid issued_in_future token_too_old \
             sender_constrained token_revoked revocations_unavailable api_key_malformed api_key_checksum_wrong api_key_environment_wrong \
             api_key_unknown api_key_secret_wrong api_key_revoked api_key_expired api_key_disabled \
             api_key_owner_unknown api_keys_unavailable claims_rejected scope_insufficient requirement_denied layer_missing"
        );
    }

    #[test]
    fn values_from_the_token_stay_out_of_debug_and_display() {
        let error = AuthError::from(Reason::AudienceMismatch).about("aud").detail(|detail| {
            detail.expected = Some("https://api.example.com".into());
            detail.got = Some("https://somebody.example".into());
        });
        assert_eq!(error.got(), Some("https://somebody.example"));
        assert_eq!(error.to_string(), "audience_mismatch: aud, expected https://api.example.com");
        assert!(!format!("{error:?}").contains("somebody"));
    }

    #[test]
    fn only_short_printable_values_are_loggable() {
        assert_eq!(loggable("key-1").as_deref(), Some("key-1"));
        assert_eq!(loggable("a\nb"), None);
        assert_eq!(loggable("é"), None);
        assert_eq!(loggable(&"k".repeat(65)), None);
    }
}
