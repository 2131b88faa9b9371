//! The `Authorization` field.

use super::bearer::{Presented, is_token_char, trim};
use crate::error::Reason;
use crate::request::RequestHead;

/// The one line of it, if there is one.
pub(super) fn line<H: RequestHead + ?Sized>(head: &H) -> Result<Option<&[u8]>, Reason> {
    let mut value: Option<&[u8]> = None;
    let mut repeated = false;
    head.visit_header("authorization", &mut |line| repeated |= value.replace(line).is_some());
    if repeated { Err(Reason::CredentialAmbiguous) } else { Ok(value) }
}

/// `auth-scheme 1*SP token68`. White space around the value is not part of it (RFC 9110 §5.5).
pub(super) fn token(value: &[u8]) -> Result<Presented<'_>, Reason> {
    if let Some(presented) = Presented::as_usual(value) {
        return Ok(presented);
    }
    match Value::of(value)? {
        Value { scheme, rest } if scheme.eq_ignore_ascii_case(b"Bearer") => Ok(Presented::new(rest)),
        _ => Err(Reason::SchemeUnsupported),
    }
}

/// A value as `auth-scheme [ 1*SP rest ]`.
pub(super) struct Value<'a> {
    pub(super) scheme: &'a [u8],
    /// Empty where there is none.
    pub(super) rest: &'a [u8],
}

impl<'a> Value<'a> {
    pub(super) fn of(value: &'a [u8]) -> Result<Self, Reason> {
        let value = trim(value, b" \t");
        let (scheme, rest) = value.split_at(value.iter().position(|b| !is_token_char(*b)).unwrap_or(value.len()));
        let separated = rest.is_empty() || rest.starts_with(b" ");
        if separated && scheme.eq_ignore_ascii_case(b"Bearer") {
            // Whatever it is, it is for the verifier of tokens to refuse.
            return Ok(Self { scheme, rest: trim(rest, b" ") });
        }
        let printable = value.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e));
        let well_formed = separated && !scheme.is_empty() && printable;
        if well_formed { Ok(Self { scheme, rest: trim(rest, b" ") }) } else { Err(Reason::CredentialMalformed) }
    }
}
