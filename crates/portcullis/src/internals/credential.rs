//! The credential of a request.

use crate::{Reason, RequestHead};

/// The bearer token of a request; `None` if it presents nothing.
pub fn of<H: RequestHead + ?Sized>(head: &H) -> Result<Option<&str>, Reason> {
    match crate::credential::bearer(head)? {
        None => Ok(None),
        Some(presented) if presented.is_token68() => presented.text().map(Some),
        Some(_) => Err(Reason::CredentialMalformed),
    }
}
