//! Requests that are good HTTP, with anything at all in `Authorization`.

use fastrand::Rng;

use super::{Field, Request, bearer, either_path};
use crate::corpus::Corpus;

pub(super) fn good(corpus: &Corpus, rng: &mut Rng) -> Request {
    Request::get("a good token", either_path(rng), &[&bearer(corpus.good(rng))], &[200])
}

pub(super) fn without_scope(corpus: &Corpus) -> Request {
    Request::get("a good token without the scope", "/read", &[&bearer(corpus.unscoped())], &[403])
}

pub(super) fn absent(rng: &mut Rng) -> Request {
    if rng.bool() {
        Request::get("nothing, where anybody may", "/open", &[], &[200])
    } else {
        Request::get("nothing", "/read", &[], &[401])
    }
}

/// Refused on both routes alike.
pub(super) fn refused(corpus: &Corpus, rng: &mut Rng) -> Request {
    let field = refused_field(corpus, rng);
    Request::get(field.kind, either_path(rng), &[&field.value], field.expected)
}

fn refused_field(corpus: &Corpus, rng: &mut Rng) -> Field {
    match rng.u8(..10) {
        0..4 => {
            let (token, status) = corpus.bad(rng);
            let expected: &[u16] = if status == 400 { &[400] } else { &[401] };
            Field { kind: "a bad token", value: bearer(token), expected }
        }
        4..7 => Field { kind: "a mutated token", value: bearer(&corpus.mutated(rng)), expected: &[400, 401] },
        7 => {
            let value = bearer(&corpus.under_unknown_kid(rng));
            Field { kind: "a token under an unknown kid", value, expected: &[401] }
        }
        8 => Field { kind: "random octets", value: random(rng), expected: &[400, 401] },
        _ => Field { kind: "another scheme", value: other_scheme(corpus, rng), expected: &[401] },
    }
}

/// Octets that a field value may have (RFC 9110 §5.5), some of them beyond ASCII.
fn random(rng: &mut Rng) -> Vec<u8> {
    let mut value = match rng.u8(..3) {
        0 => b"Bearer ".to_vec(),
        1 => b"bearer  ".to_vec(),
        _ => Vec::new(),
    };
    let octet = |rng: &mut Rng| match rng.u8(..8) {
        0 => rng.u8(0x80..),
        1 => b' ',
        2 => b'\t',
        _ => rng.u8(0x21..=0x7e),
    };
    for _ in 0..rng.usize(..400) {
        value.push(octet(rng));
    }
    value
}

fn other_scheme(corpus: &Corpus, rng: &mut Rng) -> Vec<u8> {
    const SCHEMES: [&str; 7] = ["Basic", "Digest", "DPoP", "Negotiate", "Bearerx", "X", "Token"];
    let scheme = SCHEMES[rng.usize(..SCHEMES.len())];
    format!("{scheme} {}", corpus.good(rng)).into_bytes()
}

/// Several `Authorization` lines, equal or not, good or not.
pub(super) fn repeated(corpus: &Corpus, rng: &mut Rng) -> Request {
    let good = bearer(corpus.good(rng));
    let other = if rng.bool() { good.clone() } else { refused_field(corpus, rng).value };
    let lines = if rng.bool() { [&*good, &*other] } else { [&*other, &*good] };
    Request::get("two Authorization lines", either_path(rng), &lines, &[400])
}
