//! Claims as an application declares them.

use serde::Deserialize;

/// Everything in a token, owned: what [`Peer`](crate::Peer) decodes.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
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

/// What a handler of ours asks for beyond what every [`Caller`](portcullis::Caller) knows.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct Tenant {
    pub tenant: String,
}
