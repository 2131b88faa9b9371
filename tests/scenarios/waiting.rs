//! Who waits for keys, and who never does.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use portcullis::{Authenticating, Reason};

use crate::scene::{Scene, minutes, promptly, seconds, settle};

/// Polls once, so that it is really waiting.
async fn begin(waiting: &mut Authenticating) {
    poll_fn(|context| {
        assert!(Pin::new(&mut *waiting).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// PC-JWKS-2
#[tokio::test]
async fn while_a_refresh_that_is_due_hangs_known_keys_decide_at_once() {
    let scene = Scene::started().await;
    scene.fetch.everywhere().hang();
    for second in 0..30 * 60 {
        assert_eq!(scene.decide(&scene.token()), Ok(()), "second {second}");
        scene.pass(seconds(1)).await;
    }
    assert!(scene.fetches() > 1);
    assert!(scene.status().age >= Some(minutes(30)));
}

/// PC-JWKS-2
#[tokio::test]
async fn while_a_slow_refresh_is_under_way_known_keys_decide_at_once_and_afterwards_the_new_ones() {
    let scene = Scene::started().await;
    let known = scene.token();
    scene.issuer.rotate_without_overlap();
    scene.keys().slow(seconds(4));
    let refresh = tokio::spawn({
        let auth = scene.auth.clone();
        async move { auth.refresh().await }
    });
    let mut waiting = scene.auth.verify(&scene.token());
    begin(&mut waiting).await;
    for _ in 0..4 {
        assert_eq!(scene.decide(&known), Ok(()));
        assert!(!refresh.is_finished());
        scene.pass(seconds(1)).await;
    }
    assert!(promptly(waiting).await.is_ok());
    promptly(refresh).await.unwrap();
    assert_eq!(scene.fetches(), 2, "one fetch for both");
    scene.keys().serve();
    assert_eq!(scene.ask(&known).await, Err(Reason::KeyUnknown));
}

/// PC-JWKS-2: and so does what is wrong with a token beside its key.
#[tokio::test]
async fn while_an_unknown_kid_waits_for_a_fetch_that_hangs_nobody_else_does() {
    let scene = Scene::started().await;
    scene.keys().hang();
    let mut waiting = scene.auth.verify(&scene.issuer.token().kid("invented").sign());
    begin(&mut waiting).await;
    settle().await;
    for second in 0..5 {
        assert_eq!(scene.decide(&scene.token()), Ok(()), "second {second}");
        assert_eq!(scene.decide(&scene.issuer.token().expired().sign()), Err(Reason::TokenExpired));
        begin(&mut waiting).await;
        scene.pass(seconds(1)).await;
    }
    let error = promptly(waiting).await.expect_err("nobody knows");
    assert_eq!(error.reason(), Reason::KeysUnavailable, "no longer than a fetch may take");
}

/// PC-JWKS-1
#[tokio::test]
async fn a_thousand_first_requests_at_once_make_one_fetch() {
    let scene = Scene::new();
    scene.keys().slow(seconds(2));
    let requests: Vec<_> = (0..1000).map(|_| tokio::spawn(scene.auth.verify(&scene.token()))).collect();
    scene.pass(seconds(2)).await;
    for request in requests {
        assert!(promptly(request).await.unwrap().is_ok());
    }
    assert_eq!((scene.fetches(), scene.fetch.journal().total()), (1, 2), "and one discovery");
}

#[tokio::test]
async fn a_request_that_is_cancelled_takes_nothing_with_it() {
    let scene = Scene::new();
    scene.fetch.everywhere().hang();
    let cancelled = tokio::spawn(scene.auth.verify(&scene.token()));
    settle().await;
    let stays = tokio::spawn(scene.auth.verify(&scene.token()));
    settle().await;
    cancelled.abort();
    assert!(cancelled.await.unwrap_err().is_cancelled());
    let later = tokio::spawn(scene.auth.verify(&scene.token()));
    settle().await;
    assert!(!stays.is_finished() && !later.is_finished());
    scene.fetch.everywhere().release();
    for request in [stays, later] {
        assert!(promptly(request).await.unwrap().is_ok());
    }
    assert_eq!(scene.fetches(), 1);
}

/// 4,096 may wait; those who went away do not count.
#[tokio::test]
async fn five_thousand_cancelled_requests_leave_room_for_the_next() {
    let scene = Scene::new();
    scene.fetch.everywhere().hang();
    let token = scene.token();
    let mut crowd = Vec::new();
    let mut turned_away = 0;
    for _ in 0..5000 {
        match scene.auth.verify(&token).now() {
            Ok(outcome) => {
                assert_eq!(outcome.expect_err("no keys").reason(), Reason::KeysUnavailable);
                turned_away += 1;
            }
            Err(waits) => crowd.push(waits),
        }
    }
    assert_eq!((crowd.len(), turned_away), (4096, 904));
    for waiting in crowd.iter_mut().step_by(2) {
        begin(waiting).await;
    }
    drop(crowd);
    for _ in 0..5000 {
        let mut waiting = scene.auth.verify(&token).now().expect_err("there is room");
        begin(&mut waiting).await;
    }
    let last = scene.auth.verify(&token).now().expect_err("there is room");
    scene.fetch.everywhere().release();
    assert!(promptly(last).await.is_ok());
    assert_eq!(scene.fetches(), 1);
}

/// Nobody is left waiting when the one who caused the fetch goes away.
#[tokio::test]
async fn a_fetch_goes_on_when_the_only_one_who_wanted_it_goes_away() {
    let scene = Scene::new();
    drop(scene.auth.verify(&scene.token()));
    settle().await;
    assert_eq!((scene.fetches(), scene.decide(&scene.token())), (1, Ok(())));
}
