//! tower and hyper, without a framework: the layers around any service of `http` requests.
//!
//! `cargo run --example tower_hyper`

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use portcullis_testing::TestIssuer;
use portcullis_tower::portcullis::{Authentication, requirement};
use portcullis_tower::{AuthLayer, RequireLayer};
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

mod support;

requirement! {
    /// May read invoices.
    pub ReadInvoices = all("invoices:read")
}

/// Reads what the layer left in the request.
async fn invoices(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let caller = request.extensions().get::<Authentication>().and_then(Authentication::caller);
    let subject = caller.and_then(|caller| caller.subject()).unwrap_or("nobody");
    Ok(Response::new(Full::from(format!("invoices of {subject}"))))
}

#[tokio::main]
async fn main() -> support::Outcome {
    // In production, the whole configuration is:
    // let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator();

    // The outer layer authenticates, the inner one demands the scope.
    let service = AuthLayer::new(auth).layer(RequireLayer::<ReadInvoices>::new().layer(service_fn(invoices)));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = async move {
        loop {
            let (stream, _) = listener.accept().await?;
            let service = TowerToHyperService::new(service.clone());
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    };

    let reader = issuer.token().subject("alice").scope("invoices:read").sign();
    let other = issuer.token().subject("bob").sign();
    let requests: &[support::Request<'_>] = &[
        ("/invoices", None, "401"),
        ("/invoices", Some(&reader), "200 invoices of alice"),
        ("/invoices", Some(&other), "403"),
        ("/invoices", Some("not.a.token"), "401"),
    ];
    support::serve(address, server, requests).await
}
