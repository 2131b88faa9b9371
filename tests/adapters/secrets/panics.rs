//! Code of the application that panics with a credential in its hands.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::test::{TestRequest, init_service};
use actix_web::{App, web};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use portcullis::fetch::{Fetch, FetchFuture, FetchRequest};
use portcullis::{Authentication, Authenticator, requirement};
use portcullis_testing::{Defect, TestIssuer};
use tokio::task::{JoinError, LocalSet};
use tower::ServiceExt;

use super::capture::Capture;
use super::prey::Prey;
use super::requests::marked;

requirement! { Panics = when(|_| panic!("a requirement")) }

#[derive(Debug)]
struct PanickingClaims;

impl<'de> serde::Deserialize<'de> for PanickingClaims {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a claims type")
    }
}

#[derive(Debug)]
struct PanickingFetch;

impl Fetch for PanickingFetch {
    fn fetch(&self, _: FetchRequest) -> FetchFuture {
        panic!("a client")
    }
}

pub(super) async fn provoke_all(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::new();
    let (good, bad) = (marked(&issuer).sign(), marked(&issuer).defect(Defect::Expired).sign());
    prey.add_token(&good);
    prey.add_token(&bad);
    let caught = |what: &dyn Fn()| drop(std::panic::catch_unwind(AssertUnwindSafe(what)).expect_err("a panic"));
    let auth = issuer.authenticator();
    let who = auth.verify(&good).now().expect("keys are here").expect("a good token");
    caught(&|| drop(who.require::<Panics>()));
    caught(&|| drop(who.principal::<PanickingClaims>()));
    caught(&|| drop(Authentication::clone(&who).required().expect("somebody").principal::<u8>().expect("u8")));
    caught(&|| drop(auth.verify(&bad).now().expect("keys are here").expect("a good token")));
    let with_body = issuer.authenticator_builder().refusal_body(|_, _| panic!("a body")).build().expect("settings");
    caught(&|| drop(with_body.refuse(&with_body.verify(&bad).now().expect("keys").expect_err("a bad token"))));
    let claims = issuer.authenticator_builder().require_claims::<PanickingClaims>().build().expect("settings");
    caught(&|| drop(claims.verify(&good)));

    let fetching = Authenticator::builder(issuer.url(), issuer.audience()).clock(issuer.clock());
    let fetching = fetching.fetch_with(PanickingFetch).build().expect("a good configuration");
    let error = fetching.verify(&good).await.expect_err("no keys");
    capture.show_error(&error);
    capture.show_error(fetching.status()[0].last_error.as_ref().expect("a panic"));

    let auth = Arc::new(auth);
    LocalSet::new()
        .run_until(async {
            let on_axum = tokio::task::spawn_local(axum(Authenticator::clone(&auth), good.clone()));
            let on_actix = tokio::task::spawn_local(actix(Authenticator::clone(&auth), good.clone()));
            for joined in [on_axum.await, on_actix.await] {
                let panic: JoinError = joined.expect_err("a panic");
                capture.show_error(&panic);
            }
        })
        .await;
}

async fn axum(auth: Authenticator, token: String) {
    async fn handler(caller: portcullis_axum::Authenticated) -> String {
        panic!("a handler, for {caller:?}")
    }
    let app = Router::new().route("/", get(handler)).layer(portcullis_axum::AuthLayer::new(auth));
    let request = Request::get("/").header("authorization", format!("Bearer {token}")).body(Body::empty());
    drop(app.oneshot(request.expect("a good request")).await);
}

async fn actix(auth: Authenticator, token: String) {
    async fn handler(caller: portcullis_actix::Authenticated) -> String {
        panic!("a handler, for {caller:?}")
    }
    let app = App::new().route("/", web::get().to(handler)).wrap(portcullis_actix::AuthMiddleware::new(auth));
    let app = init_service(app).await;
    let request = TestRequest::get().uri("/").insert_header(("authorization", format!("Bearer {token}")));
    drop(actix_web::test::call_service(&app, request.to_request()).await);
}
