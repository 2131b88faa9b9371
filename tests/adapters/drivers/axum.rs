//! An axum router with extractors.

use ::axum::Router;
use ::axum::body::Body;
use ::axum::handler::Handler;
use ::axum::response::{AppendHeaders, IntoResponse, Response};
use ::axum::routing::any;
use ::tower::ServiceExt;
use http_body_util::BodyExt;
use portcullis::{Authenticator, BackChannelLogout, Caller, Requirement};
use portcullis_axum::{AuthLayer, Authenticated, LogoutService, RequireLayer, Scoped};

use super::{http_post, http_request};
use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, NoPats, Read, Route, Tenant, UserReads, Users, body};

pub(crate) async fn send(auth: Authenticator, route: Route, request: &Request) -> Answer {
    let handler = match route {
        Route::Required => any(caller),
        Route::NoStore | Route::Public | Route::Private => {
            any(move |caller: Authenticated| async move { said(route, Some(&caller)) })
        }
        Route::Optional => any(maybe),
        Route::Read | Route::OptionalRead => any(scoped::<Read>),
        Route::ReadLayer => any(caller.layer(RequireLayer::<Read>::new())),
        Route::Either => any(scoped::<Either>),
        Route::Clerk => any(scoped::<Clerk>),
        Route::Approve => any(scoped::<Approve>),
        Route::Users | Route::OptionalUsers => any(scoped::<Users>),
        Route::NoPats => any(scoped::<NoPats>),
        Route::UserReads => any(scoped::<UserReads>),
        Route::Tenant => any(tenant),
    };
    let layer = if route.lets_nobody_in() { AuthLayer::new(auth).optional() } else { AuthLayer::new(auth) };
    let app = Router::new().route("/", handler).layer(layer);
    let response = app.oneshot(http_request(request, Body::empty())).await.expect("infallible");
    answer(response).await
}

pub(crate) async fn post(logout: BackChannelLogout, post: &Post) -> Answer {
    let app = Router::new().route_service("/backchannel-logout", LogoutService::new(logout));
    answer(app.oneshot(http_post::<Body>(post)).await.expect("infallible")).await
}

async fn answer(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("in memory").to_bytes();
    Answer::new(
        parts.status.as_u16(),
        parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())),
        &body,
    )
}

fn said(route: Route, caller: Option<&Caller>) -> impl IntoResponse + use<> {
    // A string has a type of its own, which is replaced; what comes after it is added.
    let [kind, rest @ ..] = &route.says().collect::<Vec<_>>()[..] else { unreachable!("every answer has a type") };
    ([*kind], AppendHeaders(rest.to_vec()), body(caller))
}

async fn caller(caller: Authenticated) -> impl IntoResponse {
    said(Route::Required, Some(&caller))
}

async fn maybe(caller: Option<Authenticated>) -> impl IntoResponse {
    said(Route::Optional, caller.as_ref().map(|caller| &***caller))
}

async fn scoped<R: Requirement>(caller: Scoped<R>) -> impl IntoResponse {
    said(Route::Required, Some(&caller))
}

async fn tenant(caller: Authenticated<Tenant>) -> impl IntoResponse {
    said(Route::Tenant, Some(&caller))
}
