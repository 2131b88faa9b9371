//! The only maker of responses.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use portcullis::{AuthError, Authentication, Refusal};

/// Turns a refusal into a response, byte for byte. The error goes into the response's extensions, so that middleware
/// further out can see why.
pub(crate) fn into_response(refusal: Refusal, error: AuthError) -> HttpResponse {
    let mut response = render(refusal.status, refusal.headers, refusal.body);
    response.extensions_mut().insert(error);
    response
}

/// What the core has decided, as a response.
pub(crate) fn render(status: u16, headers: Vec<(&'static str, Cow<'static, str>)>, body: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::with_body(status_code(status), BoxBody::new(body));
    for (name, value) in headers {
        // The core only makes visible ASCII, which every field value can hold.
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        if let Ok(value) = value {
            response.headers_mut().append(field_name(name), value);
        }
    }
    response
}

pub(crate) fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The two that nearly every refusal has need not be parsed.
fn field_name(name: &'static str) -> HeaderName {
    match name {
        "www-authenticate" => WWW_AUTHENTICATE,
        "cache-control" => CACHE_CONTROL,
        name => HeaderName::from_static(name),
    }
}

/// Says that the answer is for this caller only, unless it says so already.
pub(crate) fn make_private(headers: &mut HeaderMap) {
    if !Authentication::is_private(headers.get_all(CACHE_CONTROL).map(HeaderValue::as_bytes)) {
        headers.append(CACHE_CONTROL, HeaderValue::from_static("private"));
    }
}
