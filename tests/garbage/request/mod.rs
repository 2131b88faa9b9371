//! One request as octets, with the answers that are right for it.

mod authorization;
mod broken;
mod framing;

use fastrand::Rng;

use crate::corpus::Corpus;

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) kind: &'static str,
    pub(crate) octets: Vec<u8>,
    pub(crate) expected: &'static [u16],
    /// The answer has no body, whatever it says of its length.
    pub(crate) is_head: bool,
    pub(crate) after: After,
}

/// What may become of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// It stays open.
    Open,
    /// The server may close it after an answer, or without one.
    MayClose,
    /// The client hangs up without waiting for an answer.
    HangUp,
}

/// With which token, or what else is in the field.
pub(crate) struct Field {
    kind: &'static str,
    value: Vec<u8>,
    expected: &'static [u16],
}

impl Request {
    pub(crate) fn draw(corpus: &Corpus, rng: &mut Rng) -> Self {
        match rng.u8(..100) {
            0..15 => authorization::good(corpus, rng),
            15..20 => authorization::without_scope(corpus),
            20..26 => authorization::absent(rng),
            26..72 => authorization::refused(corpus, rng),
            72..78 => authorization::repeated(corpus, rng),
            78..84 => framing::other_method(corpus, rng),
            84..88 => framing::other_path(corpus, rng),
            88..92 => framing::with_body(corpus, rng),
            92..96 => framing::oversized(corpus, rng),
            _ => broken::any(corpus, rng),
        }
    }

    /// GET with these `Authorization` lines.
    fn get(kind: &'static str, path: &str, lines: &[&[u8]], expected: &'static [u16]) -> Self {
        let mut octets = format!("GET {path} HTTP/1.1\r\nhost: api.test\r\n").into_bytes();
        for line in lines {
            octets.extend_from_slice(b"Authorization: ");
            octets.extend_from_slice(line);
            octets.extend_from_slice(b"\r\n");
        }
        octets.extend_from_slice(b"\r\n");
        Self { kind, octets, expected, is_head: false, after: After::Open }
    }
}

fn bearer(token: &str) -> Vec<u8> {
    format!("Bearer {token}").into_bytes()
}

fn either_path(rng: &mut Rng) -> &'static str {
    if rng.bool() { "/read" } else { "/open" }
}
