//! oauth-resource-server. It has ring, and no choice. Its task refreshes every hour, while others answer.
//!
//! The handler takes its `AuthorizedToken`: the claims stay a JSON object there, and asking for a type costs extra.

use std::hint::black_box;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use oauth_resource_server::axum::AuthLayer;
use oauth_resource_server::{AuthorizedToken, KeyNaming, OAuthConfig, OAuthValidator};

use crate::Trust;

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(token: AuthorizedToken) -> StatusCode {
        black_box(token);
        StatusCode::OK
    }
    let config = OAuthConfig {
        enabled: true,
        issuer: trust.issuer.clone(),
        jwks_uri: Some(trust.jwks_url.clone()),
        audience: trust.audience.clone(),
        resource: "https://api.example.com".to_owned(),
        algorithms: vec!["RS256".to_owned(), "ES256".to_owned()],
        allow_unscoped_tokens: true,
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth")).expect("a good configuration").expect("it is enabled");
    let validator = Arc::new(OAuthValidator::new(&config).expect("a good configuration"));
    drop(validator.spawn_background_refresh());
    while !validator.is_ready() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let layer = AuthLayer::builder().oauth(validator).build().expect("it has a validator");
    Router::new().route("/invoices", get(invoices)).route_layer(layer)
}
