//! The credential of a request.

use crate::credential::Credential;
use crate::{Reason, RequestHead};

/// The bearer token of a request; `None` if it presents nothing.
pub fn of<H: RequestHead + ?Sized>(head: &H) -> Result<Option<&str>, Reason> {
    match Credential::of(head)? {
        Credential::Absent => Ok(None),
        Credential::Bearer(presented) => presented.token().map(Some),
    }
}
