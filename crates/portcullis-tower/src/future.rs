//! The futures of the services: no box on the way, unless keys must be waited for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use portcullis::{Authenticating, Authenticator};
use tower_service::Service;

use crate::respond::{self, MakeBody};

pin_project! {
    /// The future of an [`AuthService`](crate::AuthService).
    pub struct AuthFuture<S, B, ReqBody, ResBody>
    where
        S: Service<Request<ReqBody>>,
    {
        waiting: Option<Box<Waiting<S, B, ReqBody>>>,
        #[pin]
        answering: Option<RequireFuture<S::Future, ResBody>>,
    }
}

/// A request that waits for keys. Rare, so it may live on the heap.
struct Waiting<S, B, ReqBody> {
    authenticating: Authenticating,
    /// Authenticated; now the service has to get ready.
    let_in: bool,
    is_private: bool,
    authenticator: Authenticator,
    bodies: B,
    service: S,
    request: Request<ReqBody>,
}

impl<S, B, ReqBody, ResBody> AuthFuture<S, B, ReqBody, ResBody>
where
    S: Service<Request<ReqBody>>,
{
    pub(crate) fn inner(future: S::Future, is_private: bool) -> Self {
        Self { waiting: None, answering: Some(RequireFuture::inner(future).private(is_private)) }
    }

    pub(crate) fn refused(response: Response<ResBody>) -> Self {
        Self { waiting: None, answering: Some(RequireFuture::refused(response)) }
    }

    pub(crate) fn waiting(
        authenticating: Authenticating,
        authenticator: Authenticator,
        bodies: B,
        service: S,
        request: Request<ReqBody>,
    ) -> Self {
        let waiting =
            Waiting { authenticating, let_in: false, is_private: false, authenticator, bodies, service, request };
        Self { waiting: Some(Box::new(waiting)), answering: None }
    }
}

impl<S, B, ReqBody, ResBody> Future for AuthFuture<S, B, ReqBody, ResBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    B: MakeBody<ResBody>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(waiting) = this.waiting.as_mut().filter(|waiting| !waiting.let_in) {
            match ready!(Pin::new(&mut waiting.authenticating).poll(context)) {
                Ok(authentication) => {
                    waiting.is_private = authentication.must_be_private();
                    waiting.request.extensions_mut().insert(authentication);
                    waiting.let_in = true;
                }
                Err(error) => {
                    let refusal = waiting.authenticator.refuse(&error);
                    let response = respond::into_response(refusal, error, &waiting.bodies);
                    *this.waiting = None;
                    this.answering.set(Some(RequireFuture::refused(response)));
                }
            }
        }
        if let Some(waiting) = this.waiting {
            // Only now, so that waiting holds no permit; and the instance that got ready is the one that is called.
            ready!(waiting.service.poll_ready(context))?;
            if let Some(waiting) = this.waiting.take() {
                let Waiting { mut service, request, is_private, .. } = *waiting;
                this.answering.set(Some(RequireFuture::inner(service.call(request)).private(is_private)));
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
    pub struct RequireFuture<F, ResBody> {
        #[pin]
        inner: Option<F>,
        refused: Option<Response<ResBody>>,
        is_private: bool,
    }
}

impl<F, ResBody> RequireFuture<F, ResBody> {
    pub(crate) fn inner(future: F) -> Self {
        Self { inner: Some(future), refused: None, is_private: false }
    }

    pub(crate) fn refused(response: Response<ResBody>) -> Self {
        Self { inner: None, refused: Some(response), is_private: false }
    }

    /// Keeps the answer from shared caches.
    fn private(self, is_private: bool) -> Self {
        Self { is_private, ..self }
    }
}

impl<F, E, ResBody> Future for RequireFuture<F, ResBody>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    type Output = Result<Response<ResBody>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.inner.as_pin_mut() {
            Some(inner) => match ready!(inner.poll(context)) {
                Ok(mut response) if *this.is_private => {
                    respond::make_private(response.headers_mut());
                    Poll::Ready(Ok(response))
                }
                outcome => Poll::Ready(outcome),
            },
            // Polled again after it was ready: a misuse of the future, which may stay pending for ever.
            None => this.refused.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response))),
        }
    }
}
