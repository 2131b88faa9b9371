//! Three ways to test a handler, from fast to real; in a test suite each function here is a `#[tokio::test]`.
//!
//! `cargo run --example testing_handlers`

use axum::{Router, body::Body, routing::get};
use http::{Request, StatusCode};
use portcullis_axum::portcullis::{TrustedCaller, requirement};
use portcullis_axum::{AuthLayer, Scoped};
use portcullis_testing::{Defect, Endpoint, TestIssuer, TestServer};
use tokio::net::TcpListener;
use tower::ServiceExt;

mod support;

requirement! { ReadInvoices = all("invoices:read") }

async fn list(caller: Scoped<ReadInvoices>) -> String {
    format!("invoices of {}", caller.subject().unwrap_or("nobody"))
}

fn routes() -> Router {
    Router::new().route("/invoices", get(list))
}

fn bearer(token: &str) -> http::request::Builder {
    Request::get("/").header("authorization", format!("Bearer {token}"))
}

async fn ask(app: Router, request: http::request::Builder) -> StatusCode {
    let request = request.uri("/invoices").body(Body::empty());
    app.oneshot(request.expect("a sound request")).await.expect("a router never fails").status()
}

/// 1. The handler alone: the caller is put where the layer would leave it. No layer, no token, no crypto.
async fn an_injected_caller_needs_the_scope() {
    let alice = TrustedCaller::new("https://issuer.test", "alice");
    assert_eq!(ask(routes(), Request::get("/").extension(alice.clone().build())).await, 403);
    assert_eq!(ask(routes(), Request::get("/").extension(alice.scope("invoices:read").build())).await, 200);
    // And with neither layer nor caller: a loud mistake, never an open door.
    assert_eq!(ask(routes(), Request::get("/")).await, 500);
}

/// 2. Real tokens through the real verifier, without a socket; time stands still until it is moved.
async fn a_minted_token_is_verified() {
    let issuer = TestIssuer::new();
    let app = routes().layer(AuthLayer::new(issuer.authenticator()));
    assert_eq!(ask(app.clone(), bearer(&issuer.token().scope("invoices:read").sign())).await, 200);
    for defect in Defect::ALL {
        let bad = issuer.token().scope("invoices:read").defect(*defect).sign();
        assert_eq!(ask(app.clone(), bearer(&bad)).await, defect.expected_status(), "{defect}");
    }
}

/// 3. A scripted authorization server over real HTTP: here one that is down when the API starts.
async fn an_outage_is_503_and_ends(server: &TestServer) {
    server.at(Endpoint::Jwks).times(1).status(500);
    let issuer = server.issuer();
    let auth = server.authenticator();
    let app = routes().layer(AuthLayer::new(auth.clone()));
    let token = issuer.token().scope("invoices:read").sign();
    assert_eq!(ask(app.clone(), bearer(&token)).await, 503);
    auth.refresh().await;
    assert_eq!(ask(app, bearer(&token)).await, 200);
}

#[tokio::main]
async fn main() -> support::Outcome {
    an_injected_caller_needs_the_scope().await;
    a_minted_token_is_verified().await;
    an_outage_is_503_and_ends(&TestServer::start()).await;
    println!("3 tests passed\n");

    let issuer = TestIssuer::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, token) = (listener.local_addr()?, issuer.token().subject("alice").scope("invoices:read").sign());
    let server = axum::serve(listener, routes().layer(AuthLayer::new(issuer.authenticator())));
    support::serve(address, server, &[("/invoices", Some(&token), "200 invoices of alice")]).await
}
