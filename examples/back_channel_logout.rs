//! A user logs out at the authorization server, and the API refuses the session's access tokens from then on.
//!
//! `cargo run --example back_channel_logout`

use std::error::Error;
use std::future::IntoFuture;

use axum::{Router, routing::get};
use portcullis_axum::portcullis::{Authenticator, BackChannelLogout, Revocations};
use portcullis_axum::{AuthLayer, Authenticated, LogoutService};
use portcullis_testing::TestServer;
use tokio::net::TcpListener;

const API: &str = "https://api.example.com";
/// The client that the URL of the endpoint is registered for at the authorization server.
const CLIENT: &str = "test-client";

async fn me(caller: Authenticated) -> String {
    format!("you are {}", caller.subject().unwrap_or("a client"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = TestServer::builder().issuer(|issuer| issuer.real_time().audience(API)).start();

    // One list, which the endpoint writes and the layer reads. With an issuer on https `allow_loopback_http` goes.
    let auth = Authenticator::builder(server.url(), API).revocations(Revocations::new()).allow_loopback_http();
    let auth = auth.build()?;
    let logout = BackChannelLogout::builder(&auth, server.url(), CLIENT).build()?;
    let app = Router::new()
        .route("/me", get(me))
        .layer(AuthLayer::new(auth))
        // After the layer: the authorization server has no access token to show.
        .route_service("/backchannel-logout", LogoutService::new(logout));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let api = format!("http://{}", listener.local_addr()?);
    let serving = tokio::spawn(axum::serve(listener, app).into_future());

    // Alice has logged in on two machines, and each has an access token with the session's `sid`.
    let token = |sid: &str| server.issuer().token().subject("alice").session(sid).sign();
    let (desk, phone) = (token("desk"), token("phone"));
    // What the authorization server posts when she logs out on one of them.
    let logout_token = server.issuer().logout_token().subject("alice").session("desk").sign();

    // A proxy from the environment has no way to this machine's loopback.
    let client = reqwest::Client::builder().no_proxy().build()?;
    let me = |token: &str| client.get(format!("{api}/me")).bearer_auth(token).send();
    let post = |token: &str| {
        let request = client.post(format!("{api}/backchannel-logout"));
        request.header("content-type", "application/x-www-form-urlencoded").body(format!("logout_token={token}")).send()
    };
    let story = [
        ("at the desk", me(&desk).await?, 200),
        ("on the phone", me(&phone).await?, 200),
        ("logout at the desk", post(&logout_token).await?, 200),
        ("at the desk", me(&desk).await?, 401),
        ("on the phone", me(&phone).await?, 200),
        ("the same logout again", post(&logout_token).await?, 400),
        ("an access token for a logout token", post(&phone).await?, 400),
    ];
    let mut wrong = 0;
    for (what, answer, expected) in &story {
        println!("{what}: {}", answer.status());
        wrong += usize::from(answer.status() != *expected);
    }
    if wrong > 0 {
        return Err(format!("{wrong} not as expected").into());
    }
    if !std::env::args().any(|argument| argument == "--once") {
        let logout_token = server.issuer().logout_token().subject("alice").session("phone").sign();
        println!("\ncurl -i {api}/me -H \"Authorization: Bearer {phone}\"");
        println!(
            "\ncurl -i {api}/backchannel-logout -d logout_token={logout_token} # within two minutes\n\nServing until Ctrl-C."
        );
        serving.await??;
    }
    Ok(())
}
