//! Taking the credential from the request: the `Authorization` field, and nothing else.

use crate::error::Reason;
use crate::request::RequestHead;

/// What a request presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// No `Authorization` field at all.
    Absent,
    /// The scheme is `Bearer`.
    Bearer(Presented<'a>),
}

/// What follows the scheme; whether it could be a token at all is not known yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presented<'a>(&'a [u8]);

impl<'a> Credential<'a> {
    /// Finds the one credential of a request. Two field lines are refused, never picked from (RFC 6750 §3.1).
    pub(crate) fn of<H: RequestHead + ?Sized>(head: &'a H) -> Result<Self, Reason> {
        let mut value: Option<&[u8]> = None;
        let mut repeated = false;
        head.visit_header("authorization", &mut |line| repeated |= value.replace(line).is_some());
        match value {
            _ if repeated => Err(Reason::CredentialAmbiguous),
            None => Ok(Self::Absent),
            Some(value) => Self::parse(value),
        }
    }

    /// `auth-scheme 1*SP token68`. White space around the value is not part of it (RFC 9110 §5.5).
    fn parse(value: &'a [u8]) -> Result<Self, Reason> {
        if let Some(presented) = Presented::as_usual(value) {
            return Ok(Self::Bearer(presented));
        }
        let value = trim(value, b" \t");
        let (scheme, rest) = value.split_at(value.iter().position(|b| !is_token_char(*b)).unwrap_or(value.len()));
        let separated = rest.is_empty() || rest.starts_with(b" ");
        if separated && scheme.eq_ignore_ascii_case(b"Bearer") {
            return Ok(Self::Bearer(Presented(trim(rest, b" "))));
        }
        let printable = value.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e));
        let is_other_scheme = separated && !scheme.is_empty() && printable;
        Err(if is_other_scheme { Reason::SchemeUnsupported } else { Reason::CredentialMalformed })
    }
}

impl<'a> Presented<'a> {
    /// What nearly everybody sends: `Bearer`, one space, and no white space at either end.
    fn as_usual(value: &'a [u8]) -> Option<Self> {
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

fn trim<'a>(mut value: &'a [u8], white: &[u8]) -> &'a [u8] {
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
fn is_token68(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `-`, `.`, `/` and the digits are neighbours.
    let is_dash_to_nine = byte.wrapping_sub(b'-') <= b'9' - b'-';
    is_letter | is_dash_to_nine | (byte == b'_') | (byte == b'~') | (byte == b'+')
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&[u8]]) -> Result<String, Reason> {
        let head: Vec<(&str, &[u8])> = lines.iter().map(|line| ("Authorization", *line)).collect();
        match Credential::of(head.as_slice())? {
            Credential::Absent => Ok("absent".to_owned()),
            Credential::Bearer(presented) if presented.is_token68() => presented.text().map(str::to_owned),
            Credential::Bearer(_) => Err(Reason::CredentialMalformed),
        }
    }

    /// RFC6750-2.1-a, RFC9110-11.1-a, RFC6750-2.1-b: any case, any number of spaces.
    #[test]
    fn a_bearer_token_is_taken_whatever_the_case_of_its_scheme() {
        for line in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "bEaReR   a.b.c", "Bearer a.b.c ", " Bearer a.b.c"]
        {
            assert_eq!(of(&[line.as_bytes()]).as_deref(), Ok("a.b.c"), "{line:?}");
        }
        for token in ["-._~+/09azAZ==", "a=.b=.c="] {
            assert_eq!(of(&[format!("Bearer {token}").as_bytes()]).as_deref(), Ok(token));
        }
        assert_eq!(of(&[]).as_deref(), Ok("absent"));
    }

    /// RFC6750-2.1-b, RFC6750-2.1-c, RFC6750-3.1-a, RFC9110-5.5-a, ATK-19, ATK-49, ATK-52
    #[test]
    fn what_is_not_token68_is_malformed() {
        let lines: [&[u8]; 25] = [
            b"Bearer",
            b"Bearer ",
            b"Bearer\ta.b.c",
            b"Bearer \ta.b.c",
            b"Bearer a,b",
            b"Bearer a.b.c, Bearer d.e.f",
            b"Bearer \"a\"",
            b"Bearer {}",
            b"Bearer a b",
            b"Bearer =a",
            b"Bearer =",
            b"Bearer a\xc3\xa9",
            b"Bearer\xc2\xa0a",
            b"\xef\xbc\xa2earer a",
            b"Bearer a\0",
            b"Bearer a\r\nb",
            b"Bearer a\x0b",
            b"Bearer a\x0c",
            b" Bearer a\x0c",
            b"bearer a\x0c",
            b"\x0cBearer a",
            b"Bearer a\xc2\xa0",
            b"Basic a\0b",
            b"Negotiate caf\xc3\xa9",
            b"",
        ];
        for line in lines {
            assert_eq!(of(&[line]), Err(Reason::CredentialMalformed), "{line:?}");
        }
    }

    /// RFC6750-2.1-b: octet by octet, since the comparisons are not written as the grammar is.
    #[test]
    fn the_characters_of_token68_are_those_of_the_grammar() {
        for octet in 0..=255_u8 {
            let expected = octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet);
            assert_eq!(is_token68(octet), expected, "{octet:#x}");
            assert_eq!(Presented(&[octet]).is_token68(), expected, "{octet:#x}");
            assert_eq!(Presented(&[b'a', octet]).is_token68(), expected || octet == b'=', "{octet:#x}");
        }
    }

    /// The same once more as the grammar has it, by text and one step after another.
    fn by_the_grammar(value: &[u8]) -> Result<String, Reason> {
        let value = str::from_utf8(value).map_err(|_| Reason::CredentialMalformed)?.trim_matches([' ', '\t']);
        if !value.chars().all(|c| matches!(c, '\t' | ' '..='~')) {
            return Err(Reason::CredentialMalformed);
        }
        let is_tchar = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let (scheme, rest) = value.split_at(value.find(|c| !is_tchar(c)).unwrap_or(value.len()));
        if scheme.is_empty() || !(rest.is_empty() || rest.starts_with(' ')) {
            return Err(Reason::CredentialMalformed);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Reason::SchemeUnsupported);
        }
        let token = rest.trim_start_matches(' ');
        let is_token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        let good = !token.is_empty() && !token.starts_with('=') && token.chars().all(is_token68);
        if good { Ok(token.to_owned()) } else { Err(Reason::CredentialMalformed) }
    }

    /// RFC6750-2.1-b: each value that four pieces can make, where parsing has a shorter way for what is usual.
    #[test]
    fn parsing_agrees_with_the_grammar_step_by_step() {
        const PIECES: [&[u8]; 20] = [
            b"",
            b"Bearer",
            b"bEARER",
            b"Bearer ",
            b"Basic",
            b" ",
            b"\t",
            b"a.b",
            b"=",
            b"~",
            b"/",
            b",",
            b"\"",
            b"{",
            b"\0",
            b"\r\n",
            b"\x7f",
            b"\xff",
            b"\xc2\xa0",
            b"\x0b",
        ];
        let mut bearers = 0;
        for n in 0..PIECES.len().pow(4) {
            let value = (0..4).flat_map(|at| PIECES[n / PIECES.len().pow(at) % PIECES.len()]);
            let value: Vec<u8> = value.copied().collect();
            let expected = by_the_grammar(&value);
            bearers += usize::from(expected.is_ok());
            assert_eq!(of(&[&value]), expected, "{}", value.escape_ascii());
        }
        assert!(bearers > 500, "{bearers}");
    }

    /// RFC6750-3.1-b, ATK-49
    #[test]
    fn two_lines_are_ambiguous_even_when_equal() {
        assert_eq!(of(&[b"Bearer a", b"Bearer a"]), Err(Reason::CredentialAmbiguous));
        assert_eq!(of(&[b"Bearer a", b"Basic a"]), Err(Reason::CredentialAmbiguous));
        assert_eq!(of(&[b"Bearer a"]).as_deref(), Ok("a"));
    }

    /// RFC6750-3.1-c
    #[test]
    fn another_scheme_is_not_a_malformed_bearer() {
        for line in ["Negotiate x", "Basic dTpw", "DPoP a.b.c", "Bearerx a", "Digest username=\"u\", realm=\"r\""] {
            assert_eq!(of(&[line.as_bytes()]), Err(Reason::SchemeUnsupported), "{line}");
        }
    }
}
