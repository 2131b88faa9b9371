//! The futures of the services: no box on the way, unless keys must be waited for.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::HttpMessage;
use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use pin_project_lite::pin_project;
use portcullis::{Authenticating, Authenticator};

use crate::respond;

pin_project! {
    /// The future of an [`AuthService`](crate::AuthService).
    pub struct AuthFuture<S, B>
    where
        S: Service<ServiceRequest>,
    {
        waiting: Option<Box<Waiting<S>>>,
        #[pin]
        answering: Option<RequireFuture<S::Future, B>>,
    }
}

/// A request that waits for keys. Rare, so it may live on the heap.
struct Waiting<S> {
    authenticating: Authenticating,
    authenticator: Authenticator,
    inner: Rc<S>,
    request: ServiceRequest,
}

impl<S: Service<ServiceRequest>, B> AuthFuture<S, B> {
    pub(crate) fn inner(future: S::Future, is_private: bool) -> Self {
        Self { waiting: None, answering: Some(RequireFuture::inner(future).private(is_private)) }
    }

    pub(crate) fn refused(response: ServiceResponse) -> Self {
        Self { waiting: None, answering: Some(RequireFuture::refused(response)) }
    }

    pub(crate) fn waiting(
        authenticating: Authenticating,
        authenticator: Authenticator,
        inner: Rc<S>,
        request: ServiceRequest,
    ) -> Self {
        Self { waiting: Some(Box::new(Waiting { authenticating, authenticator, inner, request })), answering: None }
    }
}

impl<S, B> Future for AuthFuture<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(waiting) = this.waiting {
            let outcome = ready!(Pin::new(&mut waiting.authenticating).poll(context));
            if let Some(waiting) = this.waiting.take() {
                let Waiting { authenticator, inner, request, .. } = *waiting;
                this.answering.set(Some(match outcome {
                    Ok(authentication) => {
                        let is_private = authentication.must_be_private();
                        request.extensions_mut().insert(authentication);
                        RequireFuture::inner(inner.call(request)).private(is_private)
                    }
                    Err(error) => {
                        let refusal = authenticator.refuse(&error);
                        RequireFuture::refused(request.into_response(respond::into_response(refusal, error)))
                    }
                }));
            }
        }
        match this.answering.as_pin_mut() {
            Some(answering) => answering.poll(context),
            // Neither waiting nor answering: cannot be constructed.
            None => Poll::Pending,
        }
    }
}

pin_project! {
    /// The future of a [`RequireService`](crate::RequireService): the inner service's, or a refusal.
    pub struct RequireFuture<F, B> {
        #[pin]
        inner: Option<F>,
        refused: Option<ServiceResponse<EitherBody<B>>>,
        is_private: bool,
    }
}

impl<F, B> RequireFuture<F, B> {
    pub(crate) fn inner(future: F) -> Self {
        Self { inner: Some(future), refused: None, is_private: false }
    }

    pub(crate) fn refused(response: ServiceResponse) -> Self {
        Self { inner: None, refused: Some(response.map_into_right_body()), is_private: false }
    }

    /// Keeps the answer from shared caches.
    fn private(self, is_private: bool) -> Self {
        Self { is_private, ..self }
    }
}

impl<F, E, B> Future for RequireFuture<F, B>
where
    F: Future<Output = Result<ServiceResponse<B>, E>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(inner) => {
                let mut outcome = ready!(inner.poll(context)).map(ServiceResponse::map_into_left_body);
                if let (true, Ok(response)) = (*this.is_private, &mut outcome) {
                    respond::make_private(response.headers_mut());
                }
                Poll::Ready(outcome)
            }
            // Polled again after it was ready: a misuse of the future, which may stay pending for ever.
            None => this.refused.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response))),
        }
    }
}
