//! What an extractor answers when it refuses.

use std::fmt;

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use portcullis::{AuthError, Authentication, Refusal};
use portcullis_tower::{Rendered, into_response};

/// A refusal by an extractor: the same answer, byte for byte, that the layer would give.
#[derive(Clone)]
pub struct AuthRejection {
    error: AuthError,
    refusal: Refusal,
}

impl AuthRejection {
    pub(crate) fn new(authentication: &Authentication, error: AuthError) -> Self {
        Self { refusal: authentication.refuse(&error), error }
    }

    pub(crate) fn layer_missing<T>() -> Self {
        let error = AuthError::layer_missing::<T>();
        Self { refusal: Refusal::without_layer(&error), error }
    }

    /// Why.
    #[must_use]
    pub fn error(&self) -> &AuthError {
        &self.error
    }
}

impl IntoResponse for AuthRejection {
    fn into_response(self) -> Response {
        into_response::<Body>(self.refusal, self.error, &Rendered)
    }
}

impl fmt::Debug for AuthRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthRejection").field(&self.error).finish()
    }
}

impl fmt::Display for AuthRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for AuthRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
