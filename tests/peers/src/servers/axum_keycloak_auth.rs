//! axum-keycloak-auth. It has ring, and no choice; it checks `exp` and `aud`, and does not know `iss` or `nbf`.
//!
//! It takes discovery from a Keycloak, and tokens with `azp` and `typ`, which Keycloak's have. Keys are fetched once.

use std::hint::black_box;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Router};
use axum_keycloak_auth::PassthroughMode;
use axum_keycloak_auth::decode::KeycloakToken;
use axum_keycloak_auth::instance::{KeycloakAuthInstance, KeycloakConfig};
use axum_keycloak_auth::layer::KeycloakAuthLayer;

use crate::{OwnClaims, Trust};

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(Extension(token): Extension<KeycloakToken<String, OwnClaims>>) -> StatusCode {
        black_box(token);
        StatusCode::OK
    }
    let server = trust.keycloak.parse().expect("a URL");
    let instance =
        KeycloakAuthInstance::new(KeycloakConfig::builder().server(server).realm("peers".to_owned()).build());
    // A request that comes before the keys may meet an assertion.
    while !instance.is_operational().await {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let layer = KeycloakAuthLayer::<String, OwnClaims>::builder()
        .instance(instance)
        .passthrough_mode(PassthroughMode::Block)
        .expected_audiences(vec![trust.audience.clone()])
        .build();
    Router::new().route("/invoices", get(invoices)).layer(layer)
}
