//! A handler or a requirement outside of the layer is a 500 and a line in the log, never an open door.

use std::cell::RefCell;
use std::fmt::{Debug, Write};

use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::{MethodRouter, get};
use http_body_util::BodyExt;
use portcullis::{AuthError, Reason, requirement};
use portcullis_testing::TestIssuer;
use portcullis_tower::{AuthLayer, RequireLayer};
use tower::{Layer, ServiceExt, service_fn};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};

requirement! { Read = all("invoices:read") }

const NAMES_THE_LAYER: &str = "The authentication layer (AuthLayer, on actix-web AuthMiddleware) is missing.\n";

/// No challenge: it is not the client's fault.
const FIELDS: &str = "cache-control: no-store\ncontent-type: text/plain; charset=utf-8\n";

/// All fields but the length, which some frameworks add on the wire only.
fn fields<'a>(sent: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let sent = sent.filter(|(name, _)| *name != "content-length");
    let mut lines: Vec<String> =
        sent.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value))).collect();
    lines.sort();
    lines.concat()
}

/// A request with a token that would be good.
fn request() -> Request<Body> {
    let token = TestIssuer::new().token().scope("invoices:read").sign();
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    request.body(Body::empty()).expect("a good request")
}

async fn assert_misconfigured(response: Response<Body>, what: &str) {
    let (parts, body) = response.into_parts();
    assert_eq!(parts.status, 500, "{what}");
    assert_eq!(fields(parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))), FIELDS, "{what}");
    assert_eq!(body.collect().await.expect("in memory").to_bytes(), NAMES_THE_LAYER, "{what}");
    let error = parts.extensions.get::<AuthError>().map(AuthError::reason);
    assert_eq!(error, Some(Reason::LayerMissing), "{what}");
}

/// PC-AUTHZ-1
#[tokio::test]
async fn on_axum_every_extractor_and_the_requiring_layer_answer_500() {
    use portcullis_axum::{Authenticated, Scoped};
    let handlers: [(&str, MethodRouter); 4] = [
        ("Authenticated", get(|_: Authenticated| async { "open" })),
        ("Option<Authenticated>", get(|_: Option<Authenticated>| async { "open" })),
        ("Scoped", get(|_: Scoped<Read>| async { "open" })),
        ("RequireLayer", get(|| async { "open" }).layer(RequireLayer::<Read>::new())),
    ];
    for (what, handler) in handlers {
        let app = axum::Router::new().route("/", handler);
        assert_misconfigured(app.oneshot(request()).await.expect("infallible"), what).await;
    }
}

/// PC-AUTHZ-1
#[tokio::test]
async fn on_tower_a_requiring_layer_alone_or_outside_answers_500() {
    let open = || {
        service_fn(|_: Request<Body>| async { Ok::<_, std::convert::Infallible>(Response::new(Body::from("open"))) })
    };
    let alone = RequireLayer::<Read>::new().layer(open());
    assert_misconfigured(alone.oneshot(request()).await.expect("infallible"), "alone").await;

    let auth = TestIssuer::new().authenticator();
    let outside = RequireLayer::<Read>::new().layer(AuthLayer::new(auth.clone()).layer(open()));
    assert_misconfigured(outside.oneshot(request()).await.expect("infallible"), "outside").await;

    let inside = AuthLayer::new(auth).layer(RequireLayer::<Read>::new().layer(open()));
    assert_eq!(inside.oneshot(request()).await.expect("infallible").status(), 200, "the right way round");
}

/// PC-AUTHZ-1
#[actix_web::test]
async fn on_actix_every_extractor_and_the_requiring_middleware_answer_500() {
    use portcullis_actix::{Authenticated, MaybeAuthenticated, RequireMiddleware, Scoped};
    let app = App::new()
        .route("/any", web::get().to(|_: Authenticated| async { "open" }))
        .route("/maybe", web::get().to(|_: MaybeAuthenticated| async { "open" }))
        .route("/scoped", web::get().to(|_: Scoped<Read>| async { "open" }))
        .route("/layer", web::get().to(|| async { "open" }).wrap(RequireMiddleware::<Read>::new()));
    let app = init_service(app).await;
    for path in ["/any", "/maybe", "/scoped", "/layer"] {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(response.status(), 500, "{path}");
        let sent = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        assert_eq!(fields(sent), FIELDS, "{path}");
        let body = to_bytes(response.into_body()).await.map_err(|_| ()).expect("in memory");
        assert_eq!(body, NAMES_THE_LAYER, "{path}");
    }
}

/// The one form that cannot tell: actix-web itself makes `None` of every failure of an extractor. Hence
/// `MaybeAuthenticated`, and hence nobody, rather than somebody, is what such a handler sees.
#[actix_web::test]
async fn on_actix_an_option_sees_nobody() {
    use portcullis_actix::Authenticated;
    async fn say(caller: Option<Authenticated>) -> &'static str {
        if caller.is_some() { "somebody" } else { "nobody" }
    }
    let app = init_service(App::new().route("/", web::get().to(say))).await;
    let response = call_service(&app, TestRequest::get().uri("/").to_request()).await;
    assert_eq!(to_bytes(response.into_body()).await.expect("in memory"), "nobody");
}

thread_local! {
    static LOG: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Events of the thread they happened on. One subscriber for the process: several would race for the callsites.
struct Log;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string takes everything");
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        LOG.with_borrow_mut(|log| {
            log.push_str(event.metadata().level().as_str());
            event.record(&mut Fields(log));
        });
    }
}

#[tokio::test]
async fn the_log_says_what_is_missing() {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Log)).expect("the only one");
    let app = axum::Router::new().route("/", get(|_: portcullis_axum::Authenticated| async { "open" }));
    app.oneshot(request()).await.expect("infallible");
    let log = LOG.take();
    let expected = ["layer_missing", "add it around the route"];
    assert!(log.starts_with("ERROR") && expected.iter().all(|words| log.contains(words)), "{log}");
}
