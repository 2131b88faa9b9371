//! With CORS outside of the layer, a preflight request is answered without credentials, and a refusal gets
//! its CORS field like any other answer.

use actix_web::dev::Service as _;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpResponse, web};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::TestIssuer;
use tower::ServiceExt;

const ORIGIN: &str = "https://app.test";

async fn cors(request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(ORIGIN));
    response
}

/// PC-RSP-5
#[tokio::test]
async fn on_axum_a_preflight_request_needs_no_credentials() {
    let app = Router::new().route("/", get(|_: Authenticated| async {}));
    let app = app.layer(AuthLayer::new(TestIssuer::new().authenticator())).layer(from_fn(cors));
    for (method, status) in [(Method::OPTIONS, 204), (Method::GET, 401)] {
        let request = Request::builder().method(&method).uri("/").body(Body::empty()).expect("a good request");
        let response = app.clone().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], ORIGIN, "{method}");
        assert_eq!(response.headers().contains_key(WWW_AUTHENTICATE), status == 401, "{method}");
    }
}

/// PC-RSP-5
#[actix_web::test]
async fn on_actix_a_preflight_request_needs_no_credentials() {
    use portcullis_actix::{AuthMiddleware, Authenticated};
    let app = App::new()
        .route("/", web::get().to(|_: Authenticated| async { HttpResponse::Ok().finish() }))
        .wrap(AuthMiddleware::new(TestIssuer::new().authenticator()))
        // Wrapped last, so it runs first.
        .wrap_fn(|request, next| {
            let answer = (request.method() != actix_web::http::Method::OPTIONS).then(|| next.call(request));
            async move {
                let mut response = match answer {
                    Some(answer) => answer.await?.map_into_boxed_body(),
                    None => {
                        let preflight = TestRequest::default().to_srv_request();
                        preflight.into_response(HttpResponse::NoContent().finish())
                    }
                };
                let origin = actix_web::http::header::HeaderValue::from_static(ORIGIN);
                response.headers_mut().insert(actix_web::http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                Ok(response)
            }
        });
    let app = init_service(app).await;
    for (method, status) in [(actix_web::http::Method::OPTIONS, 204), (actix_web::http::Method::GET, 401)] {
        let request = TestRequest::with_uri("/").method(method.clone()).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers().get("access-control-allow-origin").map(|value| value.as_bytes()),
            Some(ORIGIN.as_bytes()),
            "{method}"
        );
        assert_eq!(response.headers().contains_key("www-authenticate"), status == 401, "{method}");
    }
}
