//! URLs that may be fetched from.

use crate::{UrlError, jwks};

/// Whether a request may ever be sent there.
pub fn check_url(url: &str, allow_loopback_http: bool) -> Result<(), UrlError> {
    jwks::check_url(url, allow_loopback_http)
}
