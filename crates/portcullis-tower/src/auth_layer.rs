//! The layer that authenticates.

use portcullis::Authenticator;
use tower_layer::Layer;

use crate::auth_service::AuthService;
use crate::respond::{Empty, Rendered, With};

/// Authenticates every request that passes: a bad credential is always refused, a missing one unless
/// [`optional`](Self::optional).
///
/// What was found out goes into the request's extensions as [`Authentication`](portcullis::Authentication),
/// replacing any that was there. The inner service is called only for requests that were not refused.
///
/// In axum, put it around the routes to protect with `Router::layer` and nest or merge that router into the rest;
/// `Router::route_layer` leaves routes added after it unprotected. CORS belongs outside of it, so that preflight
/// requests, which carry no credentials, are answered.
#[derive(Debug, Clone)]
#[must_use]
pub struct AuthLayer<B = Rendered> {
    authenticator: Authenticator,
    optional: bool,
    bodies: B,
}

impl AuthLayer {
    /// A layer that refuses requests without credentials.
    pub fn new(authenticator: Authenticator) -> Self {
        Self { authenticator, optional: false, bodies: Rendered }
    }
}

impl<B> AuthLayer<B> {
    /// Lets requests through that present nothing. Everything else is as without it: a credential that is there and
    /// bad, or of a scheme that is not served, is refused.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Refuses with empty bodies, for response bodies that cannot be made from bytes but have a `Default`.
    pub fn empty_bodies(self) -> AuthLayer<Empty> {
        AuthLayer { authenticator: self.authenticator, optional: self.optional, bodies: Empty }
    }

    /// Makes the bodies of refusals with a function, for response bodies that have neither.
    pub fn bodies_with<F>(self, make: F) -> AuthLayer<With<F>> {
        AuthLayer { authenticator: self.authenticator, optional: self.optional, bodies: With(make) }
    }
}

impl<S, B: Clone> Layer<S> for AuthLayer<B> {
    type Service = AuthService<S, B>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService::new(inner, self.authenticator.clone(), self.optional, self.bodies.clone())
    }
}
