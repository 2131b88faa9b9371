//! The extractor for a caller that meets a requirement.

use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use portcullis::{AuthError, Authentication, Principal, RegisteredClaims, Requirement};
use serde::de::DeserializeOwned;

use crate::rejection::AuthRejection;

/// Extracts the caller if it meets the requirement `R`, with its claims as `C`; otherwise answers 401 or 403, and 500
/// without an [`AuthMiddleware`](crate::AuthMiddleware).
///
/// Dereferences to [`Principal<C>`]. Holding one is proof that the requirement was decided.
pub struct Scoped<R, C = RegisteredClaims> {
    principal: Principal<C>,
    requirement: PhantomData<fn() -> R>,
}

impl<R: Requirement, C: DeserializeOwned + Send + Sync + 'static> Scoped<R, C> {
    /// Decides the requirement for what the middleware found out, or for a
    /// [`TrustedCaller`](portcullis::TrustedCaller): to call a handler without an application.
    ///
    /// # Errors
    /// As [`Authentication::require`] and [`Authentication::principal`].
    pub fn decide(authentication: &Authentication) -> Result<Self, AuthError> {
        authentication.require::<R>()?;
        Ok(Self { principal: authentication.principal()?, requirement: PhantomData })
    }
}

impl<R, C> Scoped<R, C> {
    /// The principal, without the proof.
    pub fn into_principal(self) -> Principal<C> {
        self.principal
    }
}

impl<R, C> Deref for Scoped<R, C> {
    type Target = Principal<C>;

    fn deref(&self) -> &Principal<C> {
        &self.principal
    }
}

impl<R, C> Clone for Scoped<R, C> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), requirement: PhantomData }
    }
}

impl<R, C> fmt::Debug for Scoped<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scoped<{}>({:?})", std::any::type_name::<R>(), self.principal)
    }
}

impl<R: Requirement, C: DeserializeOwned + Send + Sync + 'static> FromRequest for Scoped<R, C> {
    type Error = AuthRejection;
    type Future = Ready<Result<Self, AuthRejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(AuthRejection::unless::<Self, _>(request, Self::decide))
    }
}
