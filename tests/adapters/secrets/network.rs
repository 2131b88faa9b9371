//! Fetches that go well and fetches that do not, in memory and over sockets.

use std::time::Duration;

use portcullis::fetch::{Fetch, HttpFetch};
use portcullis::{Authenticator, AuthenticatorBuilder};
use portcullis_testing::{BadDiscovery, BadKey, BadKeySet, Endpoint, Script, ScriptedFetch, TestIssuer, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::capture::Capture;
use super::configured::private_members;
use super::prey::Prey;
use super::requests::marked;

const PASSWORD: &str = "Kf2Xr8Dn5Vb1Qs7Wl4Mz";

pub(super) async fn fetch_all(capture: &Capture, prey: &mut Prey) {
    prey.add_secret("password of a proxy", PASSWORD);
    prey.add_octets("user name and password of a proxy", format!("user:{PASSWORD}").as_bytes());
    documents(capture, prey).await;
    sockets(capture, prey).await;
    proxies(capture, prey).await;
}

/// All that can be wrong with a document, and a token that waits for it.
async fn documents(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::new();
    let (keys, metadata) = (issuer.jwks_url(), issuer.discovery_urls().remove(0));
    for bad in BadKey::ALL {
        let case = bad.case(&issuer);
        prey.add_token(&case.token);
        if *bad != BadKey::MemberTwice {
            private_members(&case.jwks, prey);
        }
        let network = ScriptedFetch::new(&issuer);
        network.at(&keys).json(case.jwks);
        let auth = ask(capture, prey, settings(&issuer, network), &issuer, &case.token).await;
        let seed = auth.export_keys();
        capture.show(&(&seed, seed.to_json()));
        drop(settings(&issuer, ScriptedFetch::new(&issuer)).seed(seed).build().expect("a good configuration"));
    }
    for bad in BadKeySet::ALL {
        let network = ScriptedFetch::new(&issuer);
        network.at(&keys).json(bad.document(&issuer));
        ask(capture, prey, settings(&issuer, network), &issuer, &marked(&issuer).sign()).await;
    }
    for bad in BadDiscovery::ALL {
        let network = ScriptedFetch::new(&issuer);
        network.at(&metadata).json(bad.document(&issuer));
        ask(capture, prey, settings(&issuer, network), &issuer, &marked(&issuer).sign()).await;
    }
}

/// The built-in client and a server that does what servers do on bad days.
async fn sockets(capture: &Capture, prey: &mut Prey) {
    let server = TestServer::start();
    let client = HttpFetch::builder().no_proxy().build().expect("a client");
    let settings = || {
        let builder = Authenticator::builder(server.url(), server.issuer().audience());
        let builder = builder.clock(server.issuer().clock()).allow_loopback_http();
        builder.fetch_with(client.clone()).fetch_timeout(Duration::from_millis(200))
    };
    let plays: [fn(Script); 7] = [
        |script| script.serve(),
        |script| script.fail(),
        |script| script.hang(),
        |script| script.cut_off(),
        |script| script.junk(),
        |script| script.redirect("https://elsewhere.test/"),
        |script| script.huge(1024 * 1024),
    ];
    for endpoint in [Endpoint::Discovery, Endpoint::Jwks] {
        for play in plays {
            play(server.at(endpoint));
            let token = marked(server.issuer()).sign();
            ask(capture, prey, settings(), server.issuer(), &token).await;
            server.at(endpoint).serve();
        }
    }
    server.stop();
    ask(capture, prey, settings(), server.issuer(), &marked(server.issuer()).sign()).await;
}

/// A way out that needs a password, and does not let anybody through.
async fn proxies(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::new();
    let answers: [&[u8]; 6] = [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://user:x@elsewhere.test/\r\n\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\nno TLS at all",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
    ];
    for answer in answers {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let mut authorized = false;
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                authorized |= String::from_utf8_lossy(&request[..length]).contains("asic dXNlcjp");
                drop(stream.write_all(answer).await);
                if authorized {
                    break;
                }
            }
            authorized
        });
        let proxy = format!("http://user:{PASSWORD}@{address}");
        let client = HttpFetch::builder().proxy(proxy).build().expect("a client");
        let builder = settings(&issuer, client).fetch_timeout(Duration::from_millis(500));
        ask(capture, prey, builder, &issuer, &marked(&issuer).sign()).await;
        assert!(serving.await.expect("no panic"), "the proxy has seen the password");
    }
    let unreachable = format!("http://user:{PASSWORD}@127.0.0.1:1");
    let client = HttpFetch::builder().proxy(unreachable).build().expect("a client");
    ask(capture, prey, settings(&issuer, client), &issuer, &marked(&issuer).sign()).await;
}

fn settings(issuer: &TestIssuer, fetch: impl Fetch) -> AuthenticatorBuilder {
    Authenticator::builder(issuer.url(), issuer.audience()).clock(issuer.clock()).fetch_with(fetch)
}

/// Asks with that token, twice; then for a refresh. Shows what can be seen of all that.
async fn ask(
    capture: &Capture,
    prey: &mut Prey,
    builder: AuthenticatorBuilder,
    issuer: &TestIssuer,
    token: &str,
) -> Authenticator {
    prey.add_token(token);
    let auth = builder.build().expect("a good configuration");
    for _ in 0..2 {
        let authenticating = auth.verify(token);
        capture.show(&authenticating);
        match authenticating.await {
            Ok(who) => capture.show(&who),
            Err(error) => {
                capture.show_error(&error);
                capture.show(&auth.refuse(&error));
            }
        }
    }
    auth.refresh().await;
    capture.show(&(&auth, issuer, auth.status()));
    if let Some(error) = &auth.status()[0].last_error {
        capture.show_error(error);
    }
    if let Err(error) = auth.require_keys_within(Duration::ZERO).await {
        capture.show_error(&error);
    }
    auth
}
