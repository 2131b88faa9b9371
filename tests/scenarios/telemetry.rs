//! The names that dashboards and alerts are built on: every kind of event with its fields, every metric with its labels.

use std::collections::BTreeSet;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use metrics_util::debugging::DebuggingRecorder;
use portcullis::api_key::{CookieDefence, ForeignFormat, KeyPlace, NewKey, Rights};
use portcullis::clock::Clock;
use portcullis::{
    AuthError, Authenticator, BackChannelLogout, Issuer, LogoutError, Refusal, Revocations, TrustedCaller, requirement,
};
use portcullis_testing::{BadKey, Defect, KeyDefect, LogoutDefect, ProfileDefect, TestKeys};
use serde::Deserialize;
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::scene::{Scene, ask, hours, minutes, seconds};

/// Level, target and the fields of every event that was met.
#[derive(Clone, Default)]
struct Kinds(Arc<Mutex<BTreeSet<String>>>);

impl<S: Subscriber> Layer<S> for Kinds {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target().starts_with("portcullis") {
            let fields: Vec<&str> = metadata.fields().iter().map(|field| field.name()).collect();
            let kind = format!("{} {}: {}", metadata.level(), metadata.target(), fields.join(" "));
            self.0.lock().expect("no panic").insert(kind);
        }
    }
}

requirement! { Read = all("invoices:read") }
requirement! { Never = when(|_| false) }

#[derive(Debug, Deserialize)]
struct Tenant {
    #[serde(rename = "tenant")]
    _tenant: String,
}

/// A day in the life: every reason to refuse, and everything that can happen to keys.
async fn everything() {
    let scene = Scene::with(|config| config.problem_details());
    let issuer = &scene.issuer;
    // Requests without keys, then with keys.
    scene.fetch.at(&issuer.jwks_url()).status(500);
    ask(&scene.auth, &scene.token()).await.expect_err("no keys");
    scene.fetch.at(&issuer.jwks_url()).serve();
    scene.pass(minutes(2)).await;
    ask(&scene.auth, &scene.token()).await.expect("keys");
    let all: &[(&str, &[u8])] = &[];
    let none = scene.auth.authenticate_optional(all).await.expect("nobody");
    none.require::<Read>().expect_err("nobody");
    none.principal::<Tenant>().expect_err("nobody");
    let heads: [&[(&str, &[u8])]; 4] = [
        &[],
        &[("authorization", b"Bearer")],
        &[("authorization", b"Basic dTpw")],
        &[("authorization", b"Bearer a"), ("authorization", b"Bearer b")],
    ];
    for head in heads {
        scene.auth.authenticate(head).await.expect_err("no credential");
    }
    for defect in Defect::ALL {
        ask(&scene.auth, &issuer.token().defect(*defect).sign()).await.expect_err("a bad token");
    }
    let good = scene.token();
    ask(&scene.auth, &good).await.expect("a good token");
    let who = scene.auth.verify(&good).await.expect("a good token, seen before");
    who.require::<Never>().expect_err("never");
    who.require::<Read>().expect_err("too little");
    who.principal::<Tenant>().expect_err("no tenant");
    let who = scene.auth.verify(&issuer.token().scope("invoices:read").sign()).await.expect("a good token");
    who.require::<Read>().expect("enough");
    let _ = Refusal::without_layer(&AuthError::layer_missing::<Tenant>());
    strict(&scene).await;
    revoked(&scene).await;
    logged_out(&scene).await;
    keys(&scene).await;

    // Keys that change, that cannot be had, that are stale, too old, and back again.
    issuer.rotate();
    scene.auth.refresh().await;
    scene.auth.refresh().await;
    scene.fetch.at(&issuer.jwks_url()).json(BadKey::X25519.case(issuer).jwks);
    scene.auth.refresh().await;
    scene.fetch.at(&issuer.jwks_url()).status(500);
    for pause in [seconds(1), minutes(11), hours(25)] {
        scene.pass(pause).await;
    }
    scene.fetch.at(&issuer.jwks_url()).serve();
    scene.pass(minutes(2)).await;
    ask(&scene.auth, &scene.token()).await.expect("keys again");
    seeded(&scene).await;
}

/// What only the profile and a maximum age refuse.
async fn strict(scene: &Scene) {
    let issuer = &scene.issuer;
    let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks()).rfc9068().max_token_age(hours(1));
    let auth = Authenticator::trusting(rules).clock(issuer.clock()).build().expect("a good configuration");
    for defect in ProfileDefect::ALL {
        ask(&auth, &issuer.token().profile_defect(*defect).sign()).await.expect_err("not of the profile");
    }
    let now = issuer.clock().now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    ask(&auth, &issuer.token().claim("iat", now - 7200).sign()).await.expect_err("too old");
}

/// What is taken back before it expires.
async fn revoked(scene: &Scene) {
    let (issuer, now) = (&scene.issuer, scene.clock.now());
    let revocations = Revocations::with_clock(scene.clock.clone());
    revocations.revoke_token(issuer.url(), "one", now + hours(1));
    revocations.revoke_session(issuer.url(), "s1", now + hours(1));
    revocations.revoke_subject(issuer.url(), "alice", now, now + hours(1));
    revocations.revoke_client(issuer.url(), "app", now, now + hours(1));
    revocations.revoke_key("prod", "k1", now + hours(1));
    let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
    let auth = Authenticator::trusting(rules).clock(issuer.clock()).revocations(revocations.clone());
    let auth = auth.build().expect("a good configuration");
    ask(&auth, &issuer.token().claim("jti", "one").sign()).await.expect_err("revoked");
    // A source that comes, goes, and is gone for too long.
    let feed = revocations.feed(minutes(5)).expect("the first");
    feed.in_step(feed.asking());
    feed.skipped(&"not JSON");
    feed.behind(&"no answer");
    scene.pass(minutes(5)).await;
    feed.report();
    ask(&auth, &scene.token()).await.expect_err("too old");
}

/// What an issuer says of a logout, and everything that can be wrong with that.
async fn logged_out(scene: &Scene) {
    let issuer = &scene.issuer;
    let rules = || Issuer::new(issuer.url(), issuer.audience());
    let endpoint = |rules| {
        let list = Revocations::with_clock(scene.clock.clone());
        let auth = Authenticator::trusting(rules).clock(issuer.clock()).fetch_with(scene.fetch.clone());
        let auth = auth.revocations(list).build().expect("a good configuration");
        BackChannelLogout::builder(&auth, issuer.url(), "test-client").build().expect("a good configuration")
    };
    let logout = endpoint(rules().key_set(issuer.jwks()));
    let form: &[(&str, &[u8])] = &[("content-type", b"application/x-www-form-urlencoded")];
    let token = || issuer.logout_token().sign();
    let twice = token();
    let mut bodies = vec![String::new(), format!("logout_token={0}&logout_token={0}", token())];
    bodies.extend([twice.clone(), twice].map(|token| format!("logout_token={token}")));
    bodies.push(format!("logout_token={}", issuer.logout_token().without("sid").sign()));
    for defect in LogoutDefect::ALL {
        bodies.push(format!("logout_token={}", issuer.logout_token().logout_defect(*defect).sign()));
    }
    bodies.push(format!("logout_token={}", issuer.logout_token().kid("unknown").sign()));
    bodies.push("x".repeat(30_000));
    for body in bodies {
        let _ = logout.receive("POST", form, |_| ready(Ok(body))).await;
    }
    let _ = logout.receive("POST", form, |_| ready(Err::<&[u8], _>(LogoutError::BodyUnreadable))).await;
    let _ = logout.receive("POST", &[][..], |_| ready(Ok(b""))).await;
    let _ = logout.receive("GET", form, |_| ready(Ok(b""))).await;
    scene.fetch.at(&issuer.jwks_url()).status(500);
    let body = format!("logout_token={}", token());
    endpoint(rules()).receive("POST", form, |_| ready(Ok(body))).await.expect_err("no keys");
    scene.fetch.at(&issuer.jwks_url()).serve();
}

/// API keys: all that can be done to them, all that can be wrong with them, and a store that fails.
async fn keys(scene: &Scene) {
    let keys = TestKeys::configured(scene.clock.clone(), |config| config.also_accept(ForeignFormat::prefixed("old:")));
    let (handle, key) = (keys.api_keys(), keys.api_key("billing").create());
    let cookie = KeyPlace::dangerous_cookie("__Host-key", CookieDefence::custom_header("x-requested-by"));
    let config = scene.issuer.authenticator_builder().api_keys(handle.clone());
    let config = config.api_key_place(KeyPlace::header("api-key")).api_key_place(cookie);
    let auth = config.guest(TrustedCaller::new("https://api.test", "guest")).build().expect("a good configuration");
    auth.authenticate(&[key.field()][..]).await.expect("a good key");
    auth.authenticate_optional(&[][..]).await.expect("a guest").require::<Never>().expect_err("a guest");
    let cookie = format!("__Host-key={}", key.text());
    auth.authenticate(&[("cookie", cookie.as_bytes())][..]).await.expect_err("undefended");
    for defect in KeyDefect::ALL {
        let bad = keys.broken(*defect);
        auth.authenticate(&[("api-key", bad.as_bytes())][..]).await.expect_err("a bad key");
    }

    handle.import("old:0123456789abcdef", NewKey::api_key("billing")).await.expect("a key of that form");
    let id = key.id();
    handle.disable(id).await.expect("a store");
    handle.enable(id).await.expect("a store");
    handle.grant(id, Rights::none()).await.expect("a store");
    handle.expire(id, None).await.expect("a store");
    handle.rotate(id, minutes(1)).await.expect("a store");
    handle.revoke(id).await.expect("a store");
    handle.revoke_owner(None, "billing").await.expect("a store");
    handle.set_not_before(scene.clock.now()).await.expect("a store");
    let key = keys.api_key("billing").create();
    keys.store().fail();
    auth.authenticate(&[key.field()][..]).await.expect_err("no store");
}

/// Keys of an earlier process, and a safety that is waived.
async fn seeded(scene: &Scene) {
    let issuer = &scene.issuer;
    let rules = Issuer::new(issuer.url(), issuer.audience()).dangerous_accept_any_audience();
    let config = Authenticator::trusting(rules).clock(issuer.clock()).fetch_with(scene.fetch.clone());
    let auth = config.seed(scene.auth.export_keys()).build().expect("a good configuration");
    ask(&auth, &scene.token()).await.expect("keys at once");
}

/// Events first, then metrics: kind, name, labels.
const NAMES: &str = include_str!("telemetry.txt");

/// PC-TEL-1: the names are API. A line that changes here changes somebody's dashboard.
#[test]
fn events_and_metrics_keep_their_names() {
    let kinds = Kinds::default();
    let subscriber = || tracing_subscriber::registry().with(kinds.clone());
    // While there is but one, an event that a thread without it meets first is switched off for all.
    let _second = Dispatch::new(subscriber());
    let _guard = tracing::subscriber::set_default(subscriber());
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    metrics::with_local_recorder(&recorder, || runtime.block_on(everything()));

    let lines = |set: BTreeSet<String>| set.into_iter().map(|line| line + "\n").collect::<String>();
    let series = snapshotter.snapshot().into_vec().into_iter().map(|(key, ..)| {
        let labels = key.key().labels().map(|label| match label.key() {
            "issuer" => "issuer".to_owned(),
            name => format!("{name}={}", label.value()),
        });
        let labels: Vec<String> = labels.collect();
        format!("{:?} {} {}", key.kind(), key.key().name(), labels.join(" ")).trim_end().to_owned()
    });
    let series = series.collect();
    let events = kinds.0.lock().expect("no panic").clone();
    // Where the whole run has no cache, it has nothing to tell.
    let is_off = std::env::var(portcullis::internals::cache::VARIABLE).is_ok_and(|value| value == "off");
    let names =
        NAMES.lines().filter(|line| !(is_off && line.contains("token_cache"))).map(|line| line.to_owned() + "\n");
    assert_eq!(lines(events) + "\n" + &lines(series), names.collect::<String>());
}
