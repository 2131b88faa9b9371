//! An authorization server and a protected API on this machine, played against each other over real HTTP.
//!
//! `cargo run --example quickstart` tells the story and goes on serving; `-- --once` ends after the story.

use std::error::Error;
use std::future::IntoFuture;
use std::process::ExitCode;

use axum::middleware::map_response_with_state;
use axum::{Router, response::Response, routing::get};
use portcullis_axum::portcullis::{AuthError, Authenticator, requirement};
use portcullis_axum::{AuthLayer, Scoped};
use portcullis_testing::TestServer;
use tokio::net::TcpListener;

#[path = "quickstart/client.rs"]
mod client;
#[path = "quickstart/story.rs"]
mod story;
#[path = "quickstart/table.rs"]
mod table;

use client::Client;
use story::{OperatorLog, Told};

/// What the API is known as: `aud` of the tokens that are meant for it.
const API: &str = "https://api.example.com";

requirement! {
    /// May read invoices.
    pub ReadInvoices = all("invoices:read")
}

/// The protected handler.
async fn invoices(caller: Scoped<ReadInvoices>) -> String {
    format!("invoices of {}\n", caller.subject().unwrap_or("nobody"))
}

/// Keeps the reason of a refusal, which the client is not told. A real service has it in its log.
async fn note(log: axum::extract::State<OperatorLog>, response: Response) -> Response {
    if let Some(error) = response.extensions().get::<AuthError>() {
        log.note(error);
    }
    response
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    // The authorization server: its own port, its own thread, tokens dated by the real time.
    let server = TestServer::builder().issuer(|issuer| issuer.real_time().audience(API)).start();

    // The API. With an issuer on https the line in the middle goes.
    let auth = Authenticator::builder(server.url(), API).allow_loopback_http().build()?;
    let log = OperatorLog::default();
    let app = Router::new()
        .route("/invoices", get(invoices))
        .layer(AuthLayer::new(auth))
        .layer(map_response_with_state(log.clone(), note));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = Client::new(format!("http://{}", listener.local_addr()?), server.clone())?;
    let api = tokio::spawn(axum::serve(listener, app).into_future());

    println!("authorization server  {}\nprotected API         {}\n", server.url(), client.api());
    let Told { rows, good, narrow } = story::tell(&client, &server, &log).await?;
    let as_expected = table::print(&rows);
    if std::env::args().any(|argument| argument == "--once") {
        return Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    println!("{}", client.lines_to_paste(&good, &narrow));
    api.await??;
    Ok(ExitCode::SUCCESS)
}
