//! jwt-authorizer, in axum 0.7: its layer does not fit a router of 0.8. It has ring, and no choice.
//!
//! Fastest and as shipped are the same but for the refresh, which comes with "when a `kid` is unknown"; the other strategy
//! asks from time to time, and holds every request back while it does.

use std::hint::black_box;

use axum07::Router;
use axum07::http::StatusCode;
use axum07::routing::get;
use jwt_authorizer::{Authorizer, IntoLayer, JwtAuthorizer, JwtClaims, Refresh, RefreshStrategy, Validation};

use crate::{Claims, Trust};

/// In axum 0.7.
pub async fn axum07(trust: &Trust) -> Router {
    async fn invoices(JwtClaims(claims): JwtClaims<Claims>) -> StatusCode {
        black_box(claims);
        StatusCode::OK
    }
    let validation = Validation::new().iss(&[&trust.issuer]).aud(&[&trust.audience]).nbf(true);
    let mut authorizer = JwtAuthorizer::from_jwks_url(&trust.jwks_url).validation(validation);
    if let Some(every) = trust.refresh {
        let strategy = RefreshStrategy::Interval;
        authorizer = authorizer.refresh(Refresh { strategy, refresh_interval: every, retry_interval: every });
    }
    let authorizer: Authorizer<Claims> = authorizer.build().await.expect("the keys are served");
    Router::new().route("/invoices", get(invoices)).layer(authorizer.into_layer())
}
