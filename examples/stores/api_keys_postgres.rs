//! The same with keys in PostgreSQL, for several instances of a service.
//!
//! `DATABASE_URL=postgres://user@127.0.0.1/keys cargo run --example api_keys_postgres`; with `-- --once` it ends after the
//! story. Without `DATABASE_URL` it says so and ends.

use axum::{Router, routing::get};
use portcullis_axum::portcullis::api_key::{ApiKeys, DigestKey};
use portcullis_axum::portcullis::{Issuer, requirement};
use portcullis_axum::{AuthLayer, Scoped};
use portcullis_store_sqlx::PostgresKeyStore;
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

mod story;

requirement! {
    pub ReadInvoices = all("invoices:read");
    pub Approve = all("invoices:approve")
}

async fn invoices(caller: Scoped<ReadInvoices>) -> String {
    let (kind, subject) = (caller.kind().as_str(), caller.subject().unwrap_or("nobody"));
    format!("{kind} {subject} of {} reads invoices", caller.tenant().unwrap_or("nobody"))
}

async fn approve(_: Scoped<Approve>) -> &'static str {
    "approved"
}

#[tokio::main]
async fn main() -> story::Outcome {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("needs a PostgreSQL: set DATABASE_URL, such as postgres://postgres@127.0.0.1/postgres");
        return Ok(());
    };
    // A deployment migrates in a step of its own, and connects with `PostgresKeyStore::connect`.
    let store = PostgresKeyStore::connect_and_migrate(&url).await?;
    // All instances need the same secret. This story's keys are nobody's afterwards.
    let digest_key = match std::env::var("PORTCULLIS_DIGEST_KEY") {
        Ok(text) => text.parse()?,
        Err(_) => DigestKey::generate()?,
    };
    let keys = ApiKeys::builder("acme_live", digest_key, store).build()?;
    keys.check().await?;

    let issuer = TestIssuer::new();
    let rules = Issuer::new(issuer.url(), issuer.audience()).tenant_from(["tenant"]);
    let auth = issuer.trusted_as(rules).api_keys(keys.clone()).build()?;
    let app =
        Router::new().route("/invoices", get(invoices)).route("/approve", get(approve)).layer(AuthLayer::new(auth));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let token = issuer.token().subject("alice").claim("tenant", "acme").scope("invoices:read").sign();
    story::play(&base, &keys, &token).await
}
