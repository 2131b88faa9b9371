//! Other methods, paths, bodies and sizes.

use fastrand::Rng;

use super::{After, Request, either_path};
use crate::corpus::Corpus;

/// With a good token, or none.
fn credential(corpus: &Corpus, rng: &mut Rng) -> String {
    if rng.bool() { format!("authorization: Bearer {}\r\n", corpus.good(rng)) } else { String::new() }
}

pub(super) fn other_method(corpus: &Corpus, rng: &mut Rng) -> Request {
    const METHODS: [&str; 8] = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "HEAD"];
    let method = METHODS[rng.usize(..METHODS.len())];
    let (path, credential) = (either_path(rng), credential(corpus, rng));
    let octets = format!("{method} {path} HTTP/1.1\r\nhost: api.test\r\ncontent-length: 0\r\n{credential}\r\n");
    // axum answers HEAD where there is GET.
    let expected: &[u16] = if method == "HEAD" { &[200, 401, 405] } else { &[401, 405] };
    Request {
        kind: "another method",
        octets: octets.into_bytes(),
        expected,
        is_head: method == "HEAD",
        after: After::Open,
    }
}

pub(super) fn other_path(corpus: &Corpus, rng: &mut Rng) -> Request {
    const PATHS: [&str; 9] =
        ["/", "/nowhere", "/read/", "/READ", "/open/../read", "//", "/%00", "/read%2f", "/a?b=%ff#"];
    let path = PATHS[rng.usize(..PATHS.len())];
    let long = if rng.u8(..4) == 0 { "x".repeat(rng.usize(..2000)) } else { String::new() };
    let octets = format!("GET {path}{long} HTTP/1.1\r\nhost: api.test\r\n{}\r\n", credential(corpus, rng));
    Request {
        kind: "another path",
        octets: octets.into_bytes(),
        expected: &[400, 401, 404],
        is_head: false,
        after: After::MayClose,
    }
}

pub(super) fn with_body(corpus: &Corpus, rng: &mut Rng) -> Request {
    let body = vec![rng.u8(..); rng.usize(..20_000)];
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: api.test\r\ncontent-type: application/x-www-form-urlencoded\r\n{}content-length: {}\r\n\r\n",
        either_path(rng),
        credential(corpus, rng),
        body.len(),
    );
    Request {
        kind: "a body that nobody reads",
        octets: [head.as_bytes(), &body].concat(),
        expected: &[401, 405, 413],
        is_head: false,
        after: After::MayClose,
    }
}

/// Longer than a token may be, than a header may be, or more lines than a header may have.
pub(super) fn oversized(corpus: &Corpus, rng: &mut Rng) -> Request {
    let (mut lines, expected): (String, &[u16]) = match rng.u8(..8) {
        // A server that happens to have read all of it before it looks at the length hands it on.
        0 => (format!("authorization: Bearer {}\r\n", "a".repeat(600_000)), &[400, 401, 413, 431]),
        1 => ((0..200).map(|line| format!("x-{line}: {}\r\n", rng.u32(..))).collect(), &[400, 431]),
        2 => (format!("x: {}\r\nauthorization: Bearer {}\r\n", "y".repeat(30_000), corpus.bad(rng).0), &[400, 401]),
        _ => (format!("authorization: Bearer {}\r\n", "a.".repeat(rng.usize(8_192..30_000))), &[401]),
    };
    lines.push_str("\r\n");
    Request {
        kind: "an oversized header",
        octets: format!("GET {} HTTP/1.1\r\nhost: api.test\r\n{lines}", either_path(rng)).into_bytes(),
        expected,
        is_head: false,
        after: After::MayClose,
    }
}
