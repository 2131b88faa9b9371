//! Routes that know their caller where there is one, and work without.
//!
//! `cargo run --example optional_auth`

use axum::{Router, routing::get};
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

mod support;

/// `None` only when nothing was presented: a bad token is never a stranger, it is a 401.
async fn greeting(caller: Option<Authenticated>) -> String {
    match caller {
        Some(caller) => format!("hello {}", caller.subject().unwrap_or("client")),
        None => "hello stranger".to_owned(),
    }
}

/// Behind the same layer, a handler that needs a caller still gets one or answers 401.
async fn orders(caller: Authenticated) -> String {
    format!("orders of {}", caller.subject().unwrap_or("a client"))
}

#[tokio::main]
async fn main() -> support::Outcome {
    // In production, the whole configuration is:
    // let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator();

    let app = Router::new()
        .route("/greeting", get(greeting))
        .route("/orders", get(orders))
        .layer(AuthLayer::new(auth).optional());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let alice = issuer.token().subject("alice").sign();
    let late = issuer.token().subject("alice").expired().sign();
    let requests: &[support::Request<'_>] = &[
        ("/greeting", None, "200 hello stranger"),
        ("/greeting", Some(&alice), "200 hello alice"),
        ("/greeting", Some(&late), "401"),
        ("/orders", Some(&alice), "200 orders of alice"),
        ("/orders", None, "401"),
    ];
    support::serve(address, axum::serve(listener, app), requests).await
}
