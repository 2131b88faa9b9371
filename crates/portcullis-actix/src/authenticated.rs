//! The extractors for a caller, whoever it is.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use portcullis::{Principal, RegisteredClaims};
use serde::de::DeserializeOwned;

use crate::rejection::AuthRejection;

/// Extracts the authenticated caller, with its claims as `C`.
///
/// Answers 401 when nothing was presented (behind an optional middleware) or the claims do not fit `C`, and 500
/// without an [`AuthMiddleware`](crate::AuthMiddleware).
///
/// Where a caller is not needed, take [`MaybeAuthenticated<C>`](MaybeAuthenticated) and not
/// `Option<Authenticated<C>>`: actix-web makes `None` of **every** failure of an extractor, so that a missing
/// middleware and claims that do not fit would look like an anonymous caller. (A bad credential does not: the
/// middleware has refused it before.)
///
/// Dereferences to [`Principal<C>`], which says for how long a `C` lives: all requests with one token share it.
#[derive(Debug, Clone)]
pub struct Authenticated<C = RegisteredClaims>(pub Principal<C>);

impl<C> Deref for Authenticated<C> {
    type Target = Principal<C>;

    fn deref(&self) -> &Principal<C> {
        &self.0
    }
}

impl<C: DeserializeOwned + Send + Sync + 'static> FromRequest for Authenticated<C> {
    type Error = AuthRejection;
    type Future = Ready<Result<Self, AuthRejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(AuthRejection::unless::<Self, _>(request, |authentication| authentication.principal().map(Self)))
    }
}

/// Extracts the caller if there is one: `None` **only** when nothing was presented.
///
/// Behind an [optional](crate::AuthMiddleware::optional) middleware. A bad credential was refused before, claims
/// that do not fit `C` are refused here with 401, and a missing middleware is a 500.
///
/// Dereferences to the option.
#[derive(Debug, Clone)]
pub struct MaybeAuthenticated<C = RegisteredClaims>(pub Option<Principal<C>>);

impl<C> Deref for MaybeAuthenticated<C> {
    type Target = Option<Principal<C>>;

    fn deref(&self) -> &Option<Principal<C>> {
        &self.0
    }
}

impl<C: DeserializeOwned + Send + Sync + 'static> FromRequest for MaybeAuthenticated<C> {
    type Error = AuthRejection;
    type Future = Ready<Result<Self, AuthRejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(AuthRejection::unless::<Self, _>(request, |authentication| authentication.optional_principal().map(Self)))
    }
}
