//! The claims type of those who need no claims of their own.

use serde::Deserialize;

/// The registered claims (RFC 7519 §4.1), all optional: the default claims type of a principal.
///
/// Everything in it can also be asked of the principal itself; name a type of your own to read other claims.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RegisteredClaims {
    /// `iss`: the issuer.
    pub iss: Option<String>,
    /// `sub`: the subject, unique within the issuer.
    pub sub: Option<String>,
    /// `jti`: the token's own id.
    pub jti: Option<String>,
}
