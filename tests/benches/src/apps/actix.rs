//! actix-web: an application with one route, in process.

use std::hint::black_box;

use actix_web::dev::Service;
use actix_web::{App, test, web};
use http::StatusCode;
use portcullis::Authenticator;
use portcullis_actix::{AuthMiddleware, Authenticated};

use super::{BODY, Bearer};
use crate::Tenant;

/// Without authentication.
pub async fn bare() -> impl AsyncFn(&Bearer) -> StatusCode {
    let app = App::new().route("/orders", web::get().to(async || BODY));
    let service = test::init_service(app).await;
    async move |bearer: &Bearer| {
        let response = service.call(bearer.actix_request().to_request()).await;
        status(response.expect("the handler does not fail").status())
    }
}

/// With the middleware, and a handler that takes the caller and one claim.
pub async fn protected(auth: Authenticator) -> impl AsyncFn(&Bearer) -> StatusCode {
    let orders = async |caller: Authenticated<Tenant>| {
        black_box(&caller.claims().tenant);
        BODY
    };
    let app = App::new().route("/orders", web::get().to(orders)).wrap(AuthMiddleware::new(auth));
    let service = test::init_service(app).await;
    async move |bearer: &Bearer| {
        let response = service.call(bearer.actix_request().to_request()).await;
        status(response.expect("refusals are responses").status())
    }
}

/// actix-web has an `http` of its own.
fn status(status: actix_web::http::StatusCode) -> StatusCode {
    StatusCode::from_u16(status.as_u16()).expect("a status is a status")
}
