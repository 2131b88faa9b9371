//! The service that authenticates.

use std::task::{Context, Poll};

use http::{Request, Response};
use portcullis::Authenticator;
use tower_service::Service;

use crate::future::AuthFuture;
use crate::head::Head;
use crate::respond::{self, MakeBody};

/// The service of an [`AuthLayer`](crate::AuthLayer).
#[derive(Debug, Clone)]
pub struct AuthService<S, B> {
    inner: S,
    authenticator: Authenticator,
    optional: bool,
    bodies: B,
}

impl<S, B> AuthService<S, B> {
    pub(crate) fn new(inner: S, authenticator: Authenticator, optional: bool, bodies: B) -> Self {
        Self { inner, authenticator, optional, bodies }
    }
}

impl<S: Clone, B> AuthService<S, B> {
    /// Gives up the instance that was polled ready, with whatever it reserved: a caller who is not let in, or not yet,
    /// must not hold a permit that others need.
    fn let_go(&mut self) {
        self.inner = self.inner.clone();
    }
}

impl<S, B, ReqBody, ResBody> Service<Request<ReqBody>> for AuthService<S, B>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    B: MakeBody<ResBody> + Clone,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = AuthFuture<S, B, ReqBody, ResBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let head = Head::of(&request);
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
                self.let_go();
                let refusal = self.authenticator.refuse(&error);
                AuthFuture::refused(respond::into_response(refusal, error, &self.bodies))
            }
            Err(authenticating) => {
                self.let_go();
                let (authenticator, bodies) = (self.authenticator.clone(), self.bodies.clone());
                AuthFuture::waiting(authenticating, authenticator, bodies, self.inner.clone(), request)
            }
        }
    }
}
