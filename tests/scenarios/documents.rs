//! Over real sockets: documents and answers that must replace nothing.

use std::time::Duration;

use portcullis::{Algorithm, Authenticator, KeyState, Reason};
use portcullis_testing::{BadDiscovery, BadKeySet, Endpoint, ManualClock, Script, TestServer};

use crate::discovery::{resource_server, server};
use crate::scene::{ask, assert_unavailable, decide, promptly, refusal};

type Play = Box<dyn Fn(Script)>;

/// What a broken, misconfigured or hostile server does.
fn answers() -> Vec<(&'static str, Play)> {
    let play = |name, play: fn(Script)| (name, Box::new(play) as Play);
    vec![
        play("html", Script::html),
        play("junk", Script::junk),
        play("empty", |script| script.json("")),
        play("huge", |script| script.huge(1024 * 1024)),
        play("endless", |script| script.endless(Duration::ZERO)),
        play("endless and slow", |script| script.endless(Duration::from_millis(20))),
        play("slow", |script| script.slow(Duration::from_secs(3))),
        play("hang", Script::hang),
        play("cut off", Script::cut_off),
        play("fail", Script::fail),
        play("status 500", |script| script.status(500)),
        play("status 204", |script| script.status(204)),
        play("status 304", |script| script.status(304)),
    ]
}

/// A cold start against it is 503; keys that are held go on deciding, without a wait, and the failure is seen.
async fn assert_replaces_nothing(server: &TestServer, endpoint: Endpoint, name: &str, play: impl Fn(Script)) {
    // Without an entity tag, so that every fetch is for the whole document.
    server.everywhere().header("etag", "");
    let builder = || resource_server(server).fetch_timeout(Duration::from_millis(150));
    let holding = builder().build().unwrap();
    assert_served(&holding, server, name).await;

    play(server.at(endpoint));
    let cold = builder().build().unwrap();
    assert_unavailable(&refusal(&cold, &server.issuer().token().sign()).await);
    assert_eq!(cold.status()[0].state, KeyState::Waiting, "{name}");
    assert!(cold.status()[0].last_error.is_some(), "{name}");

    if endpoint == Endpoint::Jwks {
        promptly(holding.refresh()).await;
        assert!(holding.status()[0].last_error.is_some(), "{name}");
    }
    assert_eq!(decide(&holding, &server.issuer().token().sign()), Ok(()), "{name}");

    server.at(endpoint).serve();
    assert_served(&cold, server, name).await;
}

/// With a server that means well: on a busy machine even such a one may take longer than the short timeout here.
async fn assert_served(auth: &Authenticator, server: &TestServer, name: &str) {
    for _ in 0..50 {
        promptly(auth.refresh()).await;
        if auth.is_ready() {
            break;
        }
    }
    assert_eq!(ask(auth, &server.issuer().token().sign()).await, Ok(()), "{name}");
}

/// PC-JWKS-4, PC-JWKS-5, ATK-65, ATK-66
#[tokio::test]
async fn an_answer_that_is_no_key_set_replaces_nothing() {
    let server = server("/tenant");
    for (name, play) in answers() {
        assert_replaces_nothing(&server, Endpoint::Jwks, name, play).await;
    }
    assert_replaces_nothing(&server, Endpoint::Jwks, "no keys", Script::empty_keys).await;
}

/// PC-JWKS-5, RFC8414-3.2-a
#[tokio::test]
async fn an_answer_that_is_no_metadata_replaces_nothing() {
    let server = server("/tenant");
    for (name, play) in answers() {
        assert_replaces_nothing(&server, Endpoint::Discovery, name, play).await;
    }
}

/// PC-JWKS-4, ATK-65, ATK-66, RFC7517-5-a
#[tokio::test]
async fn no_bad_key_set_replaces_a_good_one() {
    let server = server("");
    for bad in BadKeySet::ALL {
        let document = bad.document(server.issuer());
        assert_replaces_nothing(&server, Endpoint::Jwks, &format!("{bad:?}"), |script| script.json(document.clone()))
            .await;
    }
}

/// RFC8414-3.3-a, RFC8414-3.2-a, ATK-58, ATK-59
#[tokio::test]
async fn no_bad_metadata_is_followed() {
    let server = server("");
    for bad in BadDiscovery::ALL {
        let (document, name) = (bad.document(server.issuer()), format!("{bad:?}"));
        let before = server.count(Endpoint::Jwks);
        assert_replaces_nothing(&server, Endpoint::Discovery, &name, |script| script.json(document.clone())).await;
        assert_eq!(server.count(Endpoint::Jwks), before + 2, "only with the good one: {name}");
    }
}

/// PC-JWKS-6, ATK-59
#[tokio::test]
async fn a_redirect_is_not_followed_from_either_document() {
    let (server, elsewhere) = (
        server(""),
        TestServer::builder().issuer(|i| i.clock(ManualClock::new()).algorithm(Algorithm::Ed25519)).start(),
    );
    for (endpoint, location) in [
        (Endpoint::Jwks, elsewhere.issuer().jwks_url()),
        (Endpoint::Discovery, elsewhere.issuer().discovery_urls().remove(0)),
        (Endpoint::Jwks, format!("{}?again", server.issuer().jwks_url())),
    ] {
        assert_replaces_nothing(&server, endpoint, &location, |script| script.redirect(&location)).await;
    }
    assert_eq!(elsewhere.journal().total(), 0);
}

/// PC-JWKS-3: the server is gone, not only unwell.
#[tokio::test]
async fn a_server_that_stops_listening_and_comes_back_is_lived_through() {
    let server = server("");
    let auth = resource_server(&server).build().unwrap();
    assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()));
    server.stop();
    promptly(auth.refresh()).await;
    assert!(auth.status()[0].last_error.is_some());
    assert_eq!(decide(&auth, &server.issuer().token().sign()), Ok(()));
    let cold = resource_server(&server).build().unwrap();
    assert_unavailable(&refusal(&cold, &server.issuer().token().sign()).await);
    server.resume().unwrap();
    server.issuer().rotate_without_overlap();
    for auth in [auth, cold] {
        assert!(matches!(ask(&auth, &server.issuer().token().sign()).await, Err(Reason::KeysUnavailable)), "a pause");
        promptly(auth.refresh()).await;
        assert_eq!(decide(&auth, &server.issuer().token().sign()), Ok(()));
    }
}
