//! The server tried against a scripted authorization server, when there is no other at hand.

use portcullis_testing::TestServer;
use tokio::net::TcpListener;

use crate::api;
use crate::settings::Settings;
use crate::support;

pub(crate) async fn play() -> support::Outcome {
    let audience = "http://127.0.0.1:8080";
    let server = TestServer::builder().issuer(|issuer| issuer.real_time().audience(audience)).start();
    let environment = [("ISSUER", server.url()), ("BASE", audience), ("PROFILE", "rfc9068")];
    let variable = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
    let settings = Settings::read(variable)?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let token = || server.issuer().token().subject("alice").client("app");
    let (reader, writer) = (token().scope("api:read").sign(), token().scope("api:read api:write").sign());
    let loose = token().scope("api:read").header("typ", "JWT").sign();
    let expired = token().scope("api:read").expired().sign();
    let requests: &[support::Request<'_>] = &[
        ("/healthz", None, "200 fine"),
        ("/api/read", None, "401"),
        ("/api/read", Some(&reader), r#"200 {"sub":"alice","client_id":"app","scope":["api:read"]}"#),
        ("/api/write", Some(&reader), "403"),
        ("/api/write", Some(&writer), r#"200 {"sub":"alice","client_id":"app","scope":["api:read","api:write"]}"#),
        ("/api/read", Some(&loose), "401"),
        ("/api/read", Some(&expired), "401"),
    ];
    support::serve(address, axum::serve(listener, api::router(settings.authenticator)), requests).await
}
