//! actix-web-httpauth finds the bearer token; `jsonwebtoken` verifies it, with keys at hand.
//!
//! Its extractor rather than its middleware: the latter would hand the claims on in the extensions, and cost more.

use std::future::{Ready, ready};
use std::hint::black_box;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, Service, ServiceResponse};
use actix_web::{App, FromRequest, HttpRequest, HttpResponse, error, web};
use actix_web_httpauth::extractors::bearer::BearerAuth;

use super::by_hand::Keys;
use crate::{ActixService, Claims, Trust};

struct Caller(Claims);

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = match BearerAuth::from_request(request, payload).into_inner() {
            Ok(bearer) => bearer,
            Err(error) => return ready(Err(error.into())),
        };
        let keys = request.app_data::<web::Data<Keys>>().expect("they were given to the app");
        ready(keys.verify(bearer.token()).map(Self).ok_or_else(|| error::ErrorUnauthorized("token")))
    }
}

/// In actix-web 4.
pub async fn actix(
    trust: Trust,
) -> ActixService<
    impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error>,
> {
    async fn invoices(Caller(claims): Caller) -> HttpResponse {
        black_box(claims);
        HttpResponse::Ok().finish()
    }
    let app =
        App::new().app_data(web::Data::new(Keys::fetch(&trust).await)).route("/invoices", web::get().to(invoices));
    ActixService(actix_web::test::init_service(app).await)
}
