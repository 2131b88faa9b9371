//! Servers that take their time.

use super::*;

const TIMEOUT: &[Ends] = &[Ends::Timeout];

pub(crate) fn slow() -> Vec<Play> {
    let chunked_drip = |good: &Good| good.document.iter().flat_map(|byte| chunk(&[*byte])).collect::<Vec<_>>();
    vec![
        Play::new("never reads, never answers", TIMEOUT, |_| vec![Wait]),
        Play::new("never answers", TIMEOUT, |_| vec![Hear, Wait]),
        Play::new("answers one byte at a time", TIMEOUT, |good| vec![Hear, Drip(ok(&good.document))]),
        Play::new("a head without end, one byte at a time", TIMEOUT, |_| {
            vec![Hear, Drip(with_head(&"X-A: b\r\n".repeat(1000), b""))]
        }),
        Play::new("a body that drips", TIMEOUT, |good| {
            vec![Hear, Say(with_head("Content-Length: 100000", b"")), Drip(good.document.repeat(10))]
        }),
        Play::new("a body that drips until the connection ends", TIMEOUT, |good| {
            vec![Hear, Say(with_head("", b"")), Drip(good.document.repeat(10))]
        }),
        Play::new("a chunk at a time", TIMEOUT, move |good| {
            vec![Hear, Say(with_head(CHUNKED, b"")), Drip(chunked_drip(good))]
        }),
        Play::new("a head and no body", TIMEOUT, |_| vec![Hear, Say(with_head("Content-Length: 5", b"")), Wait]),
        Play::new("half of a head", TIMEOUT, |good| vec![Hear, Say(half(&ok(b""))), Say(half(&good.document)), Wait]),
        Play::new("half of a body", TIMEOUT, |good| {
            let whole = ok(&good.document);
            vec![Hear, Say(whole[..whole.len() - 5].to_vec()), Wait]
        }),
        Play::new("a whole body whose end is not told", TIMEOUT, |good| {
            vec![Hear, Say(with_head("", &good.document)), Wait]
        }),
        Play::new("the last chunk is missing", TIMEOUT, |good| {
            vec![Hear, Say(with_head(CHUNKED, &chunk(&good.document))), Wait]
        }),
        Play::new("one interim answer, and nothing", TIMEOUT, |_| {
            vec![Hear, Say(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()), Wait]
        }),
        // At a pace: hyper takes any number of these, and as fast as they come, so only the time bounds them; and a
        // parser that was not optimised falls behind a server that sends them as fast as it can.
        Play::new("interim answers for ever", TIMEOUT, |_| {
            vec![Hear, Rounds(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))]
        }),
        // The same is true of zeros in front of the size of a chunk.
        Play::new("a chunk size without end", TIMEOUT, |_| {
            vec![Hear, Say(with_head(CHUNKED, b"")), Rounds(vec![b'0'; 1000])]
        }),
    ]
}
