//! The extractor for a caller, whoever it is.

use std::ops::Deref;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use portcullis::{Authentication, Principal, RegisteredClaims};
use serde::de::DeserializeOwned;

use crate::rejection::AuthRejection;

/// Extracts the authenticated caller, with its claims as `C`.
///
/// `Option<Authenticated<C>>` is `None` only when nothing was presented (behind an optional layer): a bad credential
/// was refused before, claims that do not fit `C` are refused here, and a missing layer is a 500 in both forms.
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

impl<S, C> FromRequestParts<S> for Authenticated<C>
where
    S: Send + Sync,
    C: DeserializeOwned + Send + Sync + 'static,
{
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthRejection> {
        let authentication = authentication::<Self>(parts)?;
        authentication.principal().map(Self).map_err(|error| AuthRejection::new(authentication, error))
    }
}

impl<S, C> OptionalFromRequestParts<S> for Authenticated<C>
where
    S: Send + Sync,
    C: DeserializeOwned + Send + Sync + 'static,
{
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, AuthRejection> {
        let authentication = authentication::<Self>(parts)?;
        let principal = authentication.optional_principal();
        principal.map(|found| found.map(Self)).map_err(|error| AuthRejection::new(authentication, error))
    }
}

/// What the layer left, or the refusal that names the missing layer.
pub(crate) fn authentication<T>(parts: &Parts) -> Result<&Authentication, AuthRejection> {
    parts.extensions.get().ok_or_else(AuthRejection::layer_missing::<T>)
}
