//! The built-in client against real sockets.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What a server does with a connection after it has read the request.
#[derive(Clone)]
enum Play {
    Send(Vec<u8>),
    /// One byte every 20 ms, for ever.
    Drip(Vec<u8>),
    /// The same bytes for ever.
    Endless(Vec<u8>),
    Close,
}

/// A server on loopback, and the requests it read.
async fn server(play: Play) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let journal = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, play.clone(), Arc::clone(&journal)));
        }
    });
    (url, requests)
}

async fn answer(mut stream: TcpStream, play: Play, journal: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    journal.lock().unwrap().push(String::from_utf8(request).unwrap().to_ascii_lowercase());
    match play {
        Play::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Waits for the client to close: whether it does is looked at by a test.
            let _ = stream.read_u8().await;
        }
        Play::Drip(head) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Play::Endless(head) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(&[b' '; 4096]).await.is_ok() {}
        }
        Play::Close => {}
    }
}

fn request(url: &str) -> FetchRequest {
    FetchRequest {
        url: url.to_owned(),
        accept: "application/json",
        if_none_match: None,
        timeout: Duration::from_secs(5),
        max_bytes: 1000,
    }
}

fn client() -> HttpFetch {
    HttpFetch::builder().no_proxy().build().unwrap()
}

fn ok(body: &str) -> Play {
    Play::Send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

#[tokio::test]
async fn status_fields_and_body_come_back() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: public\r\nCache-Control: max-age=60\r\n\
        Expires: 0\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nAge: 7\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\n{}";
    let (url, _) = server(Play::Send(head.as_bytes().to_vec())).await;
    let response = client().fetch(request(&url)).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, &b"{}"[..]));
    assert_eq!(response.content_type.as_deref(), Some("application/json"));
    assert_eq!(response.cache_control.as_deref(), Some("public, max-age=60"));
    assert_eq!(response.expires.as_deref(), Some("0"));
    assert_eq!(response.date.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_eq!((response.age.as_deref(), response.etag.as_deref()), (Some("7"), Some("\"1\"")));
}

/// PC-JWKS-7
#[tokio::test]
async fn a_request_carries_what_it_must_and_nothing_else() {
    let body = "HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Length: 2\r\n\r\n{}";
    let (url, requests) = server(Play::Send(body.as_bytes().to_vec())).await;
    let client = client();
    client.fetch(request(&url)).await.unwrap();
    client.fetch(FetchRequest { if_none_match: Some("\"1\"".to_owned()), ..request(&url) }).await.unwrap();
    let requests = requests.lock().unwrap();
    let lines = |request: &str| {
        let mut lines: Vec<_> = request.trim_end().lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("host: "));
        lines.sort();
        lines
    };
    let agent = format!("user-agent: portcullis/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines(&requests[0]), ["accept: application/json", "get /keys http/1.1", agent.as_str()]);
    let second = lines(&requests[1]);
    assert_eq!(second, ["accept: application/json", "get /keys http/1.1", "if-none-match: \"1\"", agent.as_str()]);
}

/// PC-JWKS-6, ATK-59
#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let (target, asked) = server(ok("{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Elsewhere\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        let (url, _) = server(Play::Send(head.into_bytes())).await;
        assert_eq!(client().fetch(request(&url)).await.unwrap().status, status);
    }
    assert!(asked.lock().unwrap().is_empty());
}

/// PC-JWKS-5, ATK-65
#[tokio::test]
async fn a_body_over_the_limit_is_given_up() {
    let fits = "a".repeat(1000);
    let (url, _) = server(ok(&fits)).await;
    assert_eq!(client().fetch(request(&url)).await.unwrap().body.len(), 1000);
    for play in [
        ok(&"a".repeat(1001)),
        Play::Endless(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec()),
        Play::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
    ] {
        let (url, _) = server(play).await;
        assert_eq!(client().fetch(request(&url)).await.unwrap_err(), FetchError::TooLarge);
    }
}

/// PC-JWKS-5, ATK-65
#[tokio::test]
async fn a_body_that_drips_runs_into_the_timeout() {
    let (url, _) = server(Play::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n".to_vec())).await;
    let hasty = FetchRequest { timeout: Duration::from_millis(200), ..request(&url) };
    assert_eq!(client().fetch(hasty).await.unwrap_err(), FetchError::Timeout);
}

/// ATK-65
#[tokio::test]
async fn a_compressed_body_is_not_unpacked() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00";
    let (url, _) = server(Play::Send(bytes.to_vec())).await;
    assert_eq!(client().fetch(request(&url)).await.unwrap().body, b"\x1f\x8b\x08\x00");
}

/// A connection left open is dead by the time of the next fetch, and belongs to a runtime that may be gone.
#[tokio::test]
async fn a_connection_serves_one_fetch() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let serve = tokio::spawn(async move {
        let mut accepted = Vec::new();
        for _ in 0..2 {
            let (mut stream, peer) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
            assert!(stream.read_u8().await.is_err(), "closed by the client");
            accepted.push(peer);
        }
        accepted.len()
    });
    let client = client();
    client.fetch(request(&url)).await.unwrap();
    client.fetch(request(&url)).await.unwrap();
    assert_eq!(serve.await.unwrap(), 2);
}

#[test]
fn a_client_outlives_the_runtime_it_was_first_used_on() {
    let client = client();
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (url, _) = server(ok("{}")).await;
            client.fetch(request(&url)).await.unwrap();
        });
    }
}

#[tokio::test]
async fn failures_are_told_apart_and_name_no_url() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/keys?secret=hunter2", listener.local_addr().unwrap())
    };
    let error = client().fetch(request(&closed)).await.unwrap_err();
    assert!(matches!(&error, FetchError::Connect(_)), "{error:?}");
    assert!(!error.to_string().contains("hunter2"), "{error}");

    let (url, _) = server(Play::Close).await;
    let error = client().fetch(request(&url)).await.unwrap_err();
    assert!(matches!(&error, FetchError::Other(_)), "{error:?}");

    let (url, _) = server(Play::Send(b"SSH-2.0-OpenSSH\r\n".to_vec())).await;
    assert!(matches!(client().fetch(request(&url)).await.unwrap_err(), FetchError::Other(_)));

    let (url, requests) = server(ok("{}")).await;
    let with_password = url.replace("http://", "http://user:hunter2@");
    let error = client().fetch(request(&with_password)).await.unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert!(requests.lock().unwrap().is_empty(), "no credentials are ever sent");
}

/// A server that does not speak TLS, and one that is silent in the middle of it.
#[tokio::test]
async fn https_is_tls_or_nothing_and_has_its_own_timeout() {
    let client = HttpFetch::builder().no_proxy().connect_timeout(Duration::from_millis(200)).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("https://{}/keys", listener.local_addr().unwrap());
    assert_eq!(client.fetch(request(&silent)).await.unwrap_err(), FetchError::Timeout);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
        }
    });
    let error = client.fetch(request(&silent)).await.unwrap_err();
    assert!(matches!(error, FetchError::Connect(_)), "{error:?}");
}

#[tokio::test]
async fn a_proxy_is_used_and_its_password_never_shown() {
    let (url, requests) = server(ok("{}")).await;
    let proxy = url.replace("http://", "http://user:hunter2@").replace("/keys", "");
    let builder = HttpFetch::builder().proxy(proxy);
    assert!(!format!("{builder:?}").contains("hunter2"));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?}").contains("hunter2"));
    client.fetch(request("http://login.example.com/keys")).await.unwrap();
    assert!(requests.lock().unwrap()[0].starts_with("get http://login.example.com/keys http/1.1"));
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    let refused = |builder: HttpFetchBuilder| builder.build().unwrap_err();
    assert_eq!(refused(HttpFetch::builder().proxy("user:hunter2@[")), HttpFetchError::Proxy);
    assert_eq!(refused(HttpFetch::builder().user_agent("a\nb")), HttpFetchError::UserAgent);
    assert_eq!(refused(HttpFetch::builder().root_certificate_pem("")), HttpFetchError::RootCertificate);
    assert_eq!(refused(HttpFetch::builder().only_given_root_certificates()), HttpFetchError::RootCertificate);
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    assert_eq!(refused(HttpFetch::builder().root_certificate_pem(broken)), HttpFetchError::RootCertificate);
}
