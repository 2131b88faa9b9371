//! What the requiring middleware lets pass, and how it refuses.

use actix_web::dev::{Service, ServiceRequest, Transform, fn_service};
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, Error, HttpMessage, HttpResponse, web};
use portcullis::{Authentication, Reason, Refusal, TrustedCaller};

use super::{ReadInvoices, authenticator, bearer, nobody, refused, text};
use crate::{AuthMiddleware, RequireMiddleware};

/// The status that the handler's answer has, or why it was refused.
async fn required(left: Option<Authentication>) -> Result<String, Reason> {
    let handler = fn_service(|request: ServiceRequest| async move {
        Ok::<_, Error>(request.into_response(HttpResponse::Ok().body("handled")))
    });
    let service = RequireMiddleware::<ReadInvoices>::new().new_transform(handler).await.unwrap();
    let request = TestRequest::default().to_srv_request();
    if let Some(left) = left.clone() {
        request.extensions_mut().insert(left);
    }
    let response = service.call(request).await.expect("a refusal is a response, not an error");
    if response.status().is_success() {
        return Ok(text(response).await);
    }
    let refusal = |error: &_| match &left {
        Some(authentication) => authentication.refuse(error),
        None => Refusal::without_layer(error),
    };
    Err(refused(response.into(), refusal).await)
}

/// RFC6750-3.1-d
#[actix_web::test]
async fn a_caller_that_may_passes_and_one_that_may_not_is_refused() {
    let alice = TrustedCaller::new("https://issuer.test", "alice");
    assert_eq!(required(Some(alice.clone().scope("invoices:read").build())).await.as_deref(), Ok("handled"));
    assert_eq!(required(Some(alice.scope("invoices:write").build())).await, Err(Reason::ScopeInsufficient));
}

#[actix_web::test]
async fn nobody_is_asked_to_authenticate() {
    assert_eq!(required(Some(nobody())).await, Err(Reason::CredentialMissing));
}

#[actix_web::test]
async fn without_the_authenticating_middleware_nothing_passes() {
    assert_eq!(required(None).await, Err(Reason::LayerMissing));
    assert_eq!(Reason::LayerMissing.status(), 500);
}

/// In actix-web what is wrapped last runs first.
#[actix_web::test]
async fn it_is_wrapped_before_the_authenticating_middleware_and_the_other_order_is_a_500() {
    let auth = || AuthMiddleware::new(authenticator());
    let require = RequireMiddleware::<ReadInvoices>::new;
    let right = web::scope("/right").wrap(require()).wrap(auth()).route("", web::get().to(|| async { "handled" }));
    let wrong = web::scope("/wrong").wrap(auth()).wrap(require()).route("", web::get().to(|| async { "handled" }));
    let app = init_service(App::new().service(right).service(wrong)).await;
    let request =
        |uri, more| TestRequest::with_uri(uri).insert_header((AUTHORIZATION, bearer("alice", more))).to_request();
    let may = r#","scope":"openid invoices:read""#;

    assert_eq!(text(call_service(&app, request("/right", may)).await).await, "handled");
    let response = call_service(&app, request("/right", "")).await;
    assert_eq!(response.status(), 403);
    assert_eq!(
        response.headers().get(WWW_AUTHENTICATE).unwrap(),
        r#"Bearer realm="tests", error="insufficient_scope", scope="invoices:read""#
    );
    assert_eq!(call_service(&app, request("/wrong", may)).await.status(), 500);
}
