//! What the extractors give to a handler, and how they refuse. The layers have their tests in `portcullis-tower`.

use axum::{Router, routing::get};
use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use portcullis::{
    Algorithm, AuthError, Authentication, Authenticator, Issuer, Reason, Refusal, TrustedCaller, requirement,
};
use tower::ServiceExt;

use crate::{AuthLayer, AuthRejection, Authenticated, RequireLayer, Scoped};

requirement! { ReadInvoices = all("invoices:read") }

/// Claims that not every token has.
#[derive(serde::Deserialize)]
struct Tenant {
    tenant: String,
}

fn authenticator() -> Authenticator {
    let issuer = Issuer::new("https://issuer.test/", "https://api.test");
    let issuer = issuer.local_secret(Algorithm::HS256, *b"thirty-two octets for the tests.", None);
    Authenticator::trusting(issuer).realm("tests").problem_details().build().unwrap()
}

fn alice() -> Authentication {
    TrustedCaller::new("https://issuer.test/", "alice").claim("tenant", "acme").build()
}

/// One whose claims do not fit [`Tenant`].
fn bob() -> Authentication {
    TrustedCaller::new("https://issuer.test/", "bob").scope("invoices:read").build()
}

/// What an optional layer leaves when nothing was presented.
fn nobody() -> Authentication {
    let head: [(&str, &[u8]); 0] = [];
    authenticator().authenticate_optional(&head[..]).now().unwrap().unwrap()
}

fn parts(left: Option<&Authentication>) -> Parts {
    let mut parts = Request::new(()).into_parts().0;
    if let Some(left) = left {
        parts.extensions.insert(left.clone());
    }
    parts
}

/// Asserts that the response is the refusal byte for byte and says why.
async fn refused(response: Response, refusal: impl FnOnce(&AuthError) -> Refusal) -> Reason {
    let error = response.extensions().get::<AuthError>().cloned().expect("the error is in the extensions");
    let expected = refusal(&error);
    assert_eq!(response.status(), expected.status);
    let mut headers: Vec<_> = response.headers().iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
    // A router adds it where it is known.
    headers.retain(|(name, _)| *name != "content-length");
    let wanted: Vec<_> = expected.headers.iter().map(|(name, value)| (*name, &**value)).collect();
    assert_eq!(headers, wanted);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), expected.body);
    error.reason()
}

async fn reason_of(rejection: AuthRejection, left: Option<&Authentication>) -> Reason {
    let told = rejection.error().reason();
    let refusal = |error: &_| left.map_or_else(|| Refusal::without_layer(error), |left| left.refuse(error));
    let sent = refused(rejection.into_response(), refusal).await;
    assert_eq!(sent, told);
    sent
}

/// Extracts twice: reading leaves in place what was read.
async fn extract<T>(left: Option<Authentication>) -> Result<T, Reason>
where
    T: FromRequestParts<(), Rejection = AuthRejection>,
{
    let mut parts = parts(left.as_ref());
    let _ = T::from_request_parts(&mut parts, &()).await;
    match T::from_request_parts(&mut parts, &()).await {
        Ok(extracted) => Ok(extracted),
        Err(rejection) => Err(reason_of(rejection, left.as_ref()).await),
    }
}

async fn extract_option<T>(left: Option<Authentication>) -> Result<Option<T>, Reason>
where
    T: OptionalFromRequestParts<(), Rejection = AuthRejection>,
{
    match T::from_request_parts(&mut parts(left.as_ref()), &()).await {
        Ok(extracted) => Ok(extracted),
        Err(rejection) => Err(reason_of(rejection, left.as_ref()).await),
    }
}

#[tokio::test]
async fn the_caller_comes_with_its_claims_as_the_handler_wants_them() {
    let caller: Authenticated<Tenant> = extract(Some(alice())).await.unwrap();
    assert_eq!((caller.subject(), caller.claims().tenant.as_str()), (Some("alice"), "acme"));
    let caller: Authenticated = extract(Some(bob())).await.unwrap();
    assert_eq!(caller.claims().sub.as_deref(), Some("bob"));
}

#[tokio::test]
async fn nobody_and_claims_that_do_not_fit_are_refused() {
    assert_eq!(extract::<Authenticated>(Some(nobody())).await.err(), Some(Reason::CredentialMissing));
    assert_eq!(extract::<Authenticated<Tenant>>(Some(bob())).await.err(), Some(Reason::ClaimsRejected));
}

#[tokio::test]
async fn an_option_is_none_only_when_nothing_was_presented() {
    type Caller = Authenticated<Tenant>;
    assert!(extract_option::<Caller>(Some(nobody())).await.unwrap().is_none());
    assert!(extract_option::<Caller>(Some(alice())).await.unwrap().is_some());
    assert_eq!(extract_option::<Caller>(Some(bob())).await.err(), Some(Reason::ClaimsRejected));
    assert_eq!(extract_option::<Caller>(None).await.err(), Some(Reason::LayerMissing));
}

/// RFC6750-3.1-d
#[tokio::test]
async fn a_scoped_caller_has_what_the_requirement_demands() {
    let caller: Scoped<ReadInvoices> = extract(Some(bob())).await.unwrap();
    assert_eq!(caller.into_principal().subject(), Some("bob"));
    assert_eq!(extract::<Scoped<ReadInvoices>>(Some(alice())).await.err(), Some(Reason::ScopeInsufficient));
    assert_eq!(extract::<Scoped<ReadInvoices>>(Some(nobody())).await.err(), Some(Reason::CredentialMissing));
    assert_eq!(extract::<Scoped<ReadInvoices, Tenant>>(Some(bob())).await.err(), Some(Reason::ClaimsRejected));
}

#[tokio::test]
async fn without_the_layer_every_extractor_is_a_500() {
    assert_eq!(extract::<Authenticated>(None).await.err(), Some(Reason::LayerMissing));
    assert_eq!(extract::<Scoped<ReadInvoices>>(None).await.err(), Some(Reason::LayerMissing));
    assert_eq!(Reason::LayerMissing.status(), 500);
}

async fn get_from(app: Router, path: &str) -> Response {
    app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

/// The refusals of the two are alike: the layer's for nothing presented, and the extractor's behind an optional layer.
#[tokio::test]
async fn layer_and_extractor_refuse_alike() {
    let handler = || get(|_: Authenticated| async { "handled" });
    let strict = Router::new().route("/", handler()).layer(AuthLayer::new(authenticator()));
    let optional = Router::new().route("/", handler()).layer(AuthLayer::new(authenticator()).optional());
    for app in [strict, optional] {
        let reason = refused(get_from(app, "/").await, |error| authenticator().refuse(error)).await;
        assert_eq!(reason, Reason::CredentialMissing);
    }
}

/// In axum the layer added last runs first.
#[tokio::test]
async fn the_requiring_layer_is_added_before_the_authenticating_one_and_the_other_order_is_a_500() {
    let auth = || AuthLayer::new(authenticator()).optional();
    let require = RequireLayer::<ReadInvoices>::new;
    let router = || Router::new().route("/", get(|| async { "handled" }));
    let right = router().layer(require()).layer(auth());
    assert_eq!(get_from(right, "/").await.status(), StatusCode::UNAUTHORIZED);
    let wrong = router().layer(auth()).layer(require());
    assert_eq!(get_from(wrong, "/").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// PC-AUTHZ-1: handlers that do not ask who calls are closed too, and a route beside the layer is open by being put there.
#[tokio::test]
async fn a_layer_covers_the_routes_that_were_there_when_it_was_added() {
    let layer = || AuthLayer::new(authenticator());
    let handler = || get(|| async { "handled" });
    let layered = Router::new().route("/covered", handler()).layer(layer()).route("/open", handler());
    let routes = Router::new().route("/covered", handler()).route_layer(layer()).route("/open", handler());
    for app in [layered, routes] {
        assert_eq!(get_from(app.clone(), "/covered").await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(get_from(app, "/open").await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn nested_routes_are_covered_and_unknown_paths_are_the_outer_router_s() {
    let api = Router::new().route("/known", get(|| async { "handled" })).layer(AuthLayer::new(authenticator()));
    let app = Router::new().nest("/v1", api.clone());
    assert_eq!(get_from(app.clone(), "/v1/known").await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(get_from(app, "/v1/unknown").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get_from(api, "/unknown").await.status(), StatusCode::UNAUTHORIZED);
}
