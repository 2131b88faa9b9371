//! The only maker of responses.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use portcullis::{AuthError, Refusal};

/// Turns a refusal into a response, byte for byte. The error goes into the response's extensions, so that middleware
/// further out can see why.
pub(crate) fn into_response(refusal: Refusal, error: AuthError) -> HttpResponse {
    let mut response = HttpResponse::with_body(status(&refusal), BoxBody::new(refusal.body));
    for (name, value) in refusal.headers {
        // The core only makes visible ASCII, which every field value can hold.
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        if let Ok(value) = value {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    response.extensions_mut().insert(error);
    response
}

pub(crate) fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
