//! What the authenticating middleware lets pass, and how it refuses.

use std::cell::Cell;
use std::rc::Rc;

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, fn_service};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, Error, HttpMessage, HttpRequest, HttpResponse, web};
use portcullis::{AuthError, Authentication, Reason, TrustedCaller};

use super::{authenticator, bearer, refused, text};
use crate::AuthMiddleware;

/// Says who is calling.
async fn whoami(request: HttpRequest) -> String {
    let extensions = request.extensions();
    let authentication = extensions.get::<Authentication>().expect("the middleware has run");
    authentication.caller().map_or("nobody", |caller| caller.subject().unwrap_or_default()).to_owned()
}

async fn call(
    middleware: AuthMiddleware,
    request: TestRequest,
) -> ServiceResponse<impl actix_web::body::MessageBody + use<>> {
    let whoami = fn_service(|request: ServiceRequest| async move {
        let answer = whoami(request.request().clone()).await;
        Ok::<_, Error>(request.into_response(HttpResponse::Ok().body(answer)))
    });
    let service = middleware.new_transform(whoami).await.unwrap();
    service.call(request.to_srv_request()).await.expect("a refusal is a response, not an error")
}

fn with(credential: &str) -> TestRequest {
    TestRequest::default().insert_header((AUTHORIZATION, credential))
}

fn preset(request: TestRequest) -> ServiceRequest {
    let request = request.to_srv_request();
    request.extensions_mut().insert(TrustedCaller::new("https://elsewhere.test", "mallory").build());
    request
}

#[actix_web::test]
async fn a_good_token_reaches_the_handler_as_its_caller() {
    let auth = AuthMiddleware::new(authenticator());
    assert_eq!(text(call(auth.clone(), with(&bearer("alice", ""))).await).await, "alice");
    assert_eq!(text(call(auth.optional(), with(&bearer("alice", ""))).await).await, "alice");
}

/// RFC6750-3.1-f: each refusal has exactly the status, header fields and body that the core renders.
#[actix_web::test]
async fn a_refusal_is_the_core_s_byte_for_byte() {
    let (alice, mallory) = (bearer("alice", ""), bearer("mallory", ""));
    let (signed_by_nobody, signature) = (alice.rsplit_once('.').unwrap().0, mallory.rsplit_once('.').unwrap().1);
    let forged = format!("{signed_by_nobody}.{signature}");
    let other = bearer("alice", r#","typ":"ID""#);
    for (credential, reason) in [
        ("Basic YTpi", Reason::SchemeUnsupported),
        ("Bearer", Reason::CredentialMalformed),
        ("Bearer not-a-token", Reason::TokenMalformed),
        (&forged, Reason::SignatureInvalid),
        (&other, Reason::TokenTypeNotAllowed),
    ] {
        for middleware in [AuthMiddleware::new(authenticator()), AuthMiddleware::new(authenticator()).optional()] {
            let response = call(middleware, with(credential)).await;
            let got = refused(response.into(), |error| authenticator().refuse(error)).await;
            assert_eq!(got, reason, "{credential}");
        }
    }
}

/// RFC6750-3.1-b
#[actix_web::test]
async fn two_authorization_fields_are_refused_and_never_picked_from() {
    let good = bearer("alice", "");
    let request = with(&good).append_header((AUTHORIZATION, good.as_str()));
    let response = call(AuthMiddleware::new(authenticator()), request).await;
    let reason = refused(response.into(), |error| authenticator().refuse(error)).await;
    assert_eq!(reason, Reason::CredentialAmbiguous);
}

#[actix_web::test]
async fn bytes_that_are_not_text_are_refused() {
    let value = HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap();
    let request = TestRequest::default().insert_header((AUTHORIZATION, value));
    let response = call(AuthMiddleware::new(authenticator()).optional(), request).await;
    let reason = refused(response.into(), |error| authenticator().refuse(error)).await;
    assert_eq!(reason, Reason::CredentialMalformed);
}

#[actix_web::test]
async fn nothing_presented_passes_only_where_it_is_optional() {
    let auth = AuthMiddleware::new(authenticator());
    assert_eq!(text(call(auth.clone().optional(), TestRequest::default()).await).await, "nobody");
    let response = call(auth, TestRequest::default()).await;
    let reason = refused(response.into(), |error| authenticator().refuse(error)).await;
    assert_eq!(reason, Reason::CredentialMissing);
}

#[actix_web::test]
async fn a_caller_that_was_already_there_is_replaced() {
    let answer = fn_service(|request: ServiceRequest| async move {
        let answer = whoami(request.request().clone()).await;
        Ok::<_, Error>(request.into_response(HttpResponse::Ok().body(answer)))
    });
    let service = AuthMiddleware::new(authenticator()).optional().new_transform(answer).await.unwrap();
    assert_eq!(text(service.call(preset(with(&bearer("alice", "")))).await.unwrap()).await, "alice");
    assert_eq!(text(service.call(preset(TestRequest::default())).await.unwrap()).await, "nobody");
}

/// PC-AUTHZ-1, and the reason why refusals are not errors: CORS and logging further out must be able to see and change them.
#[actix_web::test]
async fn middleware_further_out_sees_a_refusal_as_a_response() {
    let handled = Rc::new(Cell::new(0));
    let count = Rc::clone(&handled);
    let handler = move || {
        count.set(count.get() + 1);
        async { "handled" }
    };
    let app = App::new().route("/", web::get().to(handler)).wrap(AuthMiddleware::new(authenticator())).wrap_fn(
        |request, service| {
            let answer = service.call(request);
            async {
                let mut response = answer.await?;
                let why = response.response().extensions().get::<AuthError>().map(AuthError::reason);
                let why = HeaderValue::from_static(why.map_or("none", Reason::as_str));
                response.headers_mut().insert("x-why".parse().unwrap(), why);
                Ok(response)
            }
        },
    );
    let app = init_service(app).await;

    let response = call_service(&app, TestRequest::default().to_request()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers().get("x-why").unwrap(), "credential_missing");
    assert_eq!(handled.get(), 0);

    let response = call_service(&app, with(&bearer("alice", "")).to_request()).await;
    assert_eq!(response.headers().get("x-why").unwrap(), "none");
    assert_eq!((text(response).await.as_str(), handled.get()), ("handled", 1));
}

#[test]
fn one_middleware_can_be_given_to_every_worker() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    shared(&AuthMiddleware::new(authenticator()));
    shared(&crate::RequireMiddleware::<super::ReadInvoices>::new());
}
