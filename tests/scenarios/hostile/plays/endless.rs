//! Servers that send more than anybody wants.

use super::*;

const BROKEN: &[Ends] = &[Ends::Broken];
const TOO_LARGE: &[Ends] = &[Ends::TooLarge];

pub(crate) fn too_much() -> Vec<Play> {
    let spaces = || vec![b' '; 10 * MIB];
    vec![
        Play::new("a status line without end", BROKEN, |_| {
            vec![Hear, Say(b"HTTP/1.1 200 ".to_vec()), Repeat(vec![b'O'; 4096])]
        }),
        Play::new("a field without end", BROKEN, |_| {
            vec![Hear, Say(b"HTTP/1.1 200 OK\r\nX-A: ".to_vec()), Repeat(vec![b'a'; 4096])]
        }),
        Play::new("a field of 10 MiB", BROKEN, |good| {
            let fields = format!("X-A: {}\r\nContent-Length: {}", "a".repeat(10 * MIB), good.document.len());
            vec![Hear, Say(with_head(&fields, &good.document))]
        }),
        Play::new("a field name without end", BROKEN, |_| {
            vec![Hear, Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Repeat(vec![b'a'; 4096])]
        }),
        Play::new("fields without end", BROKEN, |_| {
            vec![Hear, Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Repeat(b"X-A: aaaaaaaa\r\n".repeat(100))]
        }),
        Play::new("10 MiB of fields", BROKEN, |good| {
            vec![Hear, Say(with_head(&"X-A: aaaaaaaa\r\n".repeat(10 * MIB / 15), &good.document))]
        }),
        Play::new("a body of 10 MiB", TOO_LARGE, move |_| vec![Hear, Say(ok(&spaces()))]),
        Play::new("a body of 10 MiB with the document in front", TOO_LARGE, move |good| {
            vec![Hear, Say(ok(&[&good.document[..], &spaces()].concat()))]
        }),
        Play::new("a body of 10 MiB and untold length", TOO_LARGE, move |good| {
            vec![Hear, Say(with_head("", &[&good.document[..], &spaces()].concat()))]
        }),
        Play::new("a body without end", TOO_LARGE, |_| vec![Hear, Say(with_head("", b"")), Repeat(vec![b' '; 4096])]),
        Play::new("a body of a terabyte", TOO_LARGE, |_| {
            vec![Hear, Say(with_head("Content-Length: 1099511627776", b"")), Repeat(vec![b' '; 4096])]
        }),
        Play::new("one octet more than the limit", TOO_LARGE, |good| {
            let mut document = good.document.clone();
            document.resize(256 * 1024 + 1, b' ');
            vec![Hear, Say(ok(&document))]
        }),
        Play::new("chunks without end", TOO_LARGE, |_| {
            vec![Hear, Say(with_head(CHUNKED, b"")), Repeat(chunk(&[b' '; 4096]))]
        }),
        Play::new("chunks of one octet without end", &[Ends::TooLarge, Ends::Timeout], |_| {
            vec![Hear, Say(with_head(CHUNKED, b"")), Repeat(chunk(b" ").repeat(1000))]
        }),
        Play::new("one chunk without end", TOO_LARGE, |_| {
            vec![Hear, Say(with_head(CHUNKED, b"fffffffffffffff\r\n")), Repeat(vec![b' '; 4096])]
        }),
        Play::new("a chunk extension without end", BROKEN, |_| {
            vec![Hear, Say(with_head(CHUNKED, b"1;a=")), Repeat(vec![b'a'; 4096])]
        }),
        Play::new("a chunk extension on each of many chunks", BROKEN, |_| {
            vec![Hear, Say(with_head(CHUNKED, b"")), Repeat([&b"1;"[..], &[b'a'; 1000], b"\r\n \r\n"].concat())]
        }),
        Play::new("trailers without end", BROKEN, |good| {
            let body = [&chunk(&good.document)[..], b"0\r\n"].concat();
            vec![Hear, Say(with_head(CHUNKED, &body)), Repeat(b"X-A: aaaaaaaa\r\n".repeat(100))]
        }),
        Play::new("a trailer without end", BROKEN, |good| {
            let body = [&chunk(&good.document)[..], b"0\r\nX-A: "].concat();
            vec![Hear, Say(with_head(CHUNKED, &body)), Repeat(vec![b'a'; 4096])]
        }),
    ]
}
