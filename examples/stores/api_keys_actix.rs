//! API keys and tokens on one actix-web application, keys in a SQLite file, nothing to set up.
//!
//! `cargo run --example api_keys_actix`; with `-- --once` it ends after the story, with `-- --keep FOLDER` its files stay.

use actix_web::{App, HttpServer, web};
use portcullis_actix::portcullis::api_key::ApiKeys;
use portcullis_actix::portcullis::{Issuer, requirement};
use portcullis_actix::{AuthMiddleware, Scoped};
use portcullis_store_sqlx::SqliteKeyStore;
use portcullis_testing::TestIssuer;

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

#[actix_web::main]
async fn main() -> story::Outcome {
    let folder = folder::Folder::open()?;
    let store = SqliteKeyStore::open(folder.file("keys.db")).await?;
    let keys = ApiKeys::builder("acme_live", folder.digest_key()?, store).build()?;
    keys.check().await?;

    let issuer = TestIssuer::new();
    let rules = Issuer::new(issuer.url(), issuer.audience()).tenant_from(["tenant"]);
    let auth = issuer.trusted_as(rules).api_keys(keys.clone()).build()?;
    let app = move || {
        App::new()
            .wrap(AuthMiddleware::new(auth.clone()))
            .route("/invoices", web::get().to(invoices))
            .route("/approve", web::get().to(approve))
    };
    let server = HttpServer::new(app).workers(2).bind("127.0.0.1:0")?;
    let base = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let token = issuer.token().subject("alice").claim("tenant", "acme").scope("invoices:read").sign();
    let outcome = story::play(&base, &keys, &token).await;
    handle.stop(true).await;
    outcome
}
