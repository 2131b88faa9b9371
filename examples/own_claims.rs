//! Claims as a type of the application's own, decoded once per token.
//!
//! `cargo run --example own_claims`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::requirement;
use portcullis_axum::{AuthLayer, Authenticated, Scoped};
use portcullis_testing::TestIssuer;
use serde::Deserialize;
use tokio::net::TcpListener;

mod support;

/// What this API wants to know beside the registered claims.
#[derive(Deserialize)]
struct Claims {
    tenant: String,
    #[serde(default)]
    plan: Plan,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Plan {
    #[default]
    Free,
    Paid,
}

requirement! {
    /// May export.
    pub Export = all("export")
}

/// Verified facts by name on the caller, the application's own through `claims`.
async fn tenant(caller: Authenticated<Claims>) -> String {
    format!("{} of {}", caller.subject().unwrap_or("a client"), caller.claims().tenant)
}

async fn export(caller: Scoped<Export, Claims>) -> String {
    format!("export for {} on plan {:?}", caller.claims().tenant, caller.claims().plan)
}

#[tokio::main]
async fn main() -> support::Outcome {
    let issuer = TestIssuer::new();
    // A token whose claims do not fit is refused before any handler runs, on every route. Without this line, the first
    // extractor that wants `Claims` refuses it.
    let auth = issuer.authenticator_builder().require_claims::<Claims>().build()?;

    let app = Router::new().route("/tenant", get(tenant)).route("/export", get(export)).layer(AuthLayer::new(auth));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let alice = issuer.token().subject("alice").scope("export").claim("tenant", "acme");
    let paying = issuer.token().subject("bob").scope("export").claim("tenant", "acme").claim("plan", "paid").sign();
    let nowhere = issuer.token().subject("mallory").scope("export").sign();
    let odd = issuer.token().subject("mallory").claim("tenant", 7).sign();
    let alice = alice.sign();
    let requests: &[support::Request<'_>] = &[
        ("/tenant", Some(&alice), "200 alice of acme"),
        ("/export", Some(&alice), "200 export for acme on plan Free"),
        ("/export", Some(&paying), "200 export for acme on plan Paid"),
        ("/tenant", Some(&nowhere), "401"),
        ("/tenant", Some(&odd), "401"),
    ];
    support::serve(address, axum::serve(listener, app), requests).await
}
