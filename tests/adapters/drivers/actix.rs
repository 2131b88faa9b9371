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
use crate::setting::{Approve, Clerk, Either, NoPats, Read, Route, Tenant, UserReads, Users, body};

pub(crate) async fn send(auth: Authenticator, route: Route, request: &Request) -> Answer {
    let handler = match route {
        Route::Required => web::route().to(any),
        Route::NoStore | Route::Public | Route::Private => {
            web::route().to(move |caller: Authenticated| async move { said(route, Some(&caller)) })
        }
        Route::Optional => web::route().to(maybe),
        Route::Read | Route::OptionalRead => web::route().to(scoped::<Read>),
        Route::ReadLayer => web::route().to(any).wrap(RequireMiddleware::<Read>::new()),
        Route::Either => web::route().to(scoped::<Either>),
        Route::Clerk => web::route().to(scoped::<Clerk>),
        Route::Approve => web::route().to(scoped::<Approve>),
        Route::Users | Route::OptionalUsers => web::route().to(scoped::<Users>),
        Route::NoPats => web::route().to(scoped::<NoPats>),
        Route::UserReads => web::route().to(scoped::<UserReads>),
        Route::Tenant => web::route().to(tenant),
    };
    let middleware =
        if route.lets_nobody_in() { AuthMiddleware::new(auth).optional() } else { AuthMiddleware::new(auth) };
    let app = init_service(App::new().wrap(middleware).route("/", handler)).await;
    let method = request.method.parse().expect("a method that HTTP has");
    let mut sent = TestRequest::default().method(method).uri(&request.target);
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

fn said(route: Route, caller: Option<&Caller>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for field in route.says() {
        response.append_header(field);
    }
    response.body(body(caller))
}

async fn any(caller: Authenticated) -> HttpResponse {
    said(Route::Required, Some(&caller))
}

async fn maybe(caller: MaybeAuthenticated) -> HttpResponse {
    said(Route::Optional, caller.as_ref().map(|caller| &**caller))
}

async fn scoped<R: Requirement>(caller: Scoped<R>) -> HttpResponse {
    said(Route::Required, Some(&caller))
}

async fn tenant(caller: Authenticated<Tenant>) -> HttpResponse {
    said(Route::Tenant, Some(&caller))
}
