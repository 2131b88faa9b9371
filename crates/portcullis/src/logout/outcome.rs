//! What became of a logout request.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::error::{AuthError, Reason};

/// A logout that was carried out: for an application that has sessions of its own to end.
///
/// Adapters leave it in the response's extensions. Whose it is is personal data, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct LoggedOut {
    issuer: Arc<str>,
    subject: Option<Box<str>>,
    session_id: Option<Box<str>>,
    every_session: bool,
}

impl LoggedOut {
    pub(super) fn new(
        issuer: Arc<str>,
        subject: Option<Box<str>>,
        session_id: Option<Box<str>>,
        by_subject: bool,
    ) -> Self {
        Self { every_session: by_subject && subject.is_some(), issuer, subject, session_id }
    }

    /// The issuer, as configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`: the user, if the token named one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `sid`: the session at the issuer, if the token named one.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Were all sessions of the user ended, and not only the named one?
    #[must_use]
    pub fn is_every_session(&self) -> bool {
        self.every_session
    }
}

impl fmt::Debug for LoggedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedOut")
            .field("issuer", &self.issuer)
            .field("every_session", &self.every_session)
            .finish_non_exhaustive()
    }
}

/// Why a logout request was refused, as the operator should see it. The issuer learns the status only.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum LogoutError {
    /// Another method than POST.
    #[error("the method is not POST")]
    MethodNotAllowed,
    /// `Content-Type` is not `application/x-www-form-urlencoded`, absent, or there twice.
    #[error("the content type is not application/x-www-form-urlencoded")]
    NotAForm,
    /// The body is longer than a token of the largest size and some other parameters.
    #[error("the body is longer than the limit")]
    BodyTooLarge,
    /// The body ended early.
    #[error("the body could not be read to its end")]
    BodyUnreadable,
    /// There is no `logout_token`.
    #[error("there is no logout_token")]
    TokenMissing,
    /// `logout_token` is there more than once.
    #[error("there is more than one logout_token")]
    TokenRepeated,
    /// The token is not a good logout token, or there are no keys to decide with.
    #[error("the logout token was refused: {0}")]
    TokenRefused(AuthError),
    /// A token of that `jti` was here before.
    #[error("the logout token was used before")]
    TokenReplayed,
}

impl LogoutError {
    /// The stable snake_case code, label of the metric and field of the event: for a token that was refused, its
    /// [`Reason`]'s.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotAForm => "not_a_form",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyUnreadable => "body_unreadable",
            Self::TokenMissing => "logout_token_missing",
            Self::TokenRepeated => "logout_token_repeated",
            Self::TokenRefused(error) => error.reason().as_str(),
            Self::TokenReplayed => "logout_token_replayed",
        }
    }

    /// The HTTP status that it is answered with (§2.8): 400, but where the request may be good or is none.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::MethodNotAllowed => 405,
            Self::TokenRefused(error) if error.reason() == Reason::KeysUnavailable => 503,
            _ => 400,
        }
    }
}
