//! The endpoint that an issuer tells of a logout.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use portcullis::{BackChannelLogout, LogoutAnswer, LogoutError};
use tower_service::Service;

use crate::head::Head;
use crate::respond::{self, Empty, MakeBody, Rendered, With};

/// Answers what an issuer posts when somebody logs out (OpenID Connect Back-Channel Logout 1.0), and never fails.
///
/// It answers requests of every method and path that it is given. It belongs outside of an
/// [`AuthLayer`](crate::AuthLayer): issuers send no credentials but the token in the form.
///
/// The response's extensions have the [`LoggedOut`](portcullis::LoggedOut), for an application with sessions of its own to
/// end, or the [`LogoutError`].
///
/// ```
/// use http_body_util::Full;
/// use portcullis_tower::LogoutService;
/// use portcullis_tower::portcullis::{Authenticator, BackChannelLogout, ConfigError};
///
/// fn endpoint(auth: &Authenticator) -> Result<LogoutService<Full<hyper::body::Bytes>>, ConfigError> {
///     let logout = BackChannelLogout::builder(auth, "https://login.example.com/", "my-client-id").build()?;
///     Ok(LogoutService::new(logout))
/// }
/// ```
#[must_use]
pub struct LogoutService<ResBody, B = Rendered> {
    logout: BackChannelLogout,
    bodies: B,
    response: PhantomData<fn() -> ResBody>,
}

impl<ResBody> LogoutService<ResBody> {
    /// A service over that endpoint.
    pub fn new(logout: BackChannelLogout) -> Self {
        Self { logout, bodies: Rendered, response: PhantomData }
    }
}

impl<ResBody, B> LogoutService<ResBody, B> {
    /// Answers with empty bodies, for response bodies that cannot be made from bytes but have a `Default`.
    pub fn empty_bodies(self) -> LogoutService<ResBody, Empty> {
        LogoutService { logout: self.logout, bodies: Empty, response: PhantomData }
    }

    /// Makes the bodies of answers with a function, for response bodies that have neither.
    pub fn bodies_with<F>(self, make: F) -> LogoutService<ResBody, With<F>> {
        LogoutService { logout: self.logout, bodies: With(make), response: PhantomData }
    }
}

impl<ResBody, B: Clone> Clone for LogoutService<ResBody, B> {
    fn clone(&self) -> Self {
        Self { logout: self.logout.clone(), bodies: self.bodies.clone(), response: PhantomData }
    }
}

impl<ResBody, B> fmt::Debug for LogoutService<ResBody, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogoutService").field(&self.logout).finish()
    }
}

impl<ReqBody, ResBody, B> Service<Request<ReqBody>> for LogoutService<ResBody, B>
where
    ReqBody: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    ResBody: 'static,
    B: MakeBody<ResBody> + Clone + Send + 'static,
{
    type Response = Response<ResBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ResBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (logout, bodies) = (self.logout.clone(), self.bodies.clone());
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = Head::of_parts(&parts);
            let outcome = logout.receive(parts.method.as_str(), &head, |limit| read(body, limit)).await;
            let LogoutAnswer { status, headers, body, .. } = LogoutAnswer::to(&outcome);
            let mut response = respond::render(status, headers, bodies.make_body(body));
            match outcome {
                Ok(logged_out) => response.extensions_mut().insert(logged_out).map(drop),
                Err(error) => response.extensions_mut().insert(error).map(drop),
            };
            Ok(response)
        })
    }
}

async fn read<B>(body: B, limit: usize) -> Result<impl AsRef<[u8]>, LogoutError>
where
    B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(LogoutError::BodyTooLarge),
        Err(_) => Err(LogoutError::BodyUnreadable),
    }
}
