//! An actix-web application with extractors.

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use portcullis::{Authenticator, BackChannelLogout, Caller, Requirement};
use portcullis_actix::{AuthMiddleware, Authenticated, MaybeAuthenticated, RequireMiddleware, Scoped, logout_resource};

use crate::answer::Answer;
use crate::logouts::Post;
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
    answer(actix_web::test::call_service(&app, sent.to_request()).await).await
}

pub(crate) async fn post(logout: BackChannelLogout, post: &Post) -> Answer {
    let app = init_service(App::new().service(logout_resource("/backchannel-logout", logout))).await;
    let method = Method::from_bytes(post.method.as_bytes()).expect("a method");
    let mut sent = TestRequest::with_uri("/backchannel-logout").method(method).set_payload(post.body.clone());
    for (name, value) in &post.head {
        sent = sent.append_header((*name, *value));
    }
    answer(actix_web::test::call_service(&app, sent.to_request()).await).await
}

async fn answer(response: ServiceResponse<impl MessageBody>) -> Answer {
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
