//! Somebody sets the clock.

use std::time::{Duration, SystemTime};

use portcullis::Reason;
use portcullis::clock::Clock;

use crate::scene::{Scene, hours, minutes, seconds};

/// ATK-83, PC-CLM-5
#[tokio::test]
async fn a_wall_clock_that_is_set_neither_hurries_nor_stops_the_refresh() {
    for wall in [Duration::ZERO, hours(24 * 365 * 10), hours(24 * 365 * 8000)] {
        let scene = Scene::started().await;
        scene.clock.set_wall(SystemTime::UNIX_EPOCH + wall);
        scene.pass(minutes(7)).await;
        assert_eq!((scene.fetches(), scene.status().age), (1, Some(minutes(7))), "{wall:?}");
        scene.pass(minutes(2)).await;
        assert_eq!(scene.fetches(), 2, "{wall:?}");
        scene.fetch.everywhere().fail();
        scene.pass(minutes(30)).await;
        scene.clock.set_wall(SystemTime::UNIX_EPOCH + wall + hours(48));
        assert!(scene.auth.is_ready(), "a day of moved hands is not a day: {wall:?}");
        let _ = (scene.auth.export_keys(), format!("{:?} {:?}", scene.auth, scene.status()));
    }
}

/// ATK-83, PC-JWKS-1
#[tokio::test]
async fn a_wall_clock_that_is_set_neither_refills_nor_empties_the_budget() {
    let scene = Scene::started().await;
    let invented = |kid: &str| scene.issuer.token().kid(kid).sign();
    assert_eq!(scene.ask(&invented("a")).await, Err(Reason::KeyUnknown));
    let now = scene.clock.now();
    for (kid, wall) in [("b", now + hours(1000)), ("c", now - hours(1000)), ("d", SystemTime::UNIX_EPOCH)] {
        scene.clock.set_wall(wall);
        assert_eq!(scene.decide(&invented(kid)), Err(Reason::KeyUnknown));
    }
    assert_eq!(scene.fetches(), 2, "no time has passed");
    scene.clock.set_wall(now);
    scene.pass(seconds(30)).await;
    assert_eq!(scene.fetches(), 3, "and now it has");
}

/// ATK-83: after a failure too.
#[tokio::test]
async fn a_wall_clock_that_is_set_leaves_the_pause_after_a_failure_alone() {
    let scene = Scene::new();
    scene.fetch.everywhere().fail();
    assert_eq!(scene.ask(&scene.token()).await, Err(Reason::KeysUnavailable));
    scene.clock.set_wall(scene.clock.now() + hours(1));
    assert_eq!(scene.decide(&scene.token()), Err(Reason::KeysUnavailable));
    assert_eq!(scene.fetch.journal().total(), 1);
    scene.clock.set_wall(SystemTime::UNIX_EPOCH);
    scene.fetch.everywhere().serve();
    scene.pass(seconds(1)).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
}

/// RFC7519-4.1.4-a, PC-CLM-5
#[tokio::test]
async fn expiry_is_judged_by_the_wall_clock_at_once() {
    let scene = Scene::started().await;
    let token = scene.token();
    let issued = scene.clock.now();
    for (wall, expected) in [
        (issued + hours(1), Ok(())),
        (issued + hours(1) + seconds(29), Ok(())),
        (issued + hours(1) + seconds(30), Err(Reason::TokenExpired)),
        (issued + hours(24 * 365 * 8000), Err(Reason::TokenExpired)),
        (issued - seconds(30), Ok(())),
        (issued - seconds(31), Err(Reason::IssuedInFuture)),
        (SystemTime::UNIX_EPOCH, Err(Reason::IssuedInFuture)),
        (issued, Ok(())),
    ] {
        scene.clock.set_wall(wall);
        assert_eq!(scene.decide(&token), expected, "{wall:?}");
    }
    assert_eq!(scene.fetches(), 1);
}
