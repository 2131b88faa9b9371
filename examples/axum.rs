//! axum: one layer around the router, a typed caller in each handler.
//!
//! `cargo run --example axum`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::requirement;
use portcullis_axum::{AuthLayer, Authenticated, Scoped};
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

mod support;

requirement! {
    /// May read invoices.
    pub ReadInvoices = all("invoices:read")
}

/// Any caller with a good token.
async fn me(caller: Authenticated) -> String {
    format!("you are {}", caller.subject().unwrap_or("a client"))
}

/// Only a caller whose token has the scope.
async fn invoices(caller: Scoped<ReadInvoices>) -> String {
    format!("invoices of {}", caller.subject().unwrap_or("nobody"))
}

#[tokio::main]
async fn main() -> support::Outcome {
    // In production, the whole configuration is:
    // let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator();

    let api = Router::new().route("/me", get(me)).route("/invoices", get(invoices)).layer(AuthLayer::new(auth));
    // What is open is added after the layer, which covers only what was there before it.
    let app = Router::new().route("/healthz", get("fine")).merge(api);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let reader = issuer.token().subject("alice").scope("invoices:read").sign();
    let other = issuer.token().subject("bob").sign();
    let late = issuer.token().subject("alice").scope("invoices:read").expired().sign();
    let requests: &[support::Request<'_>] = &[
        ("/healthz", None, "200 fine"),
        ("/me", None, "401"),
        ("/me", Some(&other), "200 you are bob"),
        ("/invoices", Some(&reader), "200 invoices of alice"),
        ("/invoices", Some(&other), "403"),
        ("/invoices", Some(&late), "401"),
    ];
    support::serve(address, axum::serve(listener, app), requests).await
}
