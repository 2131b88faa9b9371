//! Connections that end early, or never begin.

use super::*;

const BROKEN: &[Ends] = &[Ends::Broken];
/// Some of the document is a body too, when its end is the end of the connection.
const UNUSABLE: &[Ends] = &[Ends::Unusable];

pub(crate) fn cut_off() -> Vec<Play> {
    let head = || with_head("Content-Length: 100000", b"");
    vec![
        Play::new("closes at once", BROKEN, |_| vec![]),
        Play::new("closes after the request", BROKEN, |_| vec![Hear]),
        Play::new("closes in the status line", BROKEN, |_| vec![Hear, Say(b"HTTP/1.1 20".to_vec())]),
        Play::new("closes in the head", BROKEN, |_| vec![Hear, Say(half(&ok(b"")))]),
        Play::new("closes before the body", BROKEN, move |_| vec![Hear, Say(head())]),
        Play::new("closes in the body", BROKEN, move |good| vec![Hear, Say(head()), Say(half(&good.document))]),
        Play::new("closes in a body of untold length", UNUSABLE, |good| {
            vec![Hear, Say(with_head("", &half(&good.document)))]
        }),
        Play::new("closes in a chunk", BROKEN, |good| {
            vec![Hear, Say(with_head(CHUNKED, &half(&chunk(&good.document))))]
        }),
        Play::new("closes before the last chunk", BROKEN, |good| {
            vec![Hear, Say(with_head(CHUNKED, &chunk(&good.document)))]
        }),
        Play::new("closes its half at once, and listens", BROKEN, |_| vec![Finish, Wait]),
        Play::new("closes its half after the request, and listens", BROKEN, |_| vec![Hear, Finish, Wait]),
        Play::new("closes its half in the head, and listens", BROKEN, |_| {
            vec![Hear, Say(half(&ok(b""))), Finish, Wait]
        }),
        Play::new("closes its half in the body, and listens", BROKEN, move |good| {
            vec![Hear, Say(head()), Say(half(&good.document)), Finish, Wait]
        }),
        Play::new("resets at once", &[Ends::Connect, Ends::Broken], |_| vec![Reset]),
        Play::new("resets after the request", BROKEN, |_| vec![Hear, Reset]),
        Play::new("resets in the head", BROKEN, |_| vec![Hear, Say(half(&ok(b""))), Reset]),
        Play::new("resets in the body", BROKEN, move |good| vec![Hear, Say(head()), Say(half(&good.document)), Reset]),
        Play::new("resets in a body of untold length", &[Ends::Broken, Ends::Unusable], |good| {
            vec![Hear, Say(with_head("", &half(&good.document))), Reset]
        }),
    ]
}

pub(crate) fn nobody() -> Vec<(Which, Play)> {
    let gone = || Play { name: "nobody listens".to_owned(), ends: &[Ends::Connect], act: Act::Vanish };
    // RFC 6761 §6.4: no such name exists. A resolver may take its time to say so.
    let nowhere = Play::new("keys at a name that leads nowhere", &[Ends::Connect, Ends::Timeout], |good| {
        let issuer = good.issuer.url();
        let document = format!(r#"{{"issuer":"{issuer}","jwks_uri":"https://keys.invalid/jwks"}}"#);
        vec![Hear, Say(ok(document.as_bytes()))]
    });
    vec![(Which::Metadata, gone()), (Which::Keys, gone()), (Which::Metadata, nowhere)]
}
