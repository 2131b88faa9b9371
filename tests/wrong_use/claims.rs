//! A token whose claims are not what the handler takes them for.

use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::get;
use portcullis::{AuthError, Reason};
use portcullis_testing::{Defect, TestIssuer};
use portcullis_tower::AuthLayer;
use serde::Deserialize;
use tower::ServiceExt;

#[derive(Debug, Deserialize)]
struct Tenant {
    #[serde(rename = "tenant")]
    _tenant: String,
}

async fn send(app: &Router, token: Option<&str>) -> Response<Body> {
    let request = Request::get("/");
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    app.clone().oneshot(request.body(Body::empty()).expect("a good request")).await.expect("infallible")
}

fn error(response: &Response<Body>) -> &AuthError {
    response.extensions().get().expect("a refusal carries its error")
}

/// RFC9068-4-h, PC-RSP-1: a 401, an error that names the field, and no value of any claim.
#[tokio::test]
async fn a_missing_claim_is_named_to_the_operator_and_no_value_is() {
    use portcullis_axum::Authenticated;
    let issuer = TestIssuer::new();
    let app = Router::new().route("/", get(|_: Authenticated<Tenant>| async { "fits" }));
    let app = app.layer(AuthLayer::new(issuer.authenticator()));

    let missing = send(&app, Some(&issuer.token().claim("other", "marker").sign())).await;
    assert_eq!(missing.status(), 401);
    assert_eq!(missing.headers()["www-authenticate"], r#"Bearer realm="api", error="invalid_token""#);
    let shown = format!("{0} {0:?} {1:?}", error(&missing), error(&missing).got());
    assert_eq!(error(&missing).reason(), Reason::ClaimsRejected);
    assert!(
        shown.contains("claims_rejected") && shown.contains("field `tenant`") && !shown.contains("marker"),
        "{shown}"
    );

    let mistyped = send(&app, Some(&issuer.token().claim("tenant", vec!["marker"]).sign())).await;
    let shown = format!("{0} {0:?} {1:?}", error(&mistyped), error(&mistyped).got());
    assert!(mistyped.status() == 401 && shown.contains("claims_rejected") && !shown.contains("marker"), "{shown}");

    assert_eq!(send(&app, Some(&issuer.token().claim("tenant", "acme").sign())).await.status(), 200);
}

/// PC-EXT-2: "maybe" is about the credential, not about whether it is any good.
#[tokio::test]
async fn an_option_is_none_only_when_nothing_was_presented() {
    use portcullis_axum::Authenticated;
    let issuer = TestIssuer::new();
    let app = Router::new().route("/", get(|_: Option<Authenticated<Tenant>>| async { "open" }));
    let app = app.layer(AuthLayer::new(issuer.authenticator()).optional());
    assert_eq!(send(&app, None).await.status(), 200);
    assert_eq!(send(&app, Some(&issuer.token().claim("tenant", "acme").sign())).await.status(), 200);
    assert_eq!(send(&app, Some(&issuer.token().sign())).await.status(), 401, "claims that do not fit");
    assert_eq!(send(&app, Some("")).await.status(), 400);
    for defect in [Defect::Expired, Defect::AlgNone, Defect::SignatureFlipped, Defect::AudOther, Defect::OnePart] {
        assert_eq!(send(&app, Some(&issuer.token().defect(defect).sign())).await.status(), 401, "{defect}");
    }
}

#[actix_web::test]
async fn on_actix_a_bad_credential_is_refused_whatever_the_handler_takes() {
    use portcullis_actix::{AuthMiddleware, Authenticated, MaybeAuthenticated};
    let issuer = TestIssuer::new();
    let app = App::new()
        .wrap(AuthMiddleware::new(issuer.authenticator()).optional())
        .route("/any", web::get().to(|_: Authenticated<Tenant>| async { "open" }))
        .route("/maybe", web::get().to(|_: MaybeAuthenticated<Tenant>| async { "open" }))
        .route("/option", web::get().to(|_: Option<Authenticated<Tenant>>| async { "open" }));
    let app = init_service(app).await;
    let (bad, unfit) = (issuer.token().expired().sign(), issuer.token().sign());
    for (path, token, status) in [
        ("/any", &bad, 401),
        ("/maybe", &bad, 401),
        ("/option", &bad, 401),
        ("/any", &unfit, 401),
        ("/maybe", &unfit, 401),
    ] {
        let request = TestRequest::get().uri(path).append_header(("authorization", format!("Bearer {token}")));
        assert_eq!(call_service(&app, request.to_request()).await.status(), status, "{path}");
    }
    for (path, status) in [("/any", 401), ("/maybe", 200), ("/option", 200)] {
        assert_eq!(call_service(&app, TestRequest::get().uri(path).to_request()).await.status(), status, "{path}");
    }
}
