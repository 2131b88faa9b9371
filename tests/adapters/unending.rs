//! Bodies of logout requests on a real connection that are announced and never end.

use std::net::SocketAddr;

use actix_web::{App, HttpServer};
use axum::Router;
use portcullis::{BackChannelLogout, Revocations};
use portcullis_testing::TestIssuer;
use tokio::net::TcpListener;

use crate::sockets::answer;

/// Both frameworks with the endpoint alone, each on a port of its own, until the runtime ends.
async fn servers(logout: &BackChannelLogout) -> [(&'static str, SocketAddr); 2] {
    let app = Router::new().route_service("/logout", portcullis_axum::LogoutService::new(logout.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let axum = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, app).await });

    let logout = logout.clone();
    let app = move || App::new().service(portcullis_actix::logout_resource("/logout", logout.clone()));
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let actix = server.addrs()[0];
    tokio::spawn(server.run());
    [("axum", axum), ("actix-web", actix)]
}

/// OIDC-BCL-2.8-a: as soon as it is clear that a request is not good it is answered, whatever else would come.
#[actix_web::test]
async fn no_more_of_a_body_is_waited_for_than_a_logout_may_have() {
    let issuer = TestIssuer::new();
    let auth = issuer.authenticator_builder().revocations(Revocations::with_clock(issuer.clock()));
    let auth = auth.build().expect("a good configuration");
    let logout = BackChannelLogout::builder(&auth, issuer.url(), "test-client").build().expect("a good configuration");
    let request = |content_type: &str, announced: usize, body: &str| {
        format!(
            "POST /logout HTTP/1.1\r\nHost: api.test\r\nContent-Type: {content_type}\r\n\
             Content-Length: {announced}\r\nConnection: close\r\n\r\n{body}"
        )
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    for (server, address) in servers(&logout).await {
        let whole = format!("logout_token={}", issuer.logout_token().sign());
        let status = async |request: String| answer(address, request.as_bytes()).await.0;
        assert_eq!(status(request(FORM, whole.len(), &whole)).await, 200, "{server}");
        let long = format!("{whole}&x={}", "x".repeat(20 * 1024));
        assert_eq!(status(request(FORM, 1 << 30, &long)).await, 400, "{server}: too long already");
        assert_eq!(status(request("application/json", 1 << 30, "")).await, 400, "{server}: no form");
    }
}
