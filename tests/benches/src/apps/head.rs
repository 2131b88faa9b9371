//! The request that every application gets.

use actix_web::test::TestRequest;
use http::Request;
use http::header::{self, HeaderName, HeaderValue};

use crate::Rotation;

/// Field lines as a client behind a proxy sends them, with `authorization` eight.
const FIELDS: [(&str, &str); 7] = [
    ("host", "api.test"),
    ("user-agent", "orders-frontend/4.2 (linux; x86_64)"),
    ("accept", "application/json"),
    ("accept-encoding", "gzip, br"),
    ("content-type", "application/json"),
    ("x-request-id", "5b6f0c4e-8f7b-4d53-9a51-0d6c6a2f6a1e"),
    ("x-forwarded-for", "192.0.2.17"),
];

/// A credential as it stands in a request; every request gets a copy.
#[derive(Debug, Clone)]
pub struct Bearer(HeaderValue);

impl Bearer {
    /// That token with its scheme.
    ///
    /// # Panics
    /// If a field value cannot hold it.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self::under("Bearer", token)
    }

    /// That credential under another scheme.
    ///
    /// # Panics
    /// If a field value cannot hold it.
    #[must_use]
    pub fn under(scheme: &str, credential: &str) -> Self {
        Self(HeaderValue::try_from(format!("{scheme} {credential}")).expect("a credential is visible ASCII"))
    }

    /// The token by itself.
    ///
    /// # Panics
    /// Never: a token was put into it.
    #[must_use]
    pub fn token(&self) -> &str {
        self.0.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).expect("made from a token")
    }

    /// Several, in turn.
    #[must_use]
    pub fn in_order(tokens: &[String]) -> Rotation<Self> {
        Rotation::in_order(tokens.iter().map(|token| Self::new(token)).collect())
    }

    /// Several, in a random order.
    #[must_use]
    pub fn shuffled(tokens: &[String], seed: u64) -> Rotation<Self> {
        Rotation::shuffled(tokens.iter().map(|token| Self::new(token)).collect(), seed)
    }

    /// The request for anything built on `http`.
    #[must_use]
    pub fn request<B: Default>(&self) -> Request<B> {
        let mut request = Request::new(B::default());
        *request.uri_mut() = http::Uri::from_static("/orders");
        let headers = request.headers_mut();
        for (name, value) in FIELDS {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.insert(header::AUTHORIZATION, self.just_read());
        request
    }

    /// A copy. A server has just read the field from its connection, so it is near at hand; a shared value would have to
    /// be got from memory first, and by the application with authentication alone, since the other never looks at it.
    fn just_read(&self) -> HeaderValue {
        HeaderValue::from_bytes(self.0.as_bytes()).expect("it was one")
    }

    /// The request for actix-web.
    #[must_use]
    pub fn actix_request(&self) -> TestRequest {
        let fields = FIELDS.into_iter().fold(TestRequest::with_uri("/orders"), TestRequest::insert_header);
        fields.insert_header(("authorization", self.0.as_bytes()))
    }
}
