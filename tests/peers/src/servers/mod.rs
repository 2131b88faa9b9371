//! One file for each.

pub mod actix_web_httpauth;
pub mod aliri;
pub mod authkestra;
pub mod axum_jwt_auth;
pub mod axum_keycloak_auth;
pub mod by_hand;
pub mod huskarl;
mod huskarl_aws_lc;
pub mod jwt_authorizer;
pub mod oauth_resource_server;
pub mod open;
pub mod portcullis;
pub mod tower_oauth2_resource_server;

/// The algorithm of the tokens that a server will see.
///
/// Most take what a key is for from the key, or let their users list several. Those on `jsonwebtoken`'s own `Validation`
/// cannot: it refuses every token when its list has RSA and ECDSA in it. So all are built once for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    Rs256,
    Es256,
}

impl Alg {
    /// Its name in RFC 7518.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}
