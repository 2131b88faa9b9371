//! This library, in both of its frameworks.
//!
//! Callers know their subject, scopes, roles and groups; handlers ask for the rest, here the tenant. Since the peers' handlers
//! take one type with everything, there is a row for that, too.

use std::hint::black_box;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::{App, HttpResponse, web};
use axum::http::StatusCode;
use axum::routing::get;
use portcullis::{Authenticator, Issuer};
use portcullis_actix::AuthMiddleware;
use portcullis_axum::AuthLayer;
use serde::Deserialize;

use crate::{ActixService, Claims, Trust};

/// What is kept of tokens that were verified before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cached {
    /// Nothing: every request is verified.
    Nothing,
    /// As many tokens as come by default.
    AsShipped,
}

/// The authenticator of both, with its keys.
///
/// # Panics
/// Where the configuration is wrong or the keys are not there.
async fn authenticator(trust: &Trust, cached: Cached) -> Authenticator {
    let issuer = Issuer::new(&trust.issuer, &trust.audience).jwks_url(&trust.jwks_url);
    let auth = Authenticator::trusting(issuer).allow_loopback_http();
    let auth = match cached {
        Cached::Nothing => auth.cached_tokens(0),
        Cached::AsShipped => auth,
    };
    let auth = auth.build().expect("a good configuration");
    auth.ready().await;
    assert!(auth.is_ready(), "the keys are served");
    if let Some(every) = trust.refresh {
        // It refuses to be told to do it by itself more often than once a minute.
        let auth = auth.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                auth.refresh().await;
            }
        });
    }
    auth
}

/// What callers do not know by themselves.
#[derive(Debug, Deserialize)]
struct Tenant {
    tenant: String,
}

/// In axum 0.8.
pub async fn axum(trust: &Trust, cached: Cached) -> axum::Router {
    async fn invoices(caller: portcullis_axum::Authenticated<Tenant>) -> StatusCode {
        black_box((caller.subject(), &caller.claims().tenant));
        StatusCode::OK
    }
    axum::Router::new().route("/invoices", get(invoices)).layer(AuthLayer::new(authenticator(trust, cached).await))
}

/// In axum 0.8, with a handler that takes everything as one type.
pub async fn axum_all_claims(trust: &Trust, cached: Cached) -> axum::Router {
    async fn invoices(caller: portcullis_axum::Authenticated<Claims>) -> StatusCode {
        black_box(caller.claims());
        StatusCode::OK
    }
    axum::Router::new().route("/invoices", get(invoices)).layer(AuthLayer::new(authenticator(trust, cached).await))
}

/// In actix-web 4.
pub async fn actix(
    trust: Trust,
    cached: Cached,
) -> ActixService<
    impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error>,
> {
    async fn invoices(caller: portcullis_actix::Authenticated<Tenant>) -> HttpResponse {
        black_box((caller.subject(), &caller.claims().tenant));
        HttpResponse::Ok().finish()
    }
    let app = App::new()
        .wrap(AuthMiddleware::new(authenticator(&trust, cached).await))
        .route("/invoices", web::get().to(invoices));
    ActixService(actix_web::test::init_service(app).await)
}
