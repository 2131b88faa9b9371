//! Keys fetched through a proxy or with a certificate authority of one's own, or by one's own HTTP client.
//!
//! `cargo run --example own_http_client`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::Authenticator;
use portcullis_axum::portcullis::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use portcullis_axum::portcullis::fetch::{HttpFetch, HttpFetchError};
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::{Endpoint, TestServer};
use tokio::net::TcpListener;

mod support;

/// Usually enough: the built-in client with other settings, for `Authenticator::builder(…).fetch_with(…)`.
fn behind_a_company_proxy() -> Result<HttpFetch, HttpFetchError> {
    let authority = include_str!("support/company-ca.pem");
    HttpFetch::builder().proxy("http://proxy.example.com:3128").root_certificate_pem(authority).build()
}

/// Otherwise: a client that the program already has. Redirects and cookies are off in it.
#[derive(Debug, Clone)]
struct OwnClient(reqwest::Client);

impl Fetch for OwnClient {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let client = self.0.clone();
        Box::pin(async move {
            let mut get = client.get(&request.url).header("accept", request.accept).timeout(request.timeout);
            if let Some(tag) = &request.if_none_match {
                get = get.header("if-none-match", tag);
            }
            let mut answer = get.send().await.map_err(failed)?;
            let mut response = FetchResponse::new(answer.status().as_u16(), Vec::new());
            for (name, value) in answer.headers() {
                response = response.with_header(name.as_str(), value.to_str().unwrap_or_default());
            }
            while let Some(chunk) = answer.chunk().await.map_err(failed)? {
                response.body.extend_from_slice(&chunk);
                if response.body.len() > request.max_bytes {
                    return Err(FetchError::TooLarge);
                }
            }
            Ok(response)
        })
    }
}

/// Without the URL, which may carry what should not be in a log.
fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() { FetchError::Timeout } else { FetchError::Connect(error.without_url().to_string()) }
}

async fn me(caller: Authenticated) -> String {
    format!("you are {}", caller.subject().unwrap_or("a client"))
}

#[tokio::main]
async fn main() -> support::Outcome {
    behind_a_company_proxy()?;
    let server = TestServer::builder().issuer(|issuer| issuer.real_time()).start();
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    let auth = Authenticator::builder(server.url(), server.issuer().audience())
        .allow_loopback_http()
        .fetch_with(OwnClient(client))
        .build()?;

    let app = Router::new().route("/me", get(me)).layer(AuthLayer::new(auth));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let alice = server.issuer().token().subject("alice").sign();
    let requests: &[support::Request<'_>] = &[("/me", Some(&alice), "200 you are alice"), ("/me", None, "401")];
    support::serve(address, axum::serve(listener, app), requests).await?;
    assert_eq!(server.count(Endpoint::Jwks), 1, "the keys came through the client above");
    Ok(())
}
