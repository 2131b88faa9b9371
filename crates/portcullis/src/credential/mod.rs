//! Taking the credential from the request. Which verifier gets it is decided by where it is and what its scheme is, never
//! by what it looks like.

mod authorization;
mod basic;
mod bearer;
mod cookie;
mod place;
mod places;
mod query;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(crate) use bearer::Presented;
pub use place::{CookieDefence, CredentialKind, KeyPlace};
pub(crate) use places::Places;

use crate::error::Reason;
use crate::request::RequestHead;

/// What a request presented.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// Nothing, in any of the places that are looked at.
    Absent,
    /// A token: the scheme is `Bearer`.
    Bearer(Presented<'a>),
    /// A key, from one of the places that keys are taken from.
    ApiKey(PresentedKey<'a>),
}

/// A key that may be none: visible ASCII of at most the length of one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PresentedKey<'a> {
    pub(crate) text: Cow<'a, str>,
    /// It was not in `Authorization`, so caches do not know that the answer is for this caller only (RFC 9111 §3.5).
    pub(crate) is_hidden: bool,
}

impl<'a> PresentedKey<'a> {
    /// One that is in no request.
    pub(crate) fn of(key: &'a str) -> Result<Self, Reason> {
        match places::key(Cow::Borrowed(key.as_bytes()), false)? {
            Credential::ApiKey(presented) => Ok(presented),
            Credential::Absent | Credential::Bearer(_) => Err(Reason::CredentialMalformed),
        }
    }
}

/// Finds the one token of a request where nothing else is served. Two field lines are refused, never picked from
/// (RFC 6750 §3.1).
pub(crate) fn bearer<H: RequestHead + ?Sized>(head: &H) -> Result<Option<Presented<'_>>, Reason> {
    authorization::line(head)?.map(authorization::token).transpose()
}
