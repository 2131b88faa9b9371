//! A plain tower service behind the layers.

use std::convert::Infallible;

use ::axum::http::{Request as HttpRequest, Response};
use ::tower::{Layer, ServiceExt, service_fn, util::BoxCloneService};
use http_body_util::{BodyExt, Full};
use portcullis::{Authentication, Authenticator, BackChannelLogout, Requirement};
use portcullis_tower::{AuthLayer, LogoutService, Rendered, RequireLayer, into_response};

use super::{http_post, http_request};
use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, NoPats, Read, Route, Tenant, UserReads, Users, body};

type Body = Full<Bytes>;
type Bytes = ::axum::body::Bytes;
type Service = BoxCloneService<HttpRequest<()>, Response<Body>, Infallible>;

pub(crate) async fn send(auth: Authenticator, route: Route, request: &Request) -> Answer {
    let inner = match route {
        Route::Required | Route::Optional | Route::NoStore | Route::Public | Route::Private => {
            BoxCloneService::new(service_fn(move |request| echo(route, request)))
        }
        Route::Read | Route::OptionalRead | Route::ReadLayer => behind::<Read>(),
        Route::Either => behind::<Either>(),
        Route::Clerk => behind::<Clerk>(),
        Route::Approve => behind::<Approve>(),
        Route::Users | Route::OptionalUsers => behind::<Users>(),
        Route::NoPats => behind::<NoPats>(),
        Route::UserReads => behind::<UserReads>(),
        Route::Tenant => BoxCloneService::new(service_fn(tenant)),
    };
    let layer = if route.lets_nobody_in() { AuthLayer::new(auth).optional() } else { AuthLayer::new(auth) };
    let response = layer.layer(inner).oneshot(http_request(request, ())).await.expect("infallible");
    answer(response).await
}

pub(crate) async fn post(logout: BackChannelLogout, post: &Post) -> Answer {
    let service = LogoutService::<Body>::new(logout);
    answer(service.oneshot(http_post::<Body>(post)).await.expect("infallible")).await
}

async fn answer(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("in memory").to_bytes();
    Answer::new(
        parts.status.as_u16(),
        parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())),
        &body,
    )
}

fn behind<R: Requirement>() -> Service {
    BoxCloneService::new(RequireLayer::<R>::new().layer(service_fn(|request| echo(Route::Required, request))))
}

async fn echo(route: Route, request: HttpRequest<()>) -> Result<Response<Body>, Infallible> {
    Ok(said(route, request.extensions().get().expect("behind the layer")))
}

/// What an extractor does elsewhere.
async fn tenant(request: HttpRequest<()>) -> Result<Response<Body>, Infallible> {
    let who: &Authentication = request.extensions().get().expect("behind the layer");
    Ok(match who.principal::<Tenant>() {
        Ok(_) => said(Route::Tenant, who),
        Err(error) => into_response(who.refuse(&error), error, &Rendered),
    })
}

fn said(route: Route, who: &Authentication) -> Response<Body> {
    let body = Full::from(body(who.caller().map(|caller| &**caller)).into_bytes());
    let response = route.says().fold(Response::builder(), |response, (name, value)| response.header(name, value));
    response.body(body).expect("a good response")
}
