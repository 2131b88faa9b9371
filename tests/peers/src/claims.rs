//! What a handler takes.

use serde::Deserialize;

/// All claims of a token, owned. Every server that gives its handlers a type of theirs gives them this one.
pub use portcullis_benches::Claims;

/// The same without those that a server takes for itself and gives beside them.
#[derive(Debug, Clone, Deserialize)]
pub struct OwnClaims {
    pub client_id: String,
    pub scope: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub tenant: String,
}
