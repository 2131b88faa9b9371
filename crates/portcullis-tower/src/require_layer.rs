//! The layer that demands something of the caller.

use std::fmt;
use std::marker::PhantomData;
use std::task::{Context, Poll};

use http::{Request, Response};
use portcullis::{AuthError, Authentication, Refusal, Requirement};
use tower_layer::Layer;
use tower_service::Service;

use crate::future::RequireFuture;
use crate::respond::{self, Empty, MakeBody, Rendered, With};

/// Lets only callers through that meet a [`Requirement`]: 401 for nobody, 403 for somebody who may not.
///
/// Goes inside an [`AuthLayer`](crate::AuthLayer), which must have run before it; without one every request is
/// answered with a 500 that says so in the log. In axum, where the layer added last runs first, that means adding
/// this one before the other.
#[must_use]
pub struct RequireLayer<R, B = Rendered> {
    bodies: B,
    requirement: PhantomData<fn() -> R>,
}

impl<R: Requirement> RequireLayer<R> {
    /// A layer that demands `R`.
    pub fn new() -> Self {
        Self { bodies: Rendered, requirement: PhantomData }
    }
}

impl<R, B> RequireLayer<R, B> {
    /// Refuses with empty bodies, for response bodies that cannot be made from bytes but have a `Default`.
    pub fn empty_bodies(self) -> RequireLayer<R, Empty> {
        RequireLayer { bodies: Empty, requirement: PhantomData }
    }

    /// Makes the bodies of refusals with a function, for response bodies that have neither.
    pub fn bodies_with<F>(self, make: F) -> RequireLayer<R, With<F>> {
        RequireLayer { bodies: With(make), requirement: PhantomData }
    }
}

impl<R: Requirement> Default for RequireLayer<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R, B: Clone> Clone for RequireLayer<R, B> {
    fn clone(&self) -> Self {
        Self { bodies: self.bodies.clone(), requirement: PhantomData }
    }
}

impl<R, B> fmt::Debug for RequireLayer<R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequireLayer<{}>", std::any::type_name::<R>())
    }
}

impl<S, R, B: Clone> Layer<S> for RequireLayer<R, B> {
    type Service = RequireService<S, R, B>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireService { inner, bodies: self.bodies.clone(), requirement: PhantomData }
    }
}

/// The service of a [`RequireLayer`].
pub struct RequireService<S, R, B> {
    inner: S,
    bodies: B,
    requirement: PhantomData<fn() -> R>,
}

impl<S: Clone, R, B: Clone> Clone for RequireService<S, R, B> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), bodies: self.bodies.clone(), requirement: PhantomData }
    }
}

impl<S: fmt::Debug, R, B> fmt::Debug for RequireService<S, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireService").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, R, B, ReqBody, ResBody> Service<Request<ReqBody>> for RequireService<S, R, B>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    R: Requirement,
    B: MakeBody<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = RequireFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (refusal, error) = match request.extensions().get::<Authentication>() {
            None => {
                let error = AuthError::layer_missing::<RequireLayer<R>>();
                (Refusal::without_layer(&error), error)
            }
            Some(authentication) => match authentication.require::<R>() {
                Ok(()) => return RequireFuture::inner(self.inner.call(request)),
                Err(error) => (authentication.refuse(&error), error),
            },
        };
        // What the instance that was polled ready has reserved is for others.
        self.inner = self.inner.clone();
        RequireFuture::refused(respond::into_response(refusal, error, &self.bodies))
    }
}
