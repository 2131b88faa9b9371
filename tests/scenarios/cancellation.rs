//! Requests that go away, at each of their await points in turn: nobody else notices.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

use actix_web::HttpResponse;
use actix_web::dev::{Service as _, ServiceRequest, Transform, fn_service};
use actix_web::test::TestRequest;
use axum::http::{Request, Response};
use portcullis::defaults::MAX_WAITING_REQUESTS;
use portcullis_actix::AuthMiddleware;
use portcullis_tower::AuthLayer;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::scene::{Scene, hours, pass, promptly, seconds, settle};

/// Polls so many times at most, with everybody else doing what they can in between, and drops. `events` are what
/// happens after the first poll, after the second, and so on. Whether it was over by then.
async fn polled(future: impl Future, times: usize, mut events: Vec<Box<dyn FnOnce() + '_>>) -> bool {
    let mut future = pin!(future);
    events.reverse();
    for _ in 0..times {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await {
            return true;
        }
        if let Some(happens) = events.pop() {
            happens();
        }
        settle().await;
    }
    false
}

/// An event.
fn then<'a>(happens: impl FnOnce() + 'a) -> Box<dyn FnOnce() + 'a> {
    Box::new(happens)
}

/// Where the handlers behind the adapters wait, and how many are there.
#[derive(Clone, Default)]
struct Gate {
    open: Arc<AtomicBool>,
    inside: Arc<AtomicUsize>,
}

struct Inside(Arc<AtomicUsize>);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    fn open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    fn inside(&self) -> usize {
        self.inside.load(Ordering::Relaxed)
    }

    async fn pass(self) {
        self.inside.fetch_add(1, Ordering::Relaxed);
        let _inside = Inside(self.inside);
        // Nobody is woken: these futures are polled by hand, or find the gate open.
        poll_fn(|_| if self.open.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

impl Scene {
    /// Whoever comes next gets in, with one fetch of the key set since `before` in all.
    async fn assert_nothing_is_stuck(&self, before: usize) {
        let next = tokio::spawn(self.auth.verify(&self.token()));
        settle().await;
        self.keys().release();
        assert!(promptly(next).await.unwrap().is_ok());
        assert_eq!(self.fetches(), before + 1);
        settle().await;
        assert_eq!(self.clock.sleepers(), 1, "the keeper, and nobody else");
    }
}

/// Cancel safety, as the documentation of `Authenticating` promises it.
#[tokio::test]
async fn the_first_request_goes_away_after_any_poll_and_the_next_one_gets_in_by_the_same_fetch() {
    for polls in 0..=3 {
        let scene = Scene::new();
        scene.keys().hang();
        let release = vec![then(|| {}), then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.verify(&scene.token()), polls, release).await, polls == 3);
        scene.assert_nothing_is_stuck(0).await;
    }
}

#[tokio::test]
async fn a_request_for_a_new_key_goes_away_after_any_poll_and_another_one_gets_it_by_the_same_fetch() {
    for polls in 0..=3 {
        let scene = Scene::started().await;
        scene.issuer.rotate();
        scene.keys().hang();
        let release = vec![then(|| {}), then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.verify(&scene.token()), polls, release).await, polls == 3);
        scene.assert_nothing_is_stuck(1).await;
    }
}

#[tokio::test]
async fn a_refresh_goes_away_after_any_poll_and_the_fetch_goes_on() {
    for polls in 0..=2 {
        let scene = Scene::started().await;
        scene.issuer.rotate();
        scene.keys().hang();
        let release = vec![then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.refresh(), polls, release).await, polls == 2);
        scene.assert_nothing_is_stuck(1).await;
    }
}

#[tokio::test]
async fn somebody_who_waits_for_readiness_goes_away_after_any_poll_and_takes_nothing_along() {
    for polls in 0..=2 {
        let scene = Scene::new();
        scene.keys().hang();
        let release = vec![then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.ready(), polls, release).await, polls == 2);
        scene.assert_nothing_is_stuck(0).await;

        let scene = Scene::new();
        scene.keys().hang();
        let release = vec![then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.require_keys_within(hours(1)), polls, release).await, polls == 2);
        scene.assert_nothing_is_stuck(0).await;
    }
}

/// The other thing that `ready` waits for: the end of a pause.
#[tokio::test]
async fn somebody_who_waits_for_readiness_goes_away_during_a_pause_and_takes_nothing_along() {
    for polls in 1..=4 {
        let scene = Scene::new();
        scene.keys().fail();
        let hangs = || {
            scene.keys().hang();
            scene.clock.advance(seconds(60));
        };
        // Fails at once, pauses, hangs in the second fetch, which is then answered.
        let events = vec![then(|| {}), then(hangs), then(|| scene.keys().release())];
        assert_eq!(polled(scene.auth.ready(), polls, events).await, polls == 4, "{polls}");
        if polls == 1 {
            assert_eq!(scene.fetches(), 1);
            scene.keys().hang();
            pass(&scene.clock, seconds(1)).await;
        }
        scene.assert_nothing_is_stuck(1).await;
    }
}

type Handler = ConcurrencyLimit<tower::util::BoxCloneService<Request<()>, Response<Vec<u8>>, Infallible>>;

/// One at a time, behind the gate.
fn handler(gate: &Gate) -> Handler {
    let gate = gate.clone();
    let handler = service_fn(move |_: Request<()>| {
        let passes = gate.clone().pass();
        async move {
            passes.await;
            Ok(Response::new(b"handled".to_vec()))
        }
    });
    ConcurrencyLimitLayer::new(1).layer(tower::util::BoxCloneService::new(handler))
}

fn request(scene: &Scene) -> Request<()> {
    let credential = format!("Bearer {}", scene.token());
    Request::builder().header("authorization", credential).body(()).unwrap()
}

/// Waiting for keys, waiting for a permit, and waiting for the handler with the permit in hand.
#[tokio::test]
async fn a_request_to_a_tower_service_goes_away_after_any_poll_and_its_permit_is_free() {
    for polls in 0..=4 {
        let (scene, gate) = (Scene::new(), Gate::default());
        scene.keys().hang();
        let handler = handler(&gate);
        let mut service = AuthLayer::new(scene.auth.clone()).layer(handler.clone());
        let waiting = service.ready().await.unwrap().call(request(&scene));
        let mut somebody_else = handler.clone();
        promptly(somebody_else.ready()).await.expect("a request that waits for keys holds no permit");
        let events = vec![
            then(|| scene.keys().release()),
            then(|| drop(somebody_else)),
            then(|| {
                assert_eq!(gate.inside(), 1);
                gate.open();
            }),
        ];
        assert_eq!(polled(waiting, polls, events).await, polls == 4);
        assert_eq!(gate.inside(), 0);
        scene.keys().release();
        gate.open();
        let next = AuthLayer::new(scene.auth.clone()).layer(handler).oneshot(request(&scene));
        assert_eq!(promptly(next).await.unwrap().into_body(), b"handled");
        assert_eq!(promptly(service.ready()).await.unwrap().call(request(&scene)).await.unwrap().status(), 200);
        assert_eq!(scene.fetches(), 1);
    }
}

/// Waiting for keys, and waiting for the handler.
#[tokio::test]
async fn a_request_to_an_actix_service_goes_away_after_any_poll_and_the_next_one_is_handled() {
    for polls in 0..=3 {
        let (scene, gate) = (Scene::new(), Gate::default());
        scene.keys().hang();
        let behind = gate.clone();
        let handler = fn_service(move |request: ServiceRequest| {
            let passes = behind.clone().pass();
            async move {
                passes.await;
                Ok::<_, actix_web::Error>(request.into_response(HttpResponse::Ok().finish()))
            }
        });
        let service = AuthMiddleware::new(scene.auth.clone()).new_transform(handler).await.unwrap();
        let call = || {
            let credential = ("authorization", format!("Bearer {}", scene.token()));
            service.call(TestRequest::default().insert_header(credential).to_srv_request())
        };
        let events = vec![
            then(|| scene.keys().release()),
            then(|| {
                assert_eq!(gate.inside(), 1);
                gate.open();
            }),
        ];
        assert_eq!(polled(call(), polls, events).await, polls == 3);
        assert_eq!(gate.inside(), 0);
        scene.keys().release();
        gate.open();
        assert_eq!(promptly(call()).await.unwrap().status(), 200);
        assert_eq!(scene.fetches(), 1);
    }
}

/// As many of each kind as there are places for all together, polled or not.
#[tokio::test]
async fn more_who_went_away_than_there_are_places_leave_room_for_the_next() {
    let scene = Scene::new();
    scene.keys().hang();
    let (gate, token) = (Gate::default(), scene.token());
    let mut service = AuthLayer::new(scene.auth.clone()).layer(handler(&gate));
    let nothing = fn_service(async |request: ServiceRequest| {
        Ok::<_, actix_web::Error>(request.into_response(HttpResponse::Ok().finish()))
    });
    let actix = AuthMiddleware::new(scene.auth.clone()).new_transform(nothing).await.unwrap();
    for round in 0..=MAX_WAITING_REQUESTS {
        let credential = ("authorization", format!("Bearer {token}"));
        let away: [Pin<Box<dyn Future<Output = ()> + '_>>; 6] = [
            Box::pin(async { drop(scene.auth.verify(&token).await) }),
            Box::pin(scene.auth.ready()),
            Box::pin(async { drop(scene.auth.require_keys_within(hours(1)).await) }),
            Box::pin(scene.auth.refresh()),
            Box::pin(async { drop(service.call(request(&scene)).await) }),
            Box::pin(async {
                drop(actix.call(TestRequest::default().insert_header(credential).to_srv_request()).await)
            }),
        ];
        for mut away in away {
            for _ in 0..round % 3 {
                poll_fn(|context| {
                    assert!(away.as_mut().poll(context).is_pending());
                    Poll::Ready(())
                })
                .await;
            }
        }
    }
    assert!(scene.auth.verify(&token).now().is_err(), "there is a place: it waits");
    scene.assert_nothing_is_stuck(0).await;
}
