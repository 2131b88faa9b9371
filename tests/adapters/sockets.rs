//! Octets on a real connection, where a framework's own HTTP reading comes first.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use axum::Router;
use axum::routing::any;
use portcullis::Authenticator;
use portcullis_testing::{ManualClock, TestIssuer, TestKeys};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A guard, not a measure: an answer takes far less.
const PATIENCE: Duration = Duration::from_secs(20);

/// Both frameworks with one protected route, each on a port of its own, until the runtime ends.
async fn servers(auth: &Authenticator) -> [(&'static str, SocketAddr); 2] {
    let app = Router::new().route("/", any(|_: portcullis_axum::Authenticated| async { "in" }));
    let app = app.layer(portcullis_axum::AuthLayer::new(auth.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let axum = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, app).await });

    let auth = auth.clone();
    let app = move || {
        let handler = |_: portcullis_actix::Authenticated| async { "in" };
        App::new().wrap(portcullis_actix::AuthMiddleware::new(auth.clone())).route("/", web::to(handler))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let actix = server.addrs()[0];
    tokio::spawn(server.run());
    [("axum", axum), ("actix-web", actix)]
}

/// Sends one request on a connection of its own and takes status and challenge of the answer.
pub(crate) async fn answer(server: SocketAddr, request: &[u8]) -> (u16, Option<String>) {
    let exchange = async {
        let (mut reading, mut writing) = TcpStream::connect(server).await?.into_split();
        let request = request.to_vec();
        // A server may answer, and close, before it has read all.
        let sent = tokio::spawn(async move { writing.write_all(&request).await.map(|()| writing) });
        let mut received = Vec::new();
        while !received.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut buffer = [0; 4096];
            match reading.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => received.extend_from_slice(&buffer[..read]),
            }
        }
        drop(sent.await);
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&received).into_owned())
    };
    let head = tokio::time::timeout(PATIENCE, exchange).await.expect("an answer in time").expect("a connection");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head:?}"));
    let challenge = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("www-authenticate").then(|| value.trim().to_owned())
    });
    (status, challenge)
}

fn get(fields: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: api.test\r\n{fields}Connection: close\r\n\r\n").into_bytes()
}

/// RFC9110-6.5.1-a, ATK-51: what comes after the body is not the head of the request.
#[actix_web::test]
async fn a_credential_in_the_trailers_is_none() {
    let issuer = TestIssuer::new();
    let field = format!("Authorization: Bearer {}\r\n", issuer.token().sign());
    let chunked = |head: &str, trailers: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: api.test\r\n{head}Connection: close\r\nTE: trailers\r\nTrailer: Authorization\r\n\
             Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n{trailers}\r\n"
        )
    };
    for (server, address) in servers(&issuer.authenticator()).await {
        let bare = (401, Some(r#"Bearer realm="api""#.to_owned()));
        assert_eq!(answer(address, chunked("", &field).as_bytes()).await, bare, "{server}");
        assert_eq!(answer(address, chunked(&field, "").as_bytes()).await.0, 200, "{server}");
    }
}

/// RFC9110-6.5.1-a: nor is a key there.
#[actix_web::test]
async fn a_key_in_the_trailers_is_none() {
    let keys = TestKeys::on(ManualClock::new());
    let field = format!("Api-Key: {}\r\n", keys.api_key("billing").create().text());
    let chunked = |head: &str, trailers: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: api.test\r\n{head}Connection: close\r\nTE: trailers\r\nTrailer: Api-Key\r\n\
             Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n{trailers}\r\n"
        )
    };
    for (server, address) in servers(&keys.authenticator()).await {
        let bare = (401, Some(r#"ApiKey realm="api""#.to_owned()));
        assert_eq!(answer(address, chunked("", &field).as_bytes()).await, bare, "{server}");
        assert_eq!(answer(address, chunked(&field, "").as_bytes()).await.0, 200, "{server}");
    }
}

/// RFC9110-5.4-a, ATK-22: a field that is too long is a refusal, whether the server or the layer finds it too long.
#[actix_web::test]
async fn a_field_over_the_limit_is_refused_and_never_left_out() {
    let issuer = TestIssuer::new();
    let good = issuer.token().sign();
    for (server, address) in servers(&issuer.authenticator()).await {
        assert_eq!(answer(address, &get(&format!("Authorization: Bearer {good}\r\n"))).await.0, 200, "{server}");
        let challenge = |error| Some(format!(r#"Bearer realm="api", error="{error}""#));
        for (length, alone, beside) in [
            (17 << 10, (401, challenge("invalid_token")), (400, challenge("invalid_request"))),
            (64 << 10, (401, challenge("invalid_token")), (400, challenge("invalid_request"))),
            (1 << 20, (431, None), (431, None)),
        ] {
            let long = format!("Authorization: Bearer {}\r\n", "A".repeat(length));
            assert_eq!(answer(address, &get(&long)).await, alone, "{server}: {length} octets");
            let and_good = format!("{long}Authorization: Bearer {good}\r\n");
            assert_eq!(answer(address, &get(&and_good)).await, beside, "{server}: {length} octets beside a good token");
        }
    }
}

/// RFC9110-5.5-a, ATK-50: both servers refuse such fields themselves; what they let through is no token68.
#[actix_web::test]
async fn octets_that_no_field_may_hold_get_nobody_in() {
    let issuer = TestIssuer::new();
    let good = issuer.token().sign();
    let (one, two) = good.split_at(good.len() / 2);
    let crooked = [
        ("a space before the colon", format!("Authorization : Bearer {good}\r\n")),
        ("NUL in the token", format!("Authorization: Bearer {one}\0{two}\r\n")),
        ("NUL after the token", format!("Authorization: Bearer {good}\0\r\n")),
        ("CR in the token", format!("Authorization: Bearer {one}\r{two}\r\n")),
        ("LF in the token", format!("Authorization: Bearer {one}\n{two}\r\n")),
        ("folded after the token", format!("Authorization: Bearer {good}\r\n x\r\n")),
        ("folded in the token", format!("Authorization: Bearer {one}\r\n {two}\r\n")),
        ("NUL in the name", format!("Author\0ization: Bearer {good}\r\n")),
        ("an octet beyond ASCII", format!("Authorization: Bearer {good}\u{e9}\r\n")),
    ];
    for (server, address) in servers(&issuer.authenticator()).await {
        for (what, fields) in &crooked {
            assert_eq!(answer(address, &get(fields)).await.0, 400, "{server}: {what}");
        }
        let plain = get(&format!("authorization:   bearer   {good}  \r\n"));
        assert_eq!(answer(address, &plain).await.0, 200, "{server}");
    }
}
