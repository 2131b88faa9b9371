//! axum-jwt-auth. It hard-wires RustCrypto; another provider has to be installed by hand, for the whole process.
//!
//! Its task refreshes every hour, while others answer.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::routing::get;
use axum_jwt_auth::{Decoder, RemoteJwksDecoder, RemoteJwksDecoderConfig};
use jsonwebtoken10::{Algorithm, Validation};

use super::Alg;
use crate::{Claims, Trust};

#[derive(Clone)]
struct Decodes(Decoder<Claims>);

impl FromRef<Decodes> for Decoder<Claims> {
    fn from_ref(decodes: &Decodes) -> Self {
        decodes.0.clone()
    }
}

/// In axum 0.8.
pub async fn axum(trust: &Trust, alg: Alg) -> Router {
    async fn invoices(claims: axum_jwt_auth::Claims<Claims>) -> StatusCode {
        black_box(claims.claims);
        StatusCode::OK
    }
    let mut validation = Validation::new(match alg {
        Alg::Rs256 => Algorithm::RS256,
        Alg::Es256 => Algorithm::ES256,
    });
    validation.set_issuer(&[&trust.issuer]);
    validation.set_audience(&[&trust.audience]);
    validation.validate_nbf = true;
    let config =
        RemoteJwksDecoderConfig::builder().cache_duration(trust.refresh.unwrap_or(Duration::from_secs(3600))).build();
    let decoder =
        RemoteJwksDecoder::builder().jwks_url(trust.jwks_url.clone()).validation(validation).config(config).build();
    let decoder = decoder.expect("a good configuration");
    // Its task ends with the runtime; the token that would end it before is not needed.
    drop(decoder.initialize().await.expect("the keys are served"));
    Router::new().route("/invoices", get(invoices)).with_state(Decodes(Arc::new(decoder)))
}
