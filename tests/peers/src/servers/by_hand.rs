//! No library but `jsonwebtoken`: the extractor that a careful team writes in an afternoon, with its keys at hand.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::routing::get;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

use crate::{Claims, Trust};

/// What is checked, and with which keys, for every `kid`.
#[derive(Clone)]
pub(super) struct Keys(Arc<HashMap<String, (DecodingKey, Validation)>>);

impl Keys {
    /// Fetches them, once: no server written by hand is measured while it refreshes.
    pub(super) async fn fetch(trust: &Trust) -> Self {
        let answer = reqwest::get(&trust.jwks_url).await.expect("the keys are served");
        let set: JwkSet = serde_json::from_slice(&answer.bytes().await.expect("all of them")).expect("a JWK set");
        let keys = set.keys.iter().map(|jwk| {
            let kid = jwk.common.key_id.clone().expect("keys have names");
            let algorithm: Algorithm =
                jwk.common.key_algorithm.expect("and algorithms").to_string().parse().expect("that are known");
            let mut validation = Validation::new(algorithm);
            validation.set_issuer(&[&trust.issuer]);
            validation.set_audience(&[&trust.audience]);
            validation.validate_nbf = true;
            validation.set_required_spec_claims(&["exp", "iss", "aud"]);
            (kid, (DecodingKey::from_jwk(jwk).expect("a good key"), validation))
        });
        Self(Arc::new(keys.collect()))
    }

    pub(super) fn verify(&self, token: &str) -> Option<Claims> {
        let (key, validation) = self.0.get(&decode_header(token).ok()?.kid?)?;
        Some(decode(token, key, validation).ok()?.claims)
    }
}

struct Caller(Claims);

impl FromRequestParts<Keys> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, keys: &Keys) -> Result<Self, StatusCode> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer "));
        token.and_then(|token| keys.verify(token)).map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(Caller(claims): Caller) -> StatusCode {
        black_box(claims);
        StatusCode::OK
    }
    Router::new().route("/invoices", get(invoices)).with_state(Keys::fetch(trust).await)
}
