//! What the requiring layer lets pass, and how it refuses.

use std::convert::Infallible;

use http::{Request, Response};
use portcullis::{Authentication, Reason, Refusal, TrustedCaller, requirement};
use tower::{Layer, Service, ServiceBuilder, service_fn};

use super::{authenticator, bearer, call, refused, request, whoami};
use crate::{AuthLayer, RequireLayer};

requirement! { ReadInvoices = all("invoices:read") }

fn guarded() -> impl Service<Request<()>, Response = Response<Vec<u8>>, Error = Infallible> {
    RequireLayer::<ReadInvoices>::new().layer(service_fn(whoami))
}

fn holding(left: Authentication) -> Request<()> {
    let mut request = request(None);
    request.extensions_mut().insert(left);
    request
}

/// RFC6750-3.1-d
#[tokio::test]
async fn a_caller_that_may_passes_and_one_that_may_not_is_refused() {
    let alice = TrustedCaller::new("https://issuer.test", "alice");
    let may = alice.clone().scope("invoices:read").build();
    assert_eq!(call(guarded(), holding(may)).await.into_body(), b"alice".to_vec());
    let may_not = alice.scope("invoices:write").build();
    let response = call(guarded(), holding(may_not.clone())).await;
    assert_eq!(refused(&response, |error| may_not.refuse(error)).0, Reason::ScopeInsufficient);
}

#[tokio::test]
async fn nobody_is_asked_to_authenticate() {
    let service = ServiceBuilder::new()
        .layer(AuthLayer::new(authenticator()).optional())
        .layer(RequireLayer::<ReadInvoices>::new())
        .service_fn(whoami);
    let response = call(service.clone(), request(None)).await;
    let (reason, body) = refused(&response, |error| authenticator().refuse(error));
    assert_eq!(reason, Reason::CredentialMissing);
    let challenge = r#"Bearer realm="tests", scope="invoices:read""#;
    assert_eq!(response.headers()["www-authenticate"], challenge);
    assert_eq!(response.into_body(), body);

    let response = call(service, request(Some(&bearer()))).await;
    assert_eq!(refused(&response, |error| authenticator().refuse(error)).0, Reason::ScopeInsufficient);
}

#[tokio::test]
async fn without_the_authenticating_layer_nothing_passes() {
    let response = call(guarded(), request(Some(&bearer()))).await;
    assert_eq!(refused(&response, Refusal::without_layer).0, Reason::LayerMissing);
    assert_eq!(response.status(), 500);
    assert!(String::from_utf8_lossy(&response.into_body()).contains("AuthLayer"));
}

#[tokio::test]
async fn bodies_can_be_empty_or_made_by_a_function() {
    let empty = RequireLayer::<ReadInvoices>::new().empty_bodies().layer(service_fn(whoami));
    assert!(call(empty, request(None)).await.into_body().is_empty());
    let made = RequireLayer::<ReadInvoices>::new().bodies_with(|_| b"made".to_vec()).layer(service_fn(whoami));
    assert_eq!(call(made, request(None)).await.into_body(), b"made".to_vec());
}
