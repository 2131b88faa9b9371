use std::time::Duration;

use aws_lc_rs::digest;
use portcullis::Algorithm;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::check::{claims, verified};
use crate::encoding::base64url;

const CALLBACK: &str = "https://app.test/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// `None` when the connection breaks off before an answer.
async fn send(server: &TestServer, method: &str, path: &str, headers: &str, body: &str) -> Option<Reply> {
    let mut stream = TcpStream::connect(server.address()).await.ok()?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut raw = Vec::new();
    let _ = stream.read_to_end(&mut raw).await;
    let end = raw.windows(4).position(|octets| octets == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Reply { status, head, body: raw[end + 4..].to_vec() })
}

async fn get(server: &TestServer, path: &str) -> Reply {
    send(server, "GET", path, "", "").await.expect("an answer")
}

async fn post_token(server: &TestServer, headers: &str, body: &str) -> Reply {
    send(server, "POST", "/token", &format!("{FORM}{headers}"), body).await.expect("an answer")
}

fn basic(id: &str, secret: &str) -> String {
    format!("Authorization: Basic {}\r\n", base64_simd::STANDARD.encode_to_string(format!("{id}:{secret}")))
}

/// PC-TA-1, PC-TA-4
#[test]
fn servers_listen_on_loopback_each_on_a_port_of_its_own() {
    let servers = [TestServer::start(), TestServer::start(), TestServer::builder().path("/tenant").start()];
    for (place, server) in servers.iter().enumerate() {
        let address = server.address();
        assert!(address.ip().is_loopback() && address.port() != 0, "{address}");
        assert!(servers[..place].iter().all(|other| other.address() != address), "{address}");
        assert!(server.url().starts_with(&format!("http://{address}")), "{}", server.url());
    }
}

/// RFC8414-3.2-ta
#[tokio::test]
async fn discovery_is_served_at_every_form_of_path_with_the_exact_issuer() {
    let server = TestServer::builder().path("/tenant/").start();
    assert!(server.url().ends_with("/tenant/"));
    let origin = format!("http://{}", server.address());
    let urls = server.issuer().discovery_urls();
    assert_eq!(urls.len(), 3);
    for url in urls {
        let reply = get(&server, url.strip_prefix(&origin).unwrap()).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        assert_eq!(reply.json()["issuer"], server.url());
        assert_eq!(reply.json()["token_endpoint"], server.token_url());
    }
    assert_eq!(server.count(Endpoint::Discovery), 3);
    assert_eq!(get(&server, "/.well-known/openid-configuration").await.status, 404);
    assert_eq!(get(&server, "/tenant/jwks").await.body, server.issuer().jwks().into_bytes());
}

/// PC-TA-3
#[tokio::test]
async fn a_form_that_is_not_served_is_not_found() {
    let server = TestServer::builder().serve_forms([WellKnown::OpenId]).start();
    assert_eq!(get(&server, "/.well-known/oauth-authorization-server").await.status, 404);
    assert_eq!(get(&server, "/.well-known/openid-configuration").await.status, 200);
}

/// OIDCC-10.1.1-ta
#[tokio::test]
async fn keys_rotate_over_the_wire_and_an_unchanged_set_is_304() {
    let server = TestServer::start();
    let first = get(&server, "/jwks").await;
    let tag = format!("If-None-Match: {}\r\n", first.header("etag").unwrap());
    let again = send(&server, "GET", "/jwks", &tag, "").await.unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
    server.issuer().rotate_without_overlap();
    let after = send(&server, "GET", "/jwks", &tag, "").await.unwrap();
    assert_eq!(after.json()["keys"][0]["kid"], server.issuer().current_kid());
    assert_ne!(after.body, first.body);
}

/// PC-TA-3
#[tokio::test]
async fn each_script_does_over_the_wire_what_it_says() {
    let server = TestServer::start();
    let jwks = || server.at(Endpoint::Jwks);
    jwks().times(1).status(503);
    assert_eq!(get(&server, "/jwks").await.status, 503);
    assert_eq!(get(&server, "/jwks").await.status, 200);
    jwks().redirect("https://evil.test/jwks");
    let reply = get(&server, "/jwks").await;
    assert_eq!((reply.status, reply.header("location")), (302, Some("https://evil.test/jwks")));
    jwks().html();
    assert!(get(&server, "/jwks").await.header("content-type").unwrap().starts_with("text/html"));
    jwks().huge(300_000);
    assert_eq!(get(&server, "/jwks").await.body.len(), 300_000);
    jwks().empty_keys();
    assert_eq!(get(&server, "/jwks").await.body, br#"{"keys":[]}"#);
    jwks().json(crate::BadKeySet::Truncated.document(server.issuer()));
    assert!(get(&server, "/jwks").await.json().is_null());
    jwks().fail();
    assert!(send(&server, "GET", "/jwks", "", "").await.is_none());
    jwks().cut_off();
    let reply = get(&server, "/jwks").await;
    let announced: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert!(reply.body.len() < announced);
    jwks().slow(Duration::from_millis(1));
    jwks().cache_control("max-age=5");
    assert_eq!(get(&server, "/jwks").await.header("cache-control"), Some("max-age=5"));
    server.everywhere().status(500);
    assert_eq!(get(&server, "/nowhere").await.status, 500);
}

/// PC-TA-3
#[tokio::test]
async fn an_endless_body_goes_on_until_the_reader_has_enough() {
    let server = TestServer::start();
    server.at(Endpoint::Jwks).endless(Duration::ZERO);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(b"GET /jwks HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut some = vec![0; 1024 * 1024];
    stream.read_exact(&mut some).await.unwrap();
}

#[tokio::test]
async fn a_request_that_hangs_is_in_the_journal_and_is_answered_when_released() {
    let server = TestServer::start();
    server.at(Endpoint::Jwks).hang();
    let waiting = tokio::spawn({
        let server = server.clone();
        async move { get(&server, "/jwks").await.status }
    });
    server.journal().reached("/jwks", 1).await;
    assert_eq!(get(&server, "/.well-known/openid-configuration").await.status, 200);
    assert!(!waiting.is_finished());
    server.at(Endpoint::Jwks).release();
    assert_eq!(waiting.await.unwrap(), 200);
}

#[tokio::test]
async fn a_stopped_server_refuses_connections_and_comes_back_on_the_same_port() {
    let server = TestServer::start();
    let mut kept = TcpStream::connect(server.address()).await.unwrap();
    kept.write_all(b"GET /jwks HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    server.journal().reached("/jwks", 1).await;
    server.stop();
    server.stop();
    assert!(TcpStream::connect(server.address()).await.is_err());
    let _ = kept.read_to_end(&mut Vec::new()).await;
    server.resume().unwrap();
    server.resume().unwrap();
    assert_eq!(get(&server, "/jwks").await.status, 200);
}

#[test]
fn a_server_outlives_the_runtime_it_was_started_in_and_ends_with_its_last_handle() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime().block_on(async { TestServer::start() });
    assert_eq!(runtime().block_on(get(&server, "/jwks")).status, 200);
    let address = server.address();
    assert!(address.ip().is_loopback());
    drop(server.clone());
    assert!(std::net::TcpStream::connect(address).is_ok());
    drop(server);
    assert!(std::net::TcpStream::connect(address).is_err());
}

/// RFC 6749 §4.4, §2.3.1
#[tokio::test]
async fn a_client_gets_a_token_with_basic_or_with_the_form() {
    let server = TestServer::builder()
        .issuer(|issuer| issuer.algorithm(Algorithm::ES256).audience("https://api.example.com"))
        .client("a b", "p:%+")
        .start();
    let form = "grant_type=client_credentials&scope=invoices%3Aread+x";
    let by_form = format!("{form}&client_id=test-client&client_secret=test-secret");
    let replies = [
        (post_token(&server, &basic("test-client", "test-secret"), form).await, "test-client"),
        (post_token(&server, "", &by_form).await, "test-client"),
        (post_token(&server, &basic("a+b", "p%3A%25%2B"), form).await, "a b"),
    ];
    for (reply, client) in replies {
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let answer = reply.json();
        assert_eq!((&answer["token_type"], &answer["scope"]), (&"Bearer".into(), &"invoices:read x".into()));
        let token = answer["access_token"].as_str().unwrap();
        assert!(verified(server.issuer(), token));
        let claims = claims(token);
        assert_eq!(claims["iss"], server.url());
        assert_eq!((&claims["sub"], &claims["client_id"]), (&client.into(), &client.into()));
        assert_eq!((&claims["aud"], &claims["scope"]), (&"https://api.example.com".into(), &"invoices:read x".into()));
    }
}

/// RFC 6749 §5.2
#[tokio::test]
async fn a_bad_token_request_gets_the_error_of_its_kind() {
    let server = TestServer::builder().public_client("app", CALLBACK).start();
    let (good, wrong) = (basic("test-client", "test-secret"), basic("test-client", "wrong"));
    let form = "grant_type=client_credentials";
    let cases = [
        (wrong.as_str(), form.to_owned(), 401, "invalid_client"),
        (basic("nobody", "x").leak(), form.into(), 401, "invalid_client"),
        ("", form.into(), 401, "invalid_client"),
        ("Authorization: Bearer x\r\n", form.into(), 401, "invalid_client"),
        (&good, format!("{form}&client_secret=test-secret"), 400, "invalid_request"),
        (&good, format!("{form}&client_id=app"), 400, "invalid_request"),
        (&good, format!("{form}&scope=a&scope=b"), 400, "invalid_request"),
        (&good, "scope=a".into(), 400, "invalid_request"),
        (&good, "grant_type=password".into(), 400, "unsupported_grant_type"),
        (&good, format!("{form}&scope=%22"), 400, "invalid_scope"),
        (&good, format!("{form}&resource=relative"), 400, "invalid_target"),
        (&good, format!("{form}&resource=https%3A%2F%2Fa.test%2F%23x"), 400, "invalid_target"),
        ("", format!("{form}&client_id=app"), 400, "unauthorized_client"),
    ];
    for (headers, body, status, error) in cases {
        let reply = post_token(&server, headers, &body).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (status, Some(error)), "{headers}{body}");
        assert_eq!(reply.header("www-authenticate").is_some(), status == 401);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    let json = send(&server, "POST", "/token", &format!("Content-Type: application/json\r\n{good}"), form).await;
    assert_eq!(json.unwrap().json()["error"], "invalid_request");
    assert_eq!(get(&server, "/token").await.status, 405);
}

/// RFC 8707 §2
#[tokio::test]
async fn resource_chooses_the_audience() {
    let server = TestServer::start();
    let good = basic("test-client", "test-secret");
    let form = "grant_type=client_credentials&resource=https%3A%2F%2Fone.test";
    let aud = |reply: Reply| claims(reply.json()["access_token"].as_str().unwrap())["aud"].clone();
    assert_eq!(aud(post_token(&server, &good, form).await), "https://one.test");
    let both = format!("{form}&resource=urn:two");
    assert_eq!(aud(post_token(&server, &good, &both).await), serde_json::json!(["https://one.test", "urn:two"]));
}

fn challenge() -> String {
    base64url(digest::digest(&digest::SHA256, VERIFIER.as_bytes()))
}

fn authorize(extra: &str) -> String {
    let challenge = challenge();
    format!(
        "/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback&state=s+1\
         &code_challenge={challenge}&code_challenge_method=S256{extra}"
    )
}

fn exchange(code: &str) -> String {
    format!(
        "grant_type=authorization_code&client_id=app&code={code}&code_verifier={VERIFIER}\
         &redirect_uri=https%3A%2F%2Fapp.test%2Fcallback"
    )
}

async fn code(server: &TestServer) -> String {
    let reply = get(server, &authorize("&scope=invoices:read")).await;
    let location = reply.header("location").unwrap();
    let (_, rest) = location.split_once("code=").unwrap();
    rest.split('&').next().unwrap().to_owned()
}

fn with_app() -> TestServer {
    TestServer::builder().user("alice").public_client("app", CALLBACK).public_client("other", CALLBACK).start()
}

/// RFC 6749 §4.1, RFC 7636 §4, RFC 9207 §2
#[tokio::test]
async fn a_code_with_its_verifier_becomes_a_token_for_the_user_once() {
    let server = with_app();
    let reply = get(&server, &authorize("&scope=invoices:read")).await;
    let location = reply.header("location").unwrap().to_owned();
    assert_eq!(reply.status, 302);
    assert!(location.starts_with("https://app.test/callback?code=") && location.contains("&state=s%201&iss=http%3A"));

    let code = code(&server).await;
    let reply = post_token(&server, "", &exchange(&code)).await;
    let token = reply.json()["access_token"].as_str().unwrap().to_owned();
    assert!(verified(server.issuer(), &token));
    let claims = claims(&token);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&"alice".into(), &"app".into()));
    assert_eq!(claims["scope"], "invoices:read");

    let again = post_token(&server, "", &exchange(&code)).await;
    assert_eq!((again.status, &again.json()["error"]), (400, &"invalid_grant".into()));
}

/// RFC 7636 §4.6, RFC 6749 §4.1.3
#[tokio::test]
async fn a_code_is_worth_nothing_to_anybody_else() {
    let server = with_app();
    let changes = [
        (VERIFIER, "another-verifier-another-verifier-another-ver", "invalid_grant"),
        (VERIFIER, "", "invalid_request"),
        ("callback", "elsewhere", "invalid_grant"),
        ("client_id=app", "client_id=other", "invalid_grant"),
    ];
    for (from, to, error) in changes {
        let form = exchange(&code(&server).await).replace(from, to);
        let reply = post_token(&server, "", &form).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some(error)), "{to}");
    }
    let late = code(&server).await;
    server.issuer().clock().advance(Duration::from_secs(60));
    assert_eq!(post_token(&server, "", &exchange(&late)).await.json()["error"], "invalid_grant");
    let in_time = code(&server).await;
    server.issuer().clock().advance(Duration::from_secs(59));
    assert_eq!(post_token(&server, "", &exchange(&in_time)).await.status, 200);
}

/// RFC 6749 §4.1.2.1, RFC 7636 §4.4.1
#[tokio::test]
async fn a_bad_authorization_request_is_redirected_only_to_a_known_place() {
    let server = with_app();
    let shown = [("client_id=app", "client_id=nobody"), ("app.test", "evil.test"), ("state=", "client_id=")];
    for (from, to) in shown {
        let reply = get(&server, &authorize("").replace(from, to)).await;
        assert_eq!((reply.status, reply.header("location")), (400, None), "{to}");
    }
    let redirected = [
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("S256", "plain", "invalid_request"),
        ("&code_challenge_method=S256", "", "invalid_request"),
        ("code_challenge=", "x=", "invalid_request"),
        ("&state", "&resource=x&state", "invalid_target"),
    ];
    for (from, to, error) in redirected {
        let reply = get(&server, &authorize("").replacen(from, to, 1)).await;
        let location = reply.header("location").unwrap();
        assert!(location.starts_with(&format!("{CALLBACK}?error={error}&state=")), "{location}");
    }
}

/// PC-TA-5
#[tokio::test]
async fn the_journal_has_every_request_and_no_secret() {
    let server = with_app();
    let code = code(&server).await;
    post_token(&server, &basic("test-client", "test-secret"), "grant_type=client_credentials&scope=a").await;
    post_token(&server, "", &exchange(&code)).await;
    get(&server, "/favicon.ico?x=1").await;
    let journal = server.journal();
    let paths: Vec<String> = journal.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/authorize", "/token", "/token", "/favicon.ico"]);
    let request = journal.requests().remove(1);
    assert_eq!((request.value("scope"), request.method.as_str()), (Some("a"), "POST"));
    assert!(request.header_names.contains(&"authorization".to_owned()));
    let shown = format!("{journal:?} {server:?}");
    for secret in [code.as_str(), VERIFIER, "dGVzdC1jbGllbnQ", "test-secret"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert_eq!((server.count(Endpoint::Token), journal.count("/token"), server.count(Endpoint::Jwks)), (2, 2, 0));
    journal.clear();
    assert_eq!(journal.total(), 0);
}
