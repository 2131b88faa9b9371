//! The instance that is called was polled ready: it may hold a permit that a clone does not. And nobody else holds one.

use std::convert::Infallible;
use std::future::{Future, Ready, poll_fn, ready};
use std::pin::pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use portcullis::{Authenticator, TrustedCaller, requirement};
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{authenticator, bearer, remote, request};
use crate::{AuthLayer, RequireLayer};

/// Panics when it is called without having been polled ready, and its clones are not ready.
#[derive(Debug, Default)]
struct Permitted {
    holds_permit: bool,
}

impl Clone for Permitted {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<()>> for Permitted {
    type Response = Response<Vec<u8>>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Vec<u8>>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.holds_permit = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.holds_permit, "called without having been polled ready");
        self.holds_permit = false;
        ready(Ok(Response::new(b"handled".to_vec())))
    }
}

/// The outcome, if there is nothing to wait for.
async fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn calls_twice(authenticator: Authenticator) {
    let mut service = AuthLayer::new(authenticator).layer(Permitted::default());
    for _ in 0..2 {
        let response = service.ready().await.unwrap().call(request(Some(&bearer()))).await.unwrap();
        assert_eq!(response.into_body(), b"handled".to_vec());
    }
}

#[tokio::test]
async fn the_ready_instance_is_called_at_once() {
    calls_twice(authenticator()).await;
}

#[tokio::test]
async fn a_request_that_waited_for_keys_is_handled_by_an_instance_that_got_ready() {
    let mut service = AuthLayer::new(remote(true)).layer(Permitted::default());
    let mut waiting = pin!(service.ready().await.unwrap().call(request(Some(&bearer()))));
    let first = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await;
    assert!(first.is_pending());
    assert_eq!(waiting.await.unwrap().into_body(), b"handled".to_vec());
    calls_twice(remote(true)).await;
}

/// PC-JWKS-2: callers who are not let in, or not yet, hold no permit that others need.
#[tokio::test]
async fn neither_a_refused_nor_a_waiting_request_holds_a_permit() {
    let limited = ConcurrencyLimitLayer::new(1)
        .layer(service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(b"handled".to_vec())))));
    let mut refused = AuthLayer::new(authenticator()).layer(limited.clone());
    assert_eq!(refused.ready().await.unwrap().call(request(None)).await.unwrap().status(), 401);

    requirement! { Nobody = when(|_| false) }
    let mut denied = AuthLayer::new(authenticator()).layer(RequireLayer::<Nobody>::new().layer(limited.clone()));
    assert_eq!(denied.ready().await.unwrap().call(request(Some(&bearer()))).await.unwrap().status(), 403);

    let mut waits = AuthLayer::new(remote(true)).layer(limited.clone());
    let mut waiting = pin!(waits.ready().await.unwrap().call(request(Some(&bearer()))));
    assert!(poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await.is_pending());

    let other = AuthLayer::new(authenticator()).layer(limited).oneshot(request(Some(&bearer())));
    assert_eq!(poll_once(other).await.expect("a permit is free").unwrap().into_body(), b"handled".to_vec());
    assert_eq!(waiting.await.unwrap().into_body(), b"handled".to_vec());
}

#[tokio::test]
async fn the_requiring_layer_calls_the_ready_instance() {
    requirement! { Anybody = when(|_| true) }
    let mut service = RequireLayer::<Anybody>::new().layer(Permitted::default());
    let mut request = request(None);
    request.extensions_mut().insert(TrustedCaller::new("https://issuer.test", "alice").build());
    let response = service.ready().await.unwrap().call(request).await.unwrap();
    assert_eq!(response.into_body(), b"handled".to_vec());
}
