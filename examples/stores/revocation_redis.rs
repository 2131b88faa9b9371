//! Two instances of a service that share what is revoked through Redis: a logout at one counts at the other.
//!
//! `cargo run --example revocation_redis`, with the address of a Redis in `REDIS_URL` or a `redis-server` on the `PATH`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Router};
use portcullis::Revocations;
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_redis::RedisRevocations;
use portcullis_testing::{ManualClock, TestIssuer};
use tokio::net::TcpListener;

#[path = "revocation_redis/redis.rs"]
mod redis;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

async fn orders(caller: Authenticated) -> String {
    format!("orders of {}", caller.subject().unwrap_or("a client"))
}

/// Takes back the token that it was called with. 204 means that every instance knows, or learns of it before it is in step
/// again; 503 that for now it counts here only, and is sent to the others as soon as that can be done.
async fn logout(caller: Authenticated, Extension(shared): Extension<RedisRevocations>) -> StatusCode {
    let Some(jti) = caller.token_id() else { return StatusCode::CONFLICT };
    let until = caller.expires_at().unwrap_or_else(|| SystemTime::now() + Duration::from_secs(24 * 3600));
    match shared.revoke_token(caller.issuer(), jti, until).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// One instance; in production each is a process, on a machine of its own.
async fn instance(issuer: &TestIssuer, redis: &str) -> Outcome<SocketAddr> {
    let revocations = Revocations::new();
    // Waits until the list is in step: an instance that knows nothing yet accepts nobody.
    let shared = RedisRevocations::connect(redis, &revocations).await?;
    // In production: Authenticator::builder("https://login.example.com/", "https://api.example.com")
    let auth = issuer.authenticator_builder().revocations(revocations).build()?;
    let app = Router::new()
        .route("/orders", get(orders))
        .route("/logout", post(logout))
        .layer(AuthLayer::new(auth))
        .layer(Extension(shared));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let Some(redis) = redis::find_or_start().await? else {
        println!("left out: set REDIS_URL to the address of a Redis, or install redis-server");
        return Ok(());
    };
    let issuer = Arc::new(TestIssuer::builder().clock(ManualClock::ticking()).build());
    let (one, two) = (instance(&issuer, redis.url()).await?, instance(&issuer, redis.url()).await?);
    // Another one in each run: a Redis that stays knows the last one as revoked.
    let jti = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos().to_string();
    let token = issuer.token().subject("alice").claim("jti", jti).sign();
    let field = format!("-H \"Authorization: Bearer {token}\"");
    println!("# 200 at both\ncurl -i http://{one}/orders {field}\ncurl -i http://{two}/orders {field}\n");
    println!("# 204, and 401 at both from then on\ncurl -i -X POST http://{one}/logout {field}\n");
    if !std::env::args().any(|argument| argument == "--once") {
        println!("Serving on http://{one} and http://{two} until Ctrl-C.");
        return std::future::pending().await;
    }
    check(one, two, &token).await
}

/// Plays it through.
async fn check(one: SocketAddr, two: SocketAddr, token: &str) -> Outcome<()> {
    // A proxy from the environment has no way to this machine's loopback.
    let client = reqwest::Client::builder().no_proxy().build()?;
    let status = async |request: reqwest::RequestBuilder| -> Outcome<u16> {
        Ok(request.bearer_auth(token).send().await?.status().as_u16())
    };
    let orders = async |at: SocketAddr| status(client.get(format!("http://{at}/orders"))).await;
    let before = (orders(one).await?, orders(two).await?);
    let logout = status(client.post(format!("http://{one}/logout"))).await?;
    let mut after = (orders(one).await?, orders(two).await?);
    // The other one hears of it within a round trip, which is not a promise to the millisecond.
    for _ in 0..1000 {
        if after.1 == 401 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        after.1 = orders(two).await?;
    }
    println!("before {before:?}, logout at the first {logout}, after {after:?}");
    match (before, logout, after) {
        ((200, 200), 204, (401, 401)) => Ok(()),
        _ => Err("not as expected".into()),
    }
}
