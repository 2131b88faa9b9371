//! An axum router with extractors.

use ::axum::Router;
use ::axum::body::Body;
use ::axum::handler::Handler;
use ::axum::http::header::CONTENT_TYPE;
use ::axum::response::{IntoResponse, Response};
use ::axum::routing::get;
use ::tower::ServiceExt;
use http_body_util::BodyExt;
use portcullis::{Authenticator, BackChannelLogout, Caller, Requirement};
use portcullis_axum::{AuthLayer, Authenticated, LogoutService, RequireLayer, Scoped};

use super::{http_post, http_request};
use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, Read, Route, Tenant, body};

pub(crate) async fn send(auth: Authenticator, route: Route, request: &Request) -> Answer {
    let handler = match route {
        Route::Required => get(any),
        Route::Optional => get(maybe),
        Route::Read | Route::OptionalRead => get(scoped::<Read>),
        Route::ReadLayer => get(any.layer(RequireLayer::<Read>::new())),
        Route::Either => get(scoped::<Either>),
        Route::Clerk => get(scoped::<Clerk>),
        Route::Approve => get(scoped::<Approve>),
        Route::Tenant => get(tenant),
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

fn said(caller: Option<&Caller>) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], body(caller))
}

async fn any(caller: Authenticated) -> impl IntoResponse {
    said(Some(&caller))
}

async fn maybe(caller: Option<Authenticated>) -> impl IntoResponse {
    said(caller.as_ref().map(|caller| &***caller))
}

async fn scoped<R: Requirement>(caller: Scoped<R>) -> impl IntoResponse {
    said(Some(&caller))
}

async fn tenant(caller: Authenticated<Tenant>) -> impl IntoResponse {
    said(Some(&caller))
}
