//! What a route demands: all of some scopes, any of some, a predicate, or both; by extractor or by layer.
//!
//! `cargo run --example scopes`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::requirement;
use portcullis_axum::{AuthLayer, RequireLayer, Scoped};
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

mod support;

requirement! {
    /// Reads invoices of customers: needs both scopes.
    pub ReadCustomerInvoices = all("invoices:read", "customers:read");
    /// Reads reports: either scope will do.
    pub ReadReports = any("reports:read", "reports:admin");
    /// Approves: the scope says what the client may do, the predicate what the user may.
    pub Approve = all("invoices:write") and when(|caller| caller.has_role("approver"));
    /// Works here, whatever the scopes.
    pub Staff = when(|caller| caller.in_group("staff"))
}

/// The signature says it; a handler cannot forget to ask.
async fn invoices(_: Scoped<ReadCustomerInvoices>) -> &'static str {
    "invoices"
}

async fn reports(_: Scoped<ReadReports>) -> &'static str {
    "reports"
}

async fn approve(caller: Scoped<Approve>) -> String {
    format!("approved by {}", caller.subject().unwrap_or("a client"))
}

#[tokio::main]
async fn main() -> support::Outcome {
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator();

    // One demand for a whole router. In axum the layer added last runs first: the one that authenticates.
    let internal = Router::new().route("/internal/notes", get("notes")).layer(RequireLayer::<Staff>::new());
    let app = Router::new()
        .route("/invoices", get(invoices))
        .route("/reports", get(reports))
        .route("/approve", get(approve))
        .merge(internal)
        .layer(AuthLayer::new(auth));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let token = |scope: &str| issuer.token().subject("alice").scope(scope);
    let (one, both, admin) = (token("invoices:read"), token("customers:read invoices:read"), token("reports:admin"));
    let (one, both, admin) = (one.sign(), both.sign(), admin.sign());
    let (writer, approver) = (token("invoices:write"), token("invoices:write").claim("roles", vec!["approver"]));
    let (writer, approver) = (writer.sign(), approver.sign());
    let staff = issuer.token().subject("carol").claim("groups", vec!["staff"]).sign();
    let requests: &[support::Request<'_>] = &[
        ("/invoices", Some(&both), "200 invoices"),
        ("/invoices", Some(&one), "403"),
        ("/reports", Some(&admin), "200 reports"),
        ("/reports", Some(&one), "403"),
        ("/approve", Some(&approver), "200 approved by alice"),
        ("/approve", Some(&writer), "403"),
        ("/internal/notes", Some(&staff), "200 notes"),
        ("/internal/notes", Some(&both), "403"),
    ];
    support::serve(address, axum::serve(listener, app), requests).await
}
