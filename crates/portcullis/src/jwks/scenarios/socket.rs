//! The whole way once: the system's clock, the built-in client, a socket.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::clock::SystemClock;
use crate::fetch::HttpFetch;

#[tokio::test]
async fn keys_are_discovered_and_fetched_over_http_on_loopback() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/t", listener.local_addr().unwrap());
    let served = issuer.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            let path = String::from_utf8(request).unwrap().split(' ').nth(1).unwrap().to_owned();
            let (status, body) = match path.as_str() {
                "/t/.well-known/openid-configuration" => {
                    (200, format!(r#"{{"issuer":"{served}","jwks_uri":"{served}/keys"}}"#))
                }
                "/t/keys" => (200, document(&["a"])),
                _ => (404, String::new()),
            };
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).await.unwrap();
        }
    });
    let mut config = RemoteConfig::new(issuer.as_str(), Location::Discover, policy());
    config.allow_loopback_http = true;
    let fetch = HttpFetch::builder().no_proxy().build().unwrap();
    let keys = RemoteKeys::new(config, Arc::new(fetch), Arc::new(SystemClock::new()));
    assert!(keys.current().is_none());
    let Demand::Wait(wait) = keys.demand(Some("a")) else { panic!() };
    assert_eq!(wait.await, WaitOutcome::Published, "{:?}", keys.status());
    assert!(keys.current().unwrap().keys.contains_kid("a"));
    assert_eq!(keys.status().issuer, issuer);
}
