//! The only maker of responses.

use std::borrow::Cow;

use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use portcullis::{AuthError, Authentication, Refusal};

/// How the bytes of a refusal's body become the service's body type.
pub trait MakeBody<B> {
    /// Makes the body; the bytes are empty unless bodies were switched on in the authenticator.
    fn make_body(&self, bytes: Vec<u8>) -> B;
}

/// Bodies made with `From<Vec<u8>>`, as axum's, hyper's and reqwest's have it. The default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rendered;

/// Empty bodies made with `Default`, for body types that cannot be made from bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Empty;

/// Bodies made by a function.
#[derive(Debug, Clone, Copy)]
pub struct With<F>(pub(crate) F);

impl<B: From<Vec<u8>>> MakeBody<B> for Rendered {
    fn make_body(&self, bytes: Vec<u8>) -> B {
        bytes.into()
    }
}

impl<B: Default> MakeBody<B> for Empty {
    fn make_body(&self, _: Vec<u8>) -> B {
        B::default()
    }
}

impl<B, F: Fn(Vec<u8>) -> B> MakeBody<B> for With<F> {
    fn make_body(&self, bytes: Vec<u8>) -> B {
        (self.0)(bytes)
    }
}

/// Turns a refusal into a response, byte for byte. The error goes into the response's extensions, so that layers
/// further out can see why.
pub fn into_response<B>(refusal: Refusal, error: AuthError, bodies: &impl MakeBody<B>) -> Response<B> {
    let mut response = render(refusal.status, refusal.headers, bodies.make_body(refusal.body));
    response.extensions_mut().insert(error);
    response
}

/// What the core has decided, as a response.
pub(crate) fn render<B>(status: u16, headers: Vec<(&'static str, Cow<'static, str>)>, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
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
    if !Authentication::is_private(headers.get_all(CACHE_CONTROL).iter().map(HeaderValue::as_bytes)) {
        headers.append(CACHE_CONTROL, HeaderValue::from_static("private"));
    }
}
