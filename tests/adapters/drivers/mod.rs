//! The frameworks, each with its handlers, all saying the same.

mod actix;
mod axum;
mod core;
mod tower;

use portcullis::{Authenticator, BackChannelLogout};

use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::Route;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Driver {
    Core,
    Tower,
    Axum,
    Actix,
}

impl Driver {
    pub(crate) const ALL: [Self; 4] = [Self::Core, Self::Tower, Self::Axum, Self::Actix];

    pub(crate) async fn send(self, auth: Authenticator, route: Route, request: &Request) -> Answer {
        match self {
            Self::Core => core::send(&auth, route, request).await,
            Self::Tower => tower::send(auth, route, request).await,
            Self::Axum => axum::send(auth, route, request).await,
            Self::Actix => actix::send(auth, route, request).await,
        }
    }

    pub(crate) async fn post(self, logout: BackChannelLogout, post: &Post) -> Answer {
        match self {
            Self::Core => core::post(&logout, post).await,
            Self::Tower => tower::post(logout, post).await,
            Self::Axum => axum::post(logout, post).await,
            Self::Actix => actix::post(logout, post).await,
        }
    }
}

/// The same of a request to the endpoint for logouts.
fn http_post<B: From<Vec<u8>>>(post: &Post) -> ::axum::http::Request<B> {
    let mut builder = ::axum::http::Request::builder().method(post.method).uri("/backchannel-logout");
    for (name, value) in &post.head {
        builder = builder.header(*name, *value);
    }
    builder.body(B::from(post.body.clone())).expect("a request that HTTP allows")
}

/// A request of the `http` crate, as tower and axum have it.
fn http_request<B>(request: &Request, body: B) -> ::axum::http::Request<B> {
    let mut builder = ::axum::http::Request::builder().method(request.method).uri(&*request.target);
    for (name, value) in &request.head {
        builder = builder.header(*name, value.as_bytes());
    }
    builder.body(body).expect("a request that HTTP allows")
}
