//! The middleware that authenticates.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::HttpMessage;
use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use portcullis::Authenticator;

use crate::future::AuthFuture;
use crate::head::Head;
use crate::respond;

/// Authenticates every request that passes: a bad credential is always refused, a missing one unless
/// [`optional`](Self::optional).
///
/// What was found out goes into the request's extensions as [`Authentication`](portcullis::Authentication),
/// replacing any that was there. The inner service is called only for requests that were not refused. A refusal is
/// a response like any other, never an `Err`, so that middleware further out sees it and can add to it.
///
/// In actix-web the middleware registered **last runs first**: CORS is wrapped after this one, so that preflight
/// requests, which carry no credentials, are answered.
///
/// Make the authenticator once, outside of the application factory, and give each worker a clone: all of them share
/// its keys and their refresh.
#[derive(Debug, Clone)]
#[must_use]
pub struct AuthMiddleware {
    authenticator: Authenticator,
    optional: bool,
}

impl AuthMiddleware {
    /// Middleware that refuses requests without credentials.
    pub fn new(authenticator: Authenticator) -> Self {
        Self { authenticator, optional: false }
    }

    /// Lets requests through that present nothing. Everything else is as without it: a credential that is there and
    /// bad, or of a scheme that is not served, is refused.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

impl<S, B> Transform<S, ServiceRequest> for AuthMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>>,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    type Transform = AuthService<S>;
    type InitError = ();
    type Future = Ready<Result<AuthService<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let (inner, authenticator) = (Rc::new(inner), self.authenticator.clone());
        ready(Ok(AuthService { inner, authenticator, optional: self.optional }))
    }
}

/// The service of an [`AuthMiddleware`].
#[derive(Debug)]
pub struct AuthService<S> {
    /// Shared only with requests that wait for keys.
    inner: Rc<S>,
    authenticator: Authenticator,
    optional: bool,
}

impl<S, B> Service<ServiceRequest> for AuthService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>>,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    type Future = AuthFuture<S, B>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let head = Head::of(request.request());
        let authenticating = if self.optional {
            self.authenticator.authenticate_optional(&head)
        } else {
            self.authenticator.authenticate(&head)
        };
        match authenticating.now() {
            Ok(Ok(authentication)) => {
                let is_private = authentication.must_be_private();
                request.extensions_mut().insert(authentication);
                AuthFuture::inner(self.inner.call(request), is_private)
            }
            Ok(Err(error)) => {
                let refusal = self.authenticator.refuse(&error);
                AuthFuture::refused(request.into_response(respond::into_response(refusal, error)))
            }
            Err(authenticating) => {
                let (authenticator, inner) = (self.authenticator.clone(), Rc::clone(&self.inner));
                AuthFuture::waiting(authenticating, authenticator, inner, request)
            }
        }
    }
}
