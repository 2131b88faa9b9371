//! The same route without authentication: what the time of all others is counted from.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::{App, HttpResponse, web};

use crate::ActixService;

/// In axum 0.8.
pub fn axum() -> axum::Router {
    axum::Router::new().route("/invoices", axum::routing::get(|| async { axum::http::StatusCode::OK }))
}

/// In axum 0.7.
pub fn axum07() -> axum07::Router {
    axum07::Router::new().route("/invoices", axum07::routing::get(|| async { axum07::http::StatusCode::OK }))
}

/// In actix-web 4.
pub async fn actix() -> ActixService<
    impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error>,
> {
    let app = App::new().route("/invoices", web::get().to(HttpResponse::Ok));
    ActixService(actix_web::test::init_service(app).await)
}
