//! tower alone: a service that does nothing, and the layer around it.

use std::convert::Infallible;
use std::future::ready;
use std::hint::black_box;

use http::{Request, Response, StatusCode};
use portcullis::{Authentication, Authenticator};
use portcullis_tower::AuthLayer;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{BODY, Bearer};

type Body = Vec<u8>;

/// Without authentication.
pub fn bare() -> impl AsyncFn(&Bearer) -> StatusCode {
    served(nothing())
}

/// With the layer.
pub fn protected(auth: Authenticator) -> impl AsyncFn(&Bearer) -> StatusCode {
    served(AuthLayer::new(auth).layer(nothing()))
}

fn nothing() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone {
    service_fn(|request: Request<Body>| {
        black_box(request.extensions().get::<Authentication>());
        ready(Ok(Response::new(BODY.into())))
    })
}

fn served<S>(service: S) -> impl AsyncFn(&Bearer) -> StatusCode
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    async move |bearer: &Bearer| match service.clone().oneshot(bearer.request()).await {
        Ok(response) => response.status(),
        Err(never) => match never {},
    }
}
