//! API keys and tokens on one axum router, keys in a SQLite file, nothing to set up.
//!
//! `cargo run --example api_keys`; with `-- --once` it ends after the story, with `-- --keep FOLDER` its files stay.

use axum::{Router, routing::get};
use portcullis_axum::portcullis::api_key::ApiKeys;
use portcullis_axum::portcullis::{Issuer, requirement};
use portcullis_axum::{AuthLayer, Scoped};
use portcullis_store_sqlx::SqliteKeyStore;
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

mod folder;
mod story;

requirement! {
    pub ReadInvoices = all("invoices:read");
    pub Approve = all("invoices:approve")
}

/// Does not know or care which credential came.
async fn invoices(caller: Scoped<ReadInvoices>) -> String {
    let (kind, subject) = (caller.kind().as_str(), caller.subject().unwrap_or("nobody"));
    format!("{kind} {subject} of {} reads invoices", caller.tenant().unwrap_or("nobody"))
}

async fn approve(_: Scoped<Approve>) -> &'static str {
    "approved"
}

#[tokio::main]
async fn main() -> story::Outcome {
    let folder = folder::Folder::open()?;
    let store = SqliteKeyStore::open(folder.file("keys.db")).await?;
    let keys = ApiKeys::builder("acme_live", folder.digest_key()?, store).build()?;
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
