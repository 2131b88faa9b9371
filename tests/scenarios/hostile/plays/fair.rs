//! The nearest answers that are good ones.

use super::*;

pub(crate) fn fair() -> Vec<Play> {
    let play = |name, steps: fn(&Good) -> Vec<Step>| Play::new(name, &[], steps);
    vec![
        play("as ever", |good| vec![Hear, Say(ok(&good.document))]),
        play("to the end of the connection", |good| vec![Hear, Say(with_head("", &good.document))]),
        play("in chunks", |good| {
            let chunks = [half(&good.document), good.document[good.document.len() / 2..].to_vec()];
            let body = [chunk(&chunks[0]), chunk(&chunks[1]), b"0\r\nX-A: trailer\r\n\r\n".to_vec()].concat();
            vec![Hear, Say(with_head(CHUNKED, &body)), Wait]
        }),
        play("a length that is told twice", |good| {
            let length = format!("Content-Length: {}", good.document.len());
            vec![Hear, Say(with_head(&format!("{length}\r\n{length}"), &good.document))]
        }),
        play("the whole and a half-closed connection", |good| vec![Hear, Say(ok(&good.document)), Finish, Wait]),
        play("a byte at a time, for a while", |good| {
            let answer = ok(&good.document);
            vec![Hear, Drip(answer[..10].to_vec()), Say(answer[10..].to_vec())]
        }),
        play("after interim answers", |good| {
            let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec();
            vec![Hear, Say(interim), Say(ok(&good.document))]
        }),
        play("a long head", |good| {
            vec![Hear, Say(with_head(&format!("X-A: {}", "a".repeat(100_000)), &good.document))]
        }),
        play("as long as the limit", |good| {
            let mut document = good.document.clone();
            document.resize(256 * 1024, b' ');
            vec![Hear, Say(ok(&document))]
        }),
        play("HTTP/1.0", |good| vec![Hear, Say([b"HTTP/1.0 200 OK\r\n\r\n", &good.document[..]].concat())]),
        play("more after the end", |good| vec![Hear, Say(ok(&good.document)), Say(b"HTTP/1.1 200 OK\r\n".to_vec())]),
    ]
}
