//! The one place where the outcome becomes a status and header fields (§2.8).

use std::borrow::Cow;

use super::outcome::{LoggedOut, LogoutError};
use crate::defaults;

/// An answer ready to be sent: what every adapter turns into its framework's response, byte for byte the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Header fields in order; names in lower case, values in visible ASCII and spaces.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body: empty after success, otherwise JSON in the form of an OAuth error.
    pub body: Vec<u8>,
}

impl LogoutAnswer {
    /// The answer to what [`BackChannelLogout::receive`](super::BackChannelLogout::receive) found.
    #[must_use]
    pub fn to(outcome: &Result<LoggedOut, LogoutError>) -> Self {
        let mut headers: Vec<(&'static str, Cow<'static, str>)> = vec![("cache-control", "no-store".into())];
        let Err(error) = outcome else { return Self { status: 200, headers, body: Vec::new() } };
        let status = error.status();
        let code = match status {
            503 => "temporarily_unavailable",
            _ => "invalid_request",
        };
        match error {
            LogoutError::MethodNotAllowed => headers.push(("allow", "POST".into())),
            LogoutError::TokenRefused(error) if status == 503 => {
                let wait = error.retry_after().unwrap_or(defaults::RETRY_AFTER);
                headers.push(("retry-after", wait.as_secs().max(1).to_string().into()));
            }
            _ => {}
        }
        headers.push(("content-type", "application/json".into()));
        Self { status, headers, body: format!("{{\"error\":\"{code}\"}}").into_bytes() }
    }
}
