//! An actix-web application with extractors.

use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use portcullis::{Authenticator, Caller, Requirement};
use portcullis_actix::{AuthMiddleware, Authenticated, MaybeAuthenticated, RequireMiddleware, Scoped};

use crate::answer::Answer;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, Read, Route, Tenant, body};

pub(crate) async fn send(auth: Authenticator, route: Route, request: &Request) -> Answer {
    let handler = match route {
        Route::Required => web::get().to(any),
        Route::Optional => web::get().to(maybe),
        Route::Read | Route::OptionalRead => web::get().to(scoped::<Read>),
        Route::ReadLayer => web::get().to(any).wrap(RequireMiddleware::<Read>::new()),
        Route::Either => web::get().to(scoped::<Either>),
        Route::Clerk => web::get().to(scoped::<Clerk>),
        Route::Approve => web::get().to(scoped::<Approve>),
        Route::Tenant => web::get().to(tenant),
    };
    let middleware =
        if route.lets_nobody_in() { AuthMiddleware::new(auth).optional() } else { AuthMiddleware::new(auth) };
    let app = init_service(App::new().wrap(middleware).route("/", handler)).await;
    let mut sent = TestRequest::get().uri(&request.target);
    for (name, value) in &request.head {
        sent = sent.append_header((*name, value.as_bytes()));
    }
    let response = actix_web::test::call_service(&app, sent.to_request()).await;
    let (status, fields) = (response.status().as_u16(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.map_err(|_| "a body that fails").expect("in memory");
    Answer::new(status, fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes())), &body)
}

fn said(caller: Option<&Caller>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body(caller))
}

async fn any(caller: Authenticated) -> HttpResponse {
    said(Some(&caller))
}

async fn maybe(caller: MaybeAuthenticated) -> HttpResponse {
    said(caller.as_ref().map(|caller| &**caller))
}

async fn scoped<R: Requirement>(caller: Scoped<R>) -> HttpResponse {
    said(Some(&caller))
}

async fn tenant(caller: Authenticated<Tenant>) -> HttpResponse {
    said(Some(&caller))
}
