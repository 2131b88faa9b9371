//! The instance that was polled ready is the one that is called: it may hold a permit that a clone does not.

use std::convert::Infallible;
use std::future::{Future, Ready, poll_fn, ready};
use std::pin::pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use portcullis::{Authenticator, TrustedCaller, requirement};
use tower::{Layer, Service, ServiceExt};

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
async fn the_ready_instance_is_kept_by_a_request_that_waits_for_keys() {
    let mut service = AuthLayer::new(remote(true)).layer(Permitted::default());
    let mut waiting = pin!(service.ready().await.unwrap().call(request(Some(&bearer()))));
    let first = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await;
    assert!(first.is_pending());
    assert_eq!(waiting.await.unwrap().into_body(), b"handled".to_vec());
    calls_twice(remote(true)).await;
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
