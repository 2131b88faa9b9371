//! What the extractors give to a handler, and how they refuse.

use actix_web::dev::Payload;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, FromRequest, HttpMessage, HttpRequest, ResponseError, web};
use portcullis::{Authentication, Reason, Refusal, RegisteredClaims, TrustedCaller};

use super::{ReadInvoices, Tenant, authenticator, bearer, nobody, refused, text};
use crate::{AuthMiddleware, AuthRejection, Authenticated, MaybeAuthenticated, Scoped};

fn alice() -> TrustedCaller {
    TrustedCaller::new("https://issuer.test", "alice").claim("tenant", "acme")
}

/// One whose claims do not fit [`Tenant`].
fn bob() -> TrustedCaller {
    TrustedCaller::new("https://issuer.test", "bob").scope("invoices:read")
}

fn request(left: Option<Authentication>) -> HttpRequest {
    let request = TestRequest::default().to_http_request();
    if let Some(left) = left {
        request.extensions_mut().insert(left);
    }
    request
}

/// Extracts twice: reading leaves in place what was read.
async fn extract<T: FromRequest<Error = AuthRejection>>(left: Option<Authentication>) -> Result<T, Reason> {
    let request = request(left.clone());
    let _ = T::from_request(&request, &mut Payload::None).await;
    match T::from_request(&request, &mut Payload::None).await {
        Ok(extracted) => Ok(extracted),
        Err(rejection) => {
            let response = rejection.error_response();
            assert_eq!(response.status(), rejection.status_code());
            let refusal = |error: &_| match &left {
                Some(authentication) => authentication.refuse(error),
                None => Refusal::without_layer(error),
            };
            let reason = refused(response, refusal).await;
            assert_eq!(reason, rejection.error().reason());
            Err(reason)
        }
    }
}

async fn refusal_of<T: FromRequest<Error = AuthRejection>>(left: Option<Authentication>) -> Option<Reason> {
    extract::<T>(left).await.err()
}

#[actix_web::test]
async fn the_caller_comes_with_its_claims_as_the_handler_wants_them() {
    let caller = extract::<Authenticated<Tenant>>(Some(alice().build())).await.unwrap();
    assert_eq!((caller.subject(), caller.claims().tenant.as_str()), (Some("alice"), "acme"));
    let caller = extract::<Authenticated>(Some(bob().build())).await.unwrap();
    assert_eq!(caller.claims().sub.as_deref(), Some("bob"));
}

#[actix_web::test]
async fn nobody_and_claims_that_do_not_fit_are_refused() {
    assert_eq!(refusal_of::<Authenticated>(Some(nobody())).await, Some(Reason::CredentialMissing));
    assert_eq!(refusal_of::<Authenticated<Tenant>>(Some(bob().build())).await, Some(Reason::ClaimsRejected));
    assert_eq!(refusal_of::<Authenticated<Tenant>>(Some(alice().build())).await, None);
}

/// RFC6750-3.1-d
#[actix_web::test]
async fn a_scoped_caller_has_what_the_requirement_demands() {
    type Reader<C = RegisteredClaims> = Scoped<ReadInvoices, C>;
    let caller = extract::<Reader>(Some(bob().build())).await.unwrap();
    assert_eq!(caller.into_principal().subject(), Some("bob"));
    assert_eq!(refusal_of::<Reader>(Some(alice().build())).await, Some(Reason::ScopeInsufficient));
    assert_eq!(refusal_of::<Reader>(Some(nobody())).await, Some(Reason::CredentialMissing));
    assert_eq!(refusal_of::<Reader<Tenant>>(Some(bob().build())).await, Some(Reason::ClaimsRejected));
}

#[actix_web::test]
async fn maybe_authenticated_is_none_only_when_nothing_was_presented() {
    type Maybe = MaybeAuthenticated<Tenant>;
    assert!(extract::<Maybe>(Some(nobody())).await.unwrap().is_none());
    assert!(extract::<Maybe>(Some(alice().build())).await.unwrap().is_some());
    assert_eq!(refusal_of::<Maybe>(Some(bob().build())).await, Some(Reason::ClaimsRejected));
    assert_eq!(refusal_of::<Maybe>(None).await, Some(Reason::LayerMissing));
}

#[actix_web::test]
async fn without_the_middleware_every_extractor_is_a_500() {
    assert_eq!(refusal_of::<Authenticated>(None).await, Some(Reason::LayerMissing));
    assert_eq!(refusal_of::<Scoped<ReadInvoices>>(None).await, Some(Reason::LayerMissing));
    assert_eq!(refusal_of::<MaybeAuthenticated>(None).await, Some(Reason::LayerMissing));
}

/// Not what anybody wants, but actix-web's; this test is here to notice if it changes.
#[actix_web::test]
async fn option_swallows_what_maybe_authenticated_refuses() {
    for left in [Some(nobody()), Some(bob().build()), None] {
        let option = Option::<Authenticated<Tenant>>::from_request(&request(left), &mut Payload::None).await;
        assert!(option.unwrap().is_none());
    }
}

#[actix_web::test]
async fn a_handler_s_rejection_is_sent_as_it_is() {
    async fn tenant(caller: Scoped<ReadInvoices, Tenant>) -> String {
        caller.claims().tenant.clone()
    }
    let app = App::new().route("/", web::get().to(tenant)).wrap(AuthMiddleware::new(authenticator()));
    let app = init_service(app).await;
    let request = |more| TestRequest::default().insert_header(("authorization", bearer("alice", more))).to_request();

    let good = r#","scope":"invoices:read","tenant":"acme""#;
    assert_eq!(text(call_service(&app, request(good)).await).await, "acme");
    for (more, reason) in
        [(r#","scope":"invoices:read""#, Reason::ClaimsRejected), (r#","tenant":"acme""#, Reason::ScopeInsufficient)]
    {
        let response = call_service(&app, request(more)).await;
        let got = refused(response.into(), |error| authenticator().refuse(error)).await;
        assert_eq!(got, reason);
    }
}
