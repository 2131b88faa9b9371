//! What comes after `Bearer`.

use crate::error::Reason;

/// What follows the scheme; whether it could be a token at all is not known yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presented<'a>(&'a [u8]);

impl<'a> Presented<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// What nearly everybody sends: `Bearer`, one space, and no white space at either end.
    pub(super) fn as_usual(value: &'a [u8]) -> Option<Self> {
        let rest = value.strip_prefix(b"Bearer ")?;
        let is_white = |byte: Option<&u8>| matches!(byte, None | Some(b' ' | b'\t'));
        (!is_white(rest.first()) && !is_white(rest.last())).then_some(Self(rest))
    }

    pub(crate) fn octets(self) -> &'a [u8] {
        self.0
    }

    /// The token, if it is one character at a time; whether they are the right ones is for
    /// [`is_token68`](Self::is_token68) to say.
    pub(crate) fn text(self) -> Result<&'a str, Reason> {
        std::str::from_utf8(self.0).map_err(|_| Reason::CredentialMalformed)
    }

    /// Whether it is made of the characters of `token68` (RFC 6750 §2.1), at least one.
    ///
    /// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, except that `=` may also stand further
    /// in: padding inside a JWT is a fault of the token and not of the request (RFC 8725bis §3.14).
    pub(crate) fn is_token68(self) -> bool {
        // All of them, without a way out, so that it becomes a loop over vectors.
        let all = self.0.iter().fold(true, |all, byte| all & (is_token68(*byte) | (*byte == b'=')));
        all && self.0.first().is_some_and(|first| *first != b'=')
    }
}

pub(super) fn trim<'a>(mut value: &'a [u8], white: &[u8]) -> &'a [u8] {
    while let [first, rest @ ..] = value
        && white.contains(first)
    {
        value = rest;
    }
    while let [rest @ .., last] = value
        && white.contains(last)
    {
        value = rest;
    }
    value
}

/// As few comparisons as possible, and no way out, so that many octets are compared at once.
pub(super) fn is_token68(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `-`, `.`, `/` and the digits are neighbours.
    let is_dash_to_nine = byte.wrapping_sub(b'-') <= b'9' - b'-';
    is_letter | is_dash_to_nine | (byte == b'_') | (byte == b'~') | (byte == b'+')
}

/// `tchar` of RFC 9110 §5.6.2.
pub(super) fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
