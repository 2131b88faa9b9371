//! What the authenticating layer lets pass, and how it refuses.

use http::Response;
use portcullis::{Reason, TrustedCaller};
use tower::{Layer, service_fn};

use super::{authenticator, bearer, call, refused, remote, request, whoami};
use crate::AuthLayer;

#[tokio::test]
async fn a_good_token_reaches_the_service_as_its_caller() {
    let response = call(AuthLayer::new(authenticator()).layer(service_fn(whoami)), request(Some(&bearer()))).await;
    assert_eq!(response.into_body(), b"alice".to_vec());
}

/// RFC6750-3.1-f
#[tokio::test]
async fn a_refusal_is_the_core_s_byte_for_byte() {
    for (credential, reason) in [
        ("Basic YTpi", Reason::SchemeUnsupported),
        ("Bearer", Reason::CredentialMalformed),
        ("Bearer not-a-token", Reason::TokenMalformed),
    ] {
        for layer in [AuthLayer::new(authenticator()), AuthLayer::new(authenticator()).optional()] {
            let response = call(layer.layer(service_fn(whoami)), request(Some(credential))).await;
            let (got, body) = refused(&response, |error| authenticator().refuse(error));
            assert_eq!((got, response.into_body()), (reason, body));
        }
    }
}

/// RFC6750-3.1-b
#[tokio::test]
async fn two_authorization_fields_are_refused_and_never_picked_from() {
    let mut request = request(Some(&bearer()));
    request.headers_mut().append("authorization", bearer().parse().unwrap());
    let response = call(AuthLayer::new(authenticator()).layer(service_fn(whoami)), request).await;
    assert_eq!(refused(&response, |error| authenticator().refuse(error)).0, Reason::CredentialAmbiguous);
}

#[tokio::test]
async fn nothing_presented_passes_only_where_it_is_optional() {
    let optional = AuthLayer::new(authenticator()).optional().layer(service_fn(whoami));
    assert_eq!(call(optional, request(None)).await.into_body(), b"nobody".to_vec());
    let strict = AuthLayer::new(authenticator()).layer(service_fn(whoami));
    let response = call(strict, request(None)).await;
    assert_eq!(refused(&response, |error| authenticator().refuse(error)).0, Reason::CredentialMissing);
}

#[tokio::test]
async fn a_caller_that_was_already_there_is_replaced() {
    let optional = AuthLayer::new(authenticator()).optional().layer(service_fn(whoami));
    for (credential, name) in [(Some(bearer()), "alice"), (None, "nobody")] {
        let mut request = request(credential.as_deref());
        request.extensions_mut().insert(TrustedCaller::new("https://elsewhere.test", "mallory").build());
        assert_eq!(call(optional.clone(), request).await.into_body(), name.as_bytes().to_vec());
    }
}

#[tokio::test]
async fn a_request_that_waited_in_vain_is_told_to_come_back() {
    let auth = remote(false);
    let service = AuthLayer::new(auth.clone()).layer(service_fn(whoami));
    let response = call(service, request(Some(&bearer()))).await;
    assert_eq!(refused(&response, |error| auth.refuse(error)).0, Reason::KeysUnavailable);
    assert_eq!(response.status(), 503);
}

/// A body that can be made from nothing but nothing, or by a function that knows how.
#[derive(Debug, Default, PartialEq)]
struct Closed(String);

#[tokio::test]
async fn bodies_that_cannot_be_made_from_bytes_are_empty_or_made_by_a_function() {
    let inner = service_fn(|_| async { Ok(Response::new(Closed("handled".to_owned()))) });
    let empty = AuthLayer::new(authenticator()).empty_bodies().layer(inner);
    let response = call(empty.clone(), request(None)).await;
    assert_eq!(refused(&response, |error| authenticator().refuse(error)).0, Reason::CredentialMissing);
    assert_eq!(response.into_body(), Closed::default());
    assert_eq!(call(empty, request(Some(&bearer()))).await.into_body(), Closed("handled".to_owned()));

    let made = AuthLayer::new(authenticator()).bodies_with(|bytes| Closed(String::from_utf8(bytes).unwrap()));
    let response = call(made.layer(inner), request(None)).await;
    let (_, body) = refused(&response, |error| authenticator().refuse(error));
    assert_eq!(response.into_body(), Closed(String::from_utf8(body).unwrap()));
}
