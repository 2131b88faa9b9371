//! Runtimes that end, stand still or take turns.

use std::sync::LazyLock;
use std::thread;

use portcullis::{Authenticator, Reason};
use portcullis_testing::{Endpoint, ManualClock, TestServer};

use crate::scene::{Scene, ask, minutes, pass, promptly, runtime, seconds, settle};

/// As in an application whose tests each have a runtime of their own.
static SHARED: LazyLock<Scene> = LazyLock::new(Scene::new);

/// What every runtime must be able to do with keys that another one fetched: use them, find a rotation, and refresh.
pub(crate) async fn live_through_a_rotation_and_a_refresh(scene: &Scene) {
    let before = scene.fetches();
    assert_eq!(scene.ask(&scene.token()).await, Ok(()));
    scene.issuer.rotate_without_overlap();
    assert_eq!(scene.ask(&scene.token()).await, Ok(()), "the rotation is found");
    let found = scene.fetches();
    assert!(found > before);
    scene.pass(minutes(9)).await;
    assert!(scene.fetches() > found, "the refresh goes on");
    assert!(scene.status().age < Some(minutes(9)));
}

#[test]
fn an_authenticator_in_a_static_serves_one_runtime_after_another() {
    for _ in 0..5 {
        runtime().block_on(live_through_a_rotation_and_a_refresh(&SHARED));
    }
}

#[test]
fn between_two_runtimes_what_is_known_is_decided_and_what_is_not_is_503() {
    let scene = Scene::new();
    assert_eq!(scene.decide(&scene.token()), Err(Reason::KeysUnavailable), "no runtime, no keys");
    runtime().block_on(scene.start());
    scene.clock.advance(minutes(60));
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    scene.issuer.rotate();
    assert_eq!(scene.decide(&scene.token()), Err(Reason::KeysUnavailable));
    assert_eq!(scene.fetches(), 1);
    runtime().block_on(async {
        assert_eq!(scene.ask(&scene.token()).await, Ok(()));
    });
}

/// A request that waits in a runtime that is alive is answered although the fetch it waits for died elsewhere.
#[test]
fn a_fetch_that_dies_with_its_runtime_is_made_again_for_who_waits_elsewhere() {
    let scene = Scene::new();
    scene.fetch.everywhere().hang();
    let (first, second) = (runtime(), runtime());
    first.block_on(async {
        drop(scene.auth.verify(&scene.token()));
        settle().await;
    });
    assert_eq!(scene.fetch.journal().total(), 1);
    second.block_on(async {
        let waiting = tokio::spawn(scene.auth.verify(&scene.token()));
        settle().await;
        assert_eq!(scene.fetch.journal().total(), 1, "one fetch at a time");
        scene.fetch.everywhere().serve();
        thread::scope(|scope| drop(scope.spawn(|| drop(first))));
        assert!(promptly(waiting).await.unwrap().is_ok());
    });
}

/// PC-JWKS-4: whatever comes late, the newer document stays.
#[test]
fn an_answer_to_an_older_fetch_never_replaces_the_answer_to_a_newer_one() {
    let scene = Scene::new();
    let (parked, driven) = (runtime(), runtime());
    parked.block_on(scene.start());
    let (older_token, older_keys) = (scene.token(), scene.issuer.jwks());
    scene.keys().hang();
    parked.block_on(async {
        let auth = scene.auth.clone();
        tokio::spawn(async move { auth.refresh().await });
        settle().await;
    });
    assert_eq!(scene.fetches(), 2, "this one hangs, in a runtime that stands still from now on");
    scene.issuer.rotate_without_overlap();
    scene.keys().serve();
    driven.block_on(async {
        scene.clock.advance(seconds(60));
        assert_eq!(scene.decide(&older_token), Ok(()), "by the keys that are there");
        settle().await;
        assert_eq!(scene.decide(&scene.token()), Ok(()), "a successor has fetched");
        assert_eq!(scene.ask(&older_token).await, Err(Reason::KeyUnknown));
    });
    scene.keys().json(older_keys);
    parked.block_on(settle());
    scene.keys().serve();
    driven.block_on(async {
        assert_eq!(scene.decide(&scene.token()), Ok(()));
        assert_eq!(scene.decide(&older_token), Err(Reason::KeyUnknown));
    });
}

/// Every request of a runtime that is driven gets its answer, although the keeper sits in one that is not.
#[test]
fn a_keeper_in_a_runtime_that_stands_still_does_not_hold_up_the_others() {
    let scene = Scene::new();
    let (parked, driven) = (runtime(), runtime());
    parked.block_on(scene.start());
    scene.issuer.rotate();
    driven.block_on(async {
        let waiting = tokio::spawn(scene.auth.verify(&scene.token()));
        scene.pass(seconds(1)).await;
        assert!(waiting.is_finished(), "within a second");
        assert!(waiting.await.unwrap().is_ok());
        live_through_a_rotation_and_a_refresh(&scene).await;
    });
    drop(parked);
    driven.block_on(live_through_a_rotation_and_a_refresh(&scene));
}

/// Over sockets, with the built-in client and its connections.
#[test]
fn over_sockets_an_authenticator_serves_one_runtime_after_another() {
    let server = TestServer::builder().issuer(|issuer| issuer.clock(ManualClock::new())).start();
    let clock: ManualClock = server.issuer().clock();
    let builder = Authenticator::builder(server.url(), server.issuer().audience()).allow_loopback_http();
    let auth = builder.clock(clock.clone()).build().unwrap();
    for round in 0..4 {
        let multi_thread = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let runtime = if round % 2 == 0 { runtime() } else { multi_thread };
        runtime.block_on(async {
            // Withdrawn and published again, so that the key set changes without a new RSA key.
            assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()));
            promptly(auth.refresh()).await;
            pass(&clock, seconds(1)).await;
        });
        assert_eq!(auth.status()[0].age, Some(seconds(1)), "round {round}");
        assert_eq!(server.count(Endpoint::Jwks), 2 + round);
    }
}
