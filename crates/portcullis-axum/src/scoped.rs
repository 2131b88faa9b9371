//! The extractor for a caller that meets a requirement.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use portcullis::{AuthError, Authentication, Principal, RegisteredClaims, Requirement};
use serde::de::DeserializeOwned;

use crate::authenticated::authentication;
use crate::rejection::AuthRejection;

/// Extracts the caller if it meets the requirement `R`, with its claims as `C`; otherwise answers 401 or 403.
///
/// Dereferences to [`Principal<C>`]. Holding one is proof that the requirement was decided.
pub struct Scoped<R, C = RegisteredClaims> {
    principal: Principal<C>,
    requirement: PhantomData<fn() -> R>,
}

impl<R: Requirement, C: DeserializeOwned + Send + Sync + 'static> Scoped<R, C> {
    /// Decides the requirement for what a layer found out, or for a
    /// [`TrustedCaller`](portcullis::TrustedCaller): to call a handler without a router.
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

impl<S, R, C> FromRequestParts<S> for Scoped<R, C>
where
    S: Send + Sync,
    R: Requirement,
    C: DeserializeOwned + Send + Sync + 'static,
{
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        let authentication = authentication::<Self>(parts)?;
        Self::decide(authentication).map_err(|error| AuthRejection::new(authentication, error))
    }
}
