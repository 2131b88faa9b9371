//! axum: a router with one route, in process.

use std::hint::black_box;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::StatusCode;
use portcullis::Authenticator;
use portcullis_axum::{AuthLayer, Authenticated};
use tower::ServiceExt;

use super::{BODY, Bearer};
use crate::Tenant;

/// Without authentication.
pub fn bare() -> impl AsyncFn(&Bearer) -> StatusCode {
    served(Router::new().route("/orders", get(async || BODY)))
}

/// With the layer, and a handler that takes the caller and one claim.
pub fn protected(auth: Authenticator) -> impl AsyncFn(&Bearer) -> StatusCode {
    let orders = async |caller: Authenticated<Tenant>| {
        black_box(&caller.claims().tenant);
        BODY
    };
    served(Router::new().route("/orders", get(orders)).layer(AuthLayer::new(auth)))
}

fn served(app: Router) -> impl AsyncFn(&Bearer) -> StatusCode {
    async move |bearer: &Bearer| match app.clone().oneshot(bearer.request::<Body>()).await {
        Ok(response) => response.status(),
        Err(never) => match never {},
    }
}
