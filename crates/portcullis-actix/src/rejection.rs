//! What an extractor answers when it refuses.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use portcullis::{AuthError, Authentication, Refusal};

use crate::respond;

/// A refusal by an extractor: the same answer, byte for byte, that the middleware would give.
#[derive(Clone)]
pub struct AuthRejection {
    error: AuthError,
    refusal: Refusal,
}

impl AuthRejection {
    fn new(authentication: &Authentication, error: AuthError) -> Self {
        Self { refusal: authentication.refuse(&error), error }
    }

    fn layer_missing<By: ?Sized>() -> Self {
        let error = AuthError::layer_missing::<By>();
        Self { refusal: Refusal::without_layer(&error), error }
    }

    /// Reads what the middleware left, or names the missing middleware and what needs it.
    pub(crate) fn unless<By: ?Sized, T>(
        request: &HttpRequest,
        read: impl FnOnce(&Authentication) -> Result<T, AuthError>,
    ) -> Result<T, Self> {
        // Cloned, so that nothing the application's types do finds the extensions borrowed.
        let authentication = request.extensions().get::<Authentication>().cloned();
        let authentication = authentication.ok_or_else(Self::layer_missing::<By>)?;
        read(&authentication).map_err(|error| Self::new(&authentication, error))
    }

    pub(crate) fn into_response(self) -> HttpResponse {
        respond::into_response(self.refusal, self.error)
    }

    /// Why.
    #[must_use]
    pub fn error(&self) -> &AuthError {
        &self.error
    }
}

impl ResponseError for AuthRejection {
    fn status_code(&self) -> StatusCode {
        respond::status_code(self.refusal.status)
    }

    fn error_response(&self) -> HttpResponse {
        self.clone().into_response()
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
