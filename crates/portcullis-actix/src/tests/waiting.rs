//! Requests that come before there are keys.

use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::Poll;

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, fn_service};
use actix_web::http::header::AUTHORIZATION;
use actix_web::test::TestRequest;
use actix_web::{Error, HttpMessage, HttpResponse};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use portcullis::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use portcullis::{Authentication, Authenticator, Issuer, Reason};

use super::{AUDIENCE, ISSUER, authenticator, base64url, bearer, refused, signing_input, text};
use crate::AuthMiddleware;

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn signed_by_key() -> String {
    let input = signing_input("EdDSA", "alice", "");
    format!("Bearer {input}.{}", base64url(key().sign(input.as_bytes())))
}

/// Serves the public key, or nothing.
#[derive(Debug)]
struct Script {
    reachable: bool,
}

impl Fetch for Script {
    fn fetch(&self, _: FetchRequest) -> FetchFuture {
        let x = base64url(key().public_key());
        let document = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}]}}"#);
        let response = FetchResponse::new(200, document);
        Box::pin(ready(if self.reachable { Ok(response) } else { Err(FetchError::Timeout) }))
    }
}

fn remote(reachable: bool) -> Authenticator {
    let issuer = Issuer::new(ISSUER, AUDIENCE).jwks_url("https://issuer.test/keys");
    Authenticator::trusting(issuer).fetch_with(Script { reachable }).build().unwrap()
}

fn request(credential: String) -> ServiceRequest {
    TestRequest::default().insert_header((AUTHORIZATION, credential)).to_srv_request()
}

/// Answers with the caller. The marker lives as long as the service.
fn handler() -> (impl Service<ServiceRequest, Response = ServiceResponse, Error = Error>, Weak<()>) {
    let marker = Rc::new(());
    let alive = Rc::downgrade(&marker);
    let service = fn_service(move |request: ServiceRequest| {
        let _ = &marker;
        let caller = request.extensions().get::<Authentication>().and_then(Authentication::caller).cloned();
        let subject = caller.as_deref().and_then(|caller| caller.subject()).unwrap_or_default().to_owned();
        ready(Ok(request.into_response(HttpResponse::Ok().body(subject))))
    });
    (service, alive)
}

#[actix_web::test]
async fn a_request_waits_for_the_first_keys_and_is_then_handled() {
    let service = AuthMiddleware::new(remote(true)).new_transform(handler().0).await.unwrap();
    let mut waiting = pin!(service.call(request(signed_by_key())));
    poll_fn(|context| {
        assert!(waiting.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    assert_eq!(text(waiting.await.unwrap()).await, "alice");
    assert_eq!(text(service.call(request(signed_by_key())).await.unwrap()).await, "alice");
}

#[actix_web::test]
async fn a_request_that_waited_in_vain_is_told_to_come_back() {
    let auth = remote(false);
    let service = AuthMiddleware::new(auth.clone()).new_transform(handler().0).await.unwrap();
    let response = service.call(request(signed_by_key())).await.unwrap();
    assert_eq!(refused(response.into(), |error| auth.refuse(error)).await, Reason::KeysUnavailable);
    assert_eq!(Reason::KeysUnavailable.status(), 503);
}

#[actix_web::test]
async fn only_a_request_that_waits_holds_the_service() {
    let (inner, alive) = handler();
    let service = AuthMiddleware::new(authenticator()).new_transform(inner).await.unwrap();
    let answering = service.call(request(bearer("alice", "")));
    drop(service);
    assert_eq!(alive.strong_count(), 0, "the future of a request that need not wait is the handler's own");
    assert_eq!(text(answering.await.unwrap()).await, "alice");

    let (inner, alive) = handler();
    let service = AuthMiddleware::new(remote(true)).new_transform(inner).await.unwrap();
    let waiting = service.call(request(signed_by_key()));
    drop(service);
    assert_eq!(alive.strong_count(), 1);
    assert_eq!(text(waiting.await.unwrap()).await, "alice");
    assert_eq!(alive.strong_count(), 0);
}
