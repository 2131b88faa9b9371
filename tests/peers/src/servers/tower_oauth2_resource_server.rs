//! tower-oauth2-resource-server. It leaves the choice of cryptography to a feature, and comes with the slow one.
//!
//! `jwks_url` and the claims are given by hand: with the former it would check neither issuer nor `nbf` by itself. Its task
//! refreshes every minute, while others answer.

use std::hint::black_box;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Router};
use tower_oauth2_resource_server::server::OAuth2ResourceServer;
use tower_oauth2_resource_server::tenant::TenantConfiguration;
use tower_oauth2_resource_server::validation::ClaimsValidationSpec;

use crate::{Claims, Trust};

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(Extension(claims): Extension<Claims>) -> StatusCode {
        black_box(claims);
        StatusCode::OK
    }
    let audiences = vec![trust.audience.clone()];
    let tenant = TenantConfiguration::builder(&trust.issuer)
        .jwks_url(&trust.jwks_url)
        .audiences(&audiences)
        .jwks_refresh_interval(trust.refresh.unwrap_or(Duration::from_secs(60)))
        .claims_validation(ClaimsValidationSpec::recommended(&trust.issuer, &audiences))
        .build()
        .await
        .expect("a good configuration");
    let server =
        OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant).build().await.expect("the keys are served");
    Router::new().route("/invoices", get(invoices)).layer(server.into_layer())
}
