//! authkestra: the `Jwt` extractor of authkestra-axum. It hard-wires RustCrypto; another provider has to be installed by
//! hand, for the whole process. It cannot verify ECDSA: its keys are RSA or Ed25519.
//!
//! Keys are fetched by the request that finds them too old, which is after an hour here, and by every request with an
//! unknown `kid`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use authkestra_axum::Jwt;
use authkestra_resource::jwt::JwksCache;
use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::routing::get;
use jsonwebtoken::{Algorithm, Validation};

use crate::{Claims, Trust};

/// Why it has no figures there.
pub const WITHOUT_ES256: &str = "its keys are RSA or Ed25519";

#[derive(Clone)]
struct Kept {
    keys: Arc<JwksCache>,
    validation: Validation,
}

impl FromRef<Kept> for Arc<JwksCache> {
    fn from_ref(kept: &Kept) -> Self {
        Arc::clone(&kept.keys)
    }
}

impl FromRef<Kept> for Validation {
    fn from_ref(kept: &Kept) -> Self {
        kept.validation.clone()
    }
}

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(Jwt(claims): Jwt<Claims>) -> StatusCode {
        black_box(claims);
        StatusCode::OK
    }
    let keys = Arc::new(
        JwksCache::new(trust.jwks_url.clone(), trust.refresh.unwrap_or(Duration::from_secs(3600))).require_kid(true),
    );
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&trust.issuer]);
    validation.set_audience(&[&trust.audience]);
    validation.validate_nbf = true;
    Router::new().route("/invoices", get(invoices)).with_state(Kept { keys, validation })
}
