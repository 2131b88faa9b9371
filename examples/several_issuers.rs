//! Several issuers in one authenticator: each with its own keys and rules, isolated from the others.
//!
//! `cargo run --example several_issuers`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::{Authenticator, Issuer};
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::{ScriptedFetch, TestIssuer};
use tokio::net::TcpListener;

mod support;

/// A subject is unique only within its issuer, so keep both.
async fn me(caller: Authenticated) -> String {
    format!("{} of {}", caller.subject().unwrap_or("a client"), caller.issuer())
}

#[tokio::main]
async fn main() -> support::Outcome {
    let api = "https://api.example.com";
    let customers = TestIssuer::builder().url("https://login.customers.test/").audience(api).seed(0).build();
    let staff = TestIssuer::builder().url("https://login.staff.test/").audience(api).seed(1).build();
    let unknown = TestIssuer::builder().url("https://login.elsewhere.test/").audience(api).build();

    // In production, only the first three of these lines are needed.
    let auth = Authenticator::trusting(Issuer::new(customers.url(), api))
        .also_trust(Issuer::new(staff.url(), api).rfc9068())
        .fetch_with(ScriptedFetch::for_issuers([&customers, &staff]))
        .clock(customers.clock())
        .build()?;

    let app = Router::new().route("/me", get(me)).layer(AuthLayer::new(auth));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let alice = customers.token().subject("alice").sign();
    let carol = staff.token().subject("carol").sign();
    // The rules of one issuer do not soften those of another: here `typ` must be `at+jwt`.
    let loose = staff.token().subject("carol").header("typ", "JWT").sign();
    // One issuer's key does not sign for another.
    let forged = staff.token().subject("mallory").issuer(customers.url()).sign();
    let stranger = unknown.token().subject("mallory").sign();
    let requests: &[support::Request<'_>] = &[
        ("/me", Some(&alice), "200 alice of https://login.customers.test/"),
        ("/me", Some(&carol), "200 carol of https://login.staff.test/"),
        ("/me", Some(&loose), "401"),
        ("/me", Some(&forged), "401"),
        ("/me", Some(&stranger), "401"),
    ];
    support::serve(address, axum::serve(listener, app), requests).await
}
