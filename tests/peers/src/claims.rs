//! What a handler takes.

use serde::Deserialize;

/// The claims of an access token of RFC 9068 with an authorization server's usual additions, owned. Every server that
/// gives its handlers a type of theirs gives them this one.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Vec<String>,
    pub exp: u64,
    pub iat: u64,
    pub nbf: u64,
    pub jti: String,
    pub client_id: String,
    pub scope: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub tenant: String,
}

/// The same without those that a server takes for itself and gives beside them.
#[derive(Debug, Clone, Deserialize)]
pub struct OwnClaims {
    pub client_id: String,
    pub scope: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub tenant: String,
}
