//! What is no HTTP, and what is no whole request.

use fastrand::Rng;

use super::{After, Request, bearer};
use crate::corpus::Corpus;

/// Whatever a server makes of it, but no success and no fault of its own.
const REFUSED: &[u16] = &[400, 401, 404, 405, 413, 431];

pub(super) fn any(corpus: &Corpus, rng: &mut Rng) -> Request {
    let good = bearer(corpus.good(rng));
    let (octets, after) = match rng.u8(..6) {
        0 => (cut_off(&good, rng), After::HangUp),
        1 => (line_noise(rng), After::MayClose),
        2 => (with_control_character(&good, rng), After::MayClose),
        _ => (malformed(&good, rng), After::MayClose),
    };
    Request { kind: "broken HTTP", octets, expected: REFUSED, is_head: false, after }
}

/// A good request that ends before it should.
fn cut_off(good: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut octets = Request::get("", "/read", &[good], &[]).octets;
    octets.truncate(rng.usize(..octets.len()));
    octets
}

fn line_noise(rng: &mut Rng) -> Vec<u8> {
    let mut octets: Vec<u8> = (0..rng.usize(1..600)).map(|_| rng.u8(..)).collect();
    octets.extend_from_slice(b"\r\n\r\n");
    octets
}

fn with_control_character(good: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut value = good.to_vec();
    let character = [0, 1, 0x0b, 0x1b, 0x7f][rng.usize(..5)];
    value.insert(rng.usize(7..value.len()), character);
    Request::get("", "/read", &[&value], &[]).octets
}

fn malformed(good: &[u8], rng: &mut Rng) -> Vec<u8> {
    const HEADS: [&str; 12] = [
        "GET /read\r\n",
        "GET /read HTTP/9.9\r\nhost: api.test\r\n",
        "GET\t/read HTTP/1.1\r\nhost: api.test\r\n",
        "G@T /read HTTP/1.1\r\nhost: api.test\r\n",
        "GET /re ad HTTP/1.1\r\nhost: api.test\r\n",
        "GET /read HTTP/1.1\r\nhost: api.test\r\nAuthorization : x\r\n",
        "GET /read HTTP/1.1\r\nhost: api.test\r\n folded: x\r\n",
        "GET /read HTTP/1.1\r\nhost: api.test\r\nno colon\r\n",
        "POST /read HTTP/1.1\r\nhost: api.test\r\ncontent-length: -1\r\n",
        "POST /read HTTP/1.1\r\nhost: api.test\r\ncontent-length: 1\r\ncontent-length: 2\r\n",
        "POST /read HTTP/1.1\r\nhost: api.test\r\ntransfer-encoding: chunked\r\ntransfer-encoding: gzip\r\n",
        "PRI * HTTP/2.0\r\n",
    ];
    let head = HEADS[rng.usize(..HEADS.len())];
    [head.as_bytes(), b"Authorization: ", good, b"\r\n\r\n"].concat()
}
