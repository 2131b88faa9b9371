//! Where keys may be: the words of the configuration.

use super::basic::Part;

/// A place in a request that keys are taken from, for
/// [`AuthenticatorBuilder::api_key_place`](crate::AuthenticatorBuilder::api_key_place). Keys anywhere else are not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlace(pub(super) Place);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Header(String),
    Raw,
    Scheme(String),
    Bearer(String),
    Basic(Part),
    Query(String),
    Cookie(String, CookieDefence),
}

/// A kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A token under `Bearer`.
    Token,
    /// An API key or a personal access token, wherever those are taken from.
    ApiKey,
}

impl KeyPlace {
    /// A header field of that name; case does not matter.
    #[must_use]
    pub fn header(name: impl Into<String>) -> Self {
        Self(Place::Header(name.into().to_ascii_lowercase()))
    }

    /// `Authorization` with the key and nothing else. A word that is followed by a space is a scheme even then; a token
    /// that is sent so is taken for a key, and refused.
    #[must_use]
    pub fn raw_authorization() -> Self {
        Self(Place::Raw)
    }

    /// `Authorization: ApiKey …`, or with another scheme of that form. Case does not matter.
    #[must_use]
    pub fn authorization_scheme(scheme: impl Into<String>) -> Self {
        Self(Place::Scheme(scheme.into()))
    }

    /// `Authorization: Bearer …` for credentials that begin with this, such as `acme_live_` or `perm:`. All others there
    /// are tokens.
    #[must_use]
    pub fn bearer_with_prefix(prefix: impl Into<String>) -> Self {
        Self(Place::Bearer(prefix.into()))
    }

    /// HTTP Basic (RFC 7617), the key as the user, with an empty password: `curl -u KEY:`.
    #[must_use]
    pub fn basic_user() -> Self {
        Self(Place::Basic(Part::User))
    }

    /// HTTP Basic (RFC 7617), the key as the password of whatever user.
    #[must_use]
    pub fn basic_password() -> Self {
        Self(Place::Basic(Part::Password))
    }

    /// A parameter of the query. URLs are written to logs, histories and `Referer` fields, by others than us, and the key
    /// with them. Logged as a warning when the authenticator is built.
    #[must_use]
    pub fn dangerous_query(name: impl Into<String>) -> Self {
        Self(Place::Query(name.into()))
    }

    /// A cookie, whose name must begin with `__Host-` or `__Secure-`, so that browsers send it over https only. They send
    /// it whichever site causes the request, so requests that change something need a defence; and with every request, so
    /// where the same browser also sends tokens, [`prefer`](crate::AuthenticatorBuilder::prefer) says what counts. Logged as a warning when
    /// the authenticator is built.
    #[must_use]
    pub fn dangerous_cookie(name: impl Into<String>, defence: CookieDefence) -> Self {
        Self(Place::Cookie(name.into(), defence))
    }
}

/// What shows that a request with a cookie was meant (RFC 6750 §5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieDefence(String);

impl CookieDefence {
    /// Requests by other methods than GET, HEAD, OPTIONS and TRACE must have a header field of that name, with any value:
    /// the pages of other sites cannot add one unless CORS lets them.
    #[must_use]
    pub fn custom_header(name: impl Into<String>) -> Self {
        Self(name.into().to_ascii_lowercase())
    }

    pub(super) fn header(&self) -> &str {
        &self.0
    }
}
