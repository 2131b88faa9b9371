//! The middleware that demands something of the caller.

use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use portcullis::{Authentication, Requirement};

use crate::future::RequireFuture;
use crate::rejection::AuthRejection;

/// Lets only callers through that meet a [`Requirement`]: 401 for nobody, 403 for somebody who may not.
///
/// Needs an [`AuthMiddleware`](crate::AuthMiddleware) that has run before it; without one every request is answered
/// with a 500 that says so in the log. In actix-web the middleware registered last runs first, so on the same `App`
/// or scope this one is wrapped **before** the other.
#[must_use]
pub struct RequireMiddleware<R> {
    requirement: PhantomData<fn() -> R>,
}

impl<R: Requirement> RequireMiddleware<R> {
    /// Middleware that demands `R`.
    pub fn new() -> Self {
        Self { requirement: PhantomData }
    }
}

impl<R: Requirement> Default for RequireMiddleware<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Clone for RequireMiddleware<R> {
    fn clone(&self) -> Self {
        Self { requirement: PhantomData }
    }
}

impl<R> fmt::Debug for RequireMiddleware<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequireMiddleware<{}>", std::any::type_name::<R>())
    }
}

impl<S, B, R> Transform<S, ServiceRequest> for RequireMiddleware<R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>>,
    R: Requirement,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    type Transform = RequireService<S, R>;
    type InitError = ();
    type Future = Ready<Result<RequireService<S, R>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(RequireService { inner, requirement: PhantomData }))
    }
}

/// The service of a [`RequireMiddleware`].
pub struct RequireService<S, R> {
    inner: S,
    requirement: PhantomData<fn() -> R>,
}

impl<S: fmt::Debug, R> fmt::Debug for RequireService<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireService").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, B, R> Service<ServiceRequest> for RequireService<S, R>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>>,
    R: Requirement,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    type Future = RequireFuture<S::Future, B>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match AuthRejection::unless::<RequireMiddleware<R>, _>(request.request(), Authentication::require::<R>) {
            Ok(()) => RequireFuture::inner(self.inner.call(request)),
            Err(rejection) => RequireFuture::refused(request.into_response(rejection.into_response())),
        }
    }
}
