//! An application, its callers, and an authorization server that takes its time.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::routing::get;
use portcullis::Authenticator;
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::{Endpoint, TestServer};
use tower::ServiceExt;

/// How long every key fetch takes, but for the first.
pub(crate) const FETCH: Duration = Duration::from_millis(300);

/// As long as the tokens of the other benchmarks.
const TOKEN_LENGTH: usize = 1035;

pub(crate) struct Scene {
    pub(crate) server: TestServer,
    pub(crate) auth: Authenticator,
    application: Router,
    known: Vec<HeaderValue>,
    /// A good token to take parts of: signing takes longer than answering, so nothing is signed while it is measured.
    pub(crate) pattern: String,
}

impl Scene {
    /// An application that caches so many tokens, which may be none, and whose keys are fetched by the runtime that this is called in.
    pub(crate) async fn new(cached_tokens: usize, tokens: usize) -> Self {
        let server = TestServer::start();
        let builder = server.authenticator_builder().cached_tokens(cached_tokens);
        let auth = builder.build().expect("a test server's configuration is valid");
        auth.require_keys_within(Duration::from_secs(5)).await.expect("a server on this machine has keys");
        server.at(Endpoint::Jwks).slow(FETCH);
        let answer = get(|_: Authenticated| async { "well" });
        let application = Router::new().route("/", answer).layer(AuthLayer::new(auth.clone()));
        let known = (0..tokens).map(|_| bearer(&server.issuer().token().padded_to(TOKEN_LENGTH).sign())).collect();
        let pattern = server.issuer().token().padded_to(TOKEN_LENGTH).sign();
        Self { server, auth, application, known, pattern }
    }

    /// A request with a good token, one after the other.
    pub(crate) fn known(&self, turn: usize) -> Request<Body> {
        request(self.known[turn % self.known.len()].clone())
    }

    /// One request through the application.
    pub(crate) fn answer(&self, request: Request<Body>) -> impl Future<Output = StatusCode> + Send + use<> {
        let answer = self.application.clone().oneshot(request);
        async move { answer.await.map_or_else(|never| match never {}, |answer| answer.status()) }
    }

    /// The key fetches that have reached the server.
    pub(crate) fn fetches(&self) -> usize {
        self.server.count(Endpoint::Jwks)
    }
}

pub(crate) fn bearer(token: &str) -> HeaderValue {
    HeaderValue::try_from(format!("Bearer {token}")).expect("a token is visible ASCII")
}

pub(crate) fn request(authorization: HeaderValue) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::AUTHORIZATION, authorization);
    request
}
