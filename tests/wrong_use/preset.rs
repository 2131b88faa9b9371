//! Whatever was put into the request before, the layer decides who is calling.

use actix_web::dev::Service as _;
use actix_web::test::{TestRequest, call_and_read_body, init_service};
use actix_web::{App, HttpMessage, web};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use http_body_util::BodyExt;
use portcullis::{Authentication, TrustedCaller};
use portcullis_testing::TestIssuer;
use portcullis_tower::AuthLayer;
use tower::ServiceExt;

fn admin() -> Authentication {
    TrustedCaller::new("https://issuer.test", "admin").role("admin").build()
}

/// PC-AUTHZ-2, ATK-53
#[tokio::test]
async fn on_axum_a_caller_that_was_there_before_is_replaced() {
    use portcullis_axum::Authenticated;
    let issuer = TestIssuer::new();
    let say = |caller: Option<Authenticated>| async move {
        caller.as_ref().and_then(|caller| caller.subject()).unwrap_or("nobody").to_owned()
    };
    let required = Router::new().route("/", get(say)).layer(AuthLayer::new(issuer.authenticator()));
    let optional = Router::new().route("/", get(say)).layer(AuthLayer::new(issuer.authenticator()).optional());
    let token = format!("Bearer {}", issuer.token().subject("alice").sign());
    for (app, token, expected) in [
        (&required, Some(&token), "alice"),
        (&required, None, ""),
        (&optional, Some(&token), "alice"),
        (&optional, None, "nobody"),
    ] {
        let request = Request::get("/").extension(admin()).header("x-user", "admin");
        let request = token.iter().fold(request, |request, token| request.header("authorization", token.as_str()));
        let response =
            app.clone().oneshot(request.body(Body::empty()).expect("a good request")).await.expect("infallible");
        assert_eq!(response.into_body().collect().await.expect("in memory").to_bytes(), expected);
    }
}

/// PC-AUTHZ-2
#[actix_web::test]
async fn on_actix_a_caller_that_was_there_before_is_replaced() {
    use portcullis_actix::{AuthMiddleware, MaybeAuthenticated};
    async fn say(caller: MaybeAuthenticated) -> String {
        caller.as_ref().and_then(|caller| caller.subject()).unwrap_or("nobody").to_owned()
    }
    let issuer = TestIssuer::new();
    let app = App::new()
        .wrap(AuthMiddleware::new(issuer.authenticator()).optional())
        // Wrapped last, so it runs first.
        .wrap_fn(|request, next| {
            request.extensions_mut().insert(admin());
            next.call(request)
        })
        .route("/", web::get().to(say));
    let app = init_service(app).await;
    let token = issuer.token().subject("alice").sign();
    let with = TestRequest::get().uri("/").append_header(("authorization", format!("Bearer {token}")));
    assert_eq!(call_and_read_body(&app, with.to_request()).await, "alice");
    assert_eq!(call_and_read_body(&app, TestRequest::get().uri("/").to_request()).await, "nobody");
}
