//! The issuer cannot be reached.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use portcullis::{KeyState, Reason};
use portcullis_axum::AuthLayer;
use tower_service::Service;

use crate::scene::{Scene, assert_unavailable, hours, minutes, promptly, refusal, seconds};

/// The gauges of one thread, by name and issuer.
#[derive(Default)]
struct Gauges(Mutex<BTreeMap<(String, String), Arc<AtomicU64>>>);

impl Gauges {
    fn value(&self, name: &str, issuer: &str) -> f64 {
        let gauges = self.0.lock().unwrap();
        f64::from_bits(gauges[&(name.to_owned(), issuer.to_owned())].load(Ordering::Relaxed))
    }
}

impl Recorder for Gauges {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let issuer = key.labels().find(|label| label.key() == "issuer").map_or("", |label| label.value());
        let name = (key.name().to_owned(), issuer.to_owned());
        Gauge::from_arc(Arc::clone(self.0.lock().unwrap().entry(name).or_default()))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// PC-JWKS-3, PC-JWKS-10, ATK-67
#[tokio::test]
async fn a_day_of_outage_refuses_nobody_and_its_age_is_seen_to_grow() {
    let gauges = Gauges::default();
    let _recording = metrics::set_default_local_recorder(&gauges);
    let scene = Scene::started().await;
    scene.fetch.everywhere().fail();
    for minute in 1..24 * 60 {
        scene.pass(minutes(1)).await;
        assert_eq!(scene.decide(&scene.token()), Ok(()), "minute {minute}");
        let status = scene.status();
        assert_eq!(status.age, Some(minutes(minute)));
        assert_eq!(status.state, if minute < 10 { KeyState::Fresh } else { KeyState::Stale });
        let told = gauges.value("portcullis_jwks_age_seconds", scene.issuer.url());
        let age = (minute * 60) as f64;
        assert!((age - 60.0..=age).contains(&told), "minute {minute}: {told}");
    }
    assert!(scene.status().consecutive_failures > 1000);
    assert!(scene.status().last_error.is_some());
    scene.pass(seconds(59)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()), "a second before the bound");
    scene.pass(seconds(1)).await;
    assert_unavailable(&refusal(&scene.auth, &scene.token()).await);
    assert_eq!(scene.status().state, KeyState::Expired);
    assert!(!scene.auth.is_ready());

    scene.fetch.everywhere().serve();
    scene.pass(minutes(1)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()), "found again without any request");
    let status = scene.status();
    assert_eq!((status.state, status.consecutive_failures, status.last_error), (KeyState::Fresh, 0, None));
    assert!(status.age < Some(minutes(1)));
    scene.pass(minutes(1)).await;
    assert!(gauges.value("portcullis_jwks_age_seconds", scene.issuer.url()) < 120.0);
    assert_eq!(gauges.value("portcullis_jwks_keys", scene.issuer.url()), 1.0);
}

/// the bound is the application's to choose.
#[tokio::test]
async fn with_stale_keys_switched_off_an_outage_is_seen_when_the_keys_are_no_longer_fresh() {
    let scene = Scene::with(|builder| builder.stale_keys_for(seconds(0)));
    scene.start().await;
    scene.fetch.everywhere().fail();
    scene.pass(minutes(10) - seconds(1)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    scene.pass(seconds(1)).await;
    assert_unavailable(&refusal(&scene.auth, &scene.token()).await);
}

/// PC-RSP-2: nobody can know whether such a key exists.
#[tokio::test]
async fn during_an_outage_a_new_kid_is_answered_with_503_and_a_known_one_is_decided() {
    let scene = Scene::started().await;
    let known = scene.token();
    scene.fetch.everywhere().fail();
    scene.issuer.rotate();
    assert_unavailable(&refusal(&scene.auth, &scene.token()).await);
    assert_eq!(scene.decide(&scene.token()), Err(Reason::KeysUnavailable), "nor the next one, at once");
    assert_eq!(scene.decide(&known), Ok(()));
    scene.fetch.everywhere().serve();
    scene.pass(seconds(2)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
}

/// PC-RSP-2, PC-JWKS-3, PC-JWKS-8
#[tokio::test]
async fn a_cold_start_without_the_server_is_503_until_it_is_up_and_backs_off() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    for second in 0..10 * 60 {
        assert_unavailable(&refusal(&scene.auth, &scene.token()).await);
        assert_eq!(scene.decide(&scene.token()), Err(Reason::KeysUnavailable), "second {second}: no second wait");
        scene.pass(seconds(1)).await;
    }
    // Six pauses that double to a minute, then two in a minute on average; each is drawn, so this is wide.
    let attempts = scene.fetch.journal().total();
    assert!((8..80).contains(&attempts), "{attempts}");
    scene.fetch.everywhere().serve();
    scene.pass(minutes(1)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    assert_eq!(scene.fetches(), 1);
}

/// PC-RSP-2
#[tokio::test]
async fn behind_axum_an_outage_is_503_with_retry_after_and_without_challenge() {
    let scene = Scene::with(|builder| builder.stale_keys_for(hours(1)));
    let auth = AuthLayer::new(scene.auth.clone());
    let mut app: Router = Router::new().route("/", get(|| async { "in" })).layer(auth);
    let mut send = async |token: String| -> Response<Body> {
        let request = Request::get("/").header("authorization", format!("Bearer {token}")).body(Body::empty());
        promptly(app.call(request.unwrap())).await.unwrap()
    };
    let assert_unavailable = |response: &Response<Body>| {
        assert_eq!(response.status(), 503);
        let retry_after = response.headers()["retry-after"].to_str().unwrap().parse::<u64>();
        assert!(retry_after.is_ok_and(|seconds| seconds > 0));
        assert!(!response.headers().contains_key("www-authenticate"));
    };
    scene.fetch.everywhere().fail();
    assert_unavailable(&send(scene.token()).await);
    scene.fetch.everywhere().serve();
    scene.pass(seconds(2)).await;
    assert_eq!(send(scene.token()).await.status(), 200);
    scene.fetch.everywhere().fail();
    scene.pass(hours(1) - minutes(1)).await;
    assert_eq!(send(scene.token()).await.status(), 200);
    scene.pass(minutes(1)).await;
    assert_unavailable(&send(scene.token()).await);
    scene.fetch.everywhere().serve();
    scene.pass(minutes(1)).await;
    assert_eq!(send(scene.token()).await.status(), 200);
}
