//! When the last handle goes, everything goes.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use portcullis::Authenticator;
use portcullis_axum::AuthLayer;
use portcullis_testing::{Endpoint, ManualClock, TestServer};

use crate::scene::{Scene, ask, minutes, promptly, settle};

fn alive() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// One second of real time, for what a socket needs to be closed.
async fn assert_all_end(before: usize) {
    let dropped_at = Instant::now();
    while alive() > before {
        assert!(dropped_at.elapsed() < Duration::from_secs(1), "{} tasks are left", alive() - before);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_last_handle_dropped_ends_the_task_and_no_handle_before_it() {
    let scene = Scene::started().await;
    assert_eq!((alive(), scene.clock.sleepers()), (1, 1), "one task for one issuer");
    let Scene { auth, fetch, clock, issuer } = scene;
    let last = auth.clone();
    let layer = AuthLayer::new(auth.clone());
    let app: Router = Router::new().route("/", get(|| async {})).layer(layer.clone());
    drop((auth, layer));
    crate::scene::pass(&clock, minutes(9)).await;
    assert_eq!((alive(), fetch.count(&issuer.jwks_url())), (1, 2), "still refreshed for the others");
    drop(last);
    settle().await;
    assert_eq!(alive(), 1, "the router has one");
    drop(app);
    settle().await;
    assert_eq!((alive(), clock.sleepers()), (0, 0));
}

#[tokio::test]
async fn the_last_handle_dropped_ends_a_fetch_that_hangs() {
    let scene = Scene::new();
    scene.fetch.everywhere().hang();
    let waiting = scene.auth.verify(&scene.token());
    settle().await;
    assert_eq!((alive(), scene.fetch.journal().total()), (1, 1));
    drop(scene.auth);
    settle().await;
    assert_eq!(alive(), 1, "a request that waits holds the keys that it waits for");
    drop(waiting);
    settle().await;
    assert_eq!((alive(), scene.clock.sleepers()), (0, 0));
}

#[tokio::test]
async fn the_last_handle_dropped_ends_the_pause_after_a_failure() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    assert!(scene.ask(&scene.token()).await.is_err());
    assert_eq!(alive(), 1);
    drop(scene.auth);
    settle().await;
    assert_eq!((alive(), scene.clock.sleepers()), (0, 0));
}

/// With the built-in client, connections and all.
#[tokio::test]
async fn over_sockets_too_nothing_is_left_a_second_later() {
    let server = TestServer::builder().issuer(|issuer| issuer.clock(ManualClock::new())).start();
    let auth = || {
        let builder = Authenticator::builder(server.url(), server.issuer().audience()).allow_loopback_http();
        builder.clock(server.issuer().clock()).build().unwrap()
    };
    let before = alive();
    let idle = auth();
    assert_eq!(ask(&idle, &server.issuer().token().sign()).await, Ok(()));
    drop(idle);
    assert_all_end(before).await;

    server.everywhere().hang();
    let fetching = auth();
    drop(fetching.verify(&server.issuer().token().sign()));
    promptly(async {
        while server.count(Endpoint::Discovery) < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(alive() > before);
    drop(fetching);
    assert_all_end(before).await;
}

/// Nothing starts before it is used, and building needs no runtime.
#[test]
fn an_authenticator_that_is_never_used_does_nothing() {
    let scene = Scene::new();
    crate::scene::runtime().block_on(async {
        settle().await;
        assert_eq!((alive(), scene.fetch.journal().total()), (0, 0));
    });
}
