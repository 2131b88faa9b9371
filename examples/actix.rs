//! actix-web: one middleware around the app, a typed caller in each handler.
//!
//! `cargo run --example actix`

use actix_web::{App, HttpServer, web};
use portcullis_actix::portcullis::requirement;
use portcullis_actix::{AuthMiddleware, Authenticated, MaybeAuthenticated, Scoped};
use portcullis_testing::TestIssuer;

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

/// Anybody, but not with a bad token.
async fn greeting(caller: MaybeAuthenticated) -> String {
    let subject = caller.as_ref().and_then(|caller| caller.subject());
    format!("hello {}", subject.unwrap_or("stranger"))
}

#[actix_web::main]
async fn main() -> support::Outcome {
    // In production, the whole configuration is:
    // let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator();

    // One authenticator for all workers: a clone shares its keys.
    let server = HttpServer::new(move || {
        let open = web::scope("/open").wrap(AuthMiddleware::new(auth.clone()).optional());
        let api = web::scope("/api").wrap(AuthMiddleware::new(auth.clone()));
        App::new()
            .service(open.route("/greeting", web::get().to(greeting)))
            .service(api.route("/me", web::get().to(me)).route("/invoices", web::get().to(invoices)))
    });
    let server = server.workers(2).bind("127.0.0.1:0")?;
    let address = server.addrs()[0];

    let reader = issuer.token().subject("alice").scope("invoices:read").sign();
    let other = issuer.token().subject("bob").sign();
    let late = issuer.token().subject("alice").expired().sign();
    let requests: &[support::Request<'_>] = &[
        ("/open/greeting", None, "200 hello stranger"),
        ("/open/greeting", Some(&reader), "200 hello alice"),
        ("/open/greeting", Some(&late), "401"),
        ("/api/me", None, "401"),
        ("/api/me", Some(&other), "200 you are bob"),
        ("/api/invoices", Some(&reader), "200 invoices of alice"),
        ("/api/invoices", Some(&other), "403"),
    ];
    support::serve(address, server.run(), requests).await
}
