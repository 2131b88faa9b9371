//! Servers that speak something else, or cannot prove who they are.

use super::*;

const BROKEN: &[Ends] = &[Ends::Broken];
const CONNECT: &[Ends] = &[Ends::Connect];

pub(crate) fn no_http() -> Vec<Play> {
    let says = |name, bytes: &'static [u8]| Play::new(name, BROKEN, move |_| vec![Hear, Say(bytes.to_vec()), Wait]);
    vec![
        Play::new("the document without a head, as in HTTP/0.9", BROKEN, |good| vec![Hear, Say(good.document.clone())]),
        Play::new("another version", BROKEN, |good| {
            vec![Hear, Say([b"HTTP/3.0 200 OK\r\n\r\n", &good.document[..]].concat())]
        }),
        Play::new("a status of two digits", BROKEN, |good| {
            vec![Hear, Say([b"HTTP/1.1 20 OK\r\n\r\n", &good.document[..]].concat())]
        }),
        Play::new("a field without a name", BROKEN, |good| vec![Hear, Say(with_head(": x", &good.document))]),
        Play::new("a space in a field name", BROKEN, |good| vec![Hear, Say(with_head("X A: x", &good.document))]),
        Play::new("a field with a NUL", BROKEN, |good| vec![Hear, Say(with_head("X-A: \0", &good.document))]),
        Play::new("a protocol to switch to", &[Ends::Broken, Ends::Status(101)], |good| {
            let head = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
            vec![Hear, Say([head, &good.document[..]].concat())]
        }),
        says("SSH", b"SSH-2.0-OpenSSH_9.9\r\n"),
        says("SMTP", b"220 mail.issuer.test ESMTP\r\n250 OK\r\n"),
        says("the preface and the settings of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
        says("the settings of HTTP/2", b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff"),
        says("an alert of TLS", b"\x15\x03\x03\0\x02\x02\x28"),
        says("a request of its own", b"GET / HTTP/1.1\r\nHost: issuer.test\r\n\r\n"),
        says("zeros", &[0; 1000]),
        Play::new("before it was asked, and not HTTP", BROKEN, |_| vec![Say(b"* OK IMAP4rev1\r\n".to_vec()), Wait]),
    ]
}

const OTHER_NAME: &str = include_str!("../../../vectors/tls/other-name.pem");
const EXPIRED: &str = include_str!("../../../vectors/tls/expired.pem");
const STRANGE_AUTHORITY: &str = include_str!("../../../vectors/tls/strange-authority.pem");

/// The head of a record of 16 KiB in a handshake.
const RECORD: &[u8] = b"\x16\x03\x03\x40\0";

pub(crate) fn tls() -> Vec<Play> {
    let showing = |name, pem| Play::new(name, CONNECT, move |good| vec![Tls(pem), Hear, Say(ok(&good.document))]);
    vec![
        showing("a certificate for another name", OTHER_NAME),
        showing("a certificate that is over", EXPIRED),
        showing("a certificate of an authority that nobody trusts", STRANGE_AUTHORITY),
        Play::new("HTTP where TLS should be", CONNECT, |good| vec![Say(ok(&good.document)), Wait]),
        Play::new("silent in the handshake", &[Ends::Timeout], |_| vec![Wait]),
        Play::new("silent in the middle of a record", &[Ends::Timeout], |_| vec![Say(RECORD.to_vec()), Wait]),
        Play::new("a handshake that drips", &[Ends::Timeout], |_| vec![Drip([RECORD, &[2; 1000]].concat())]),
        Play::new("closes in the handshake", CONNECT, |_| vec![Say(RECORD.to_vec())]),
        Play::new("resets in the handshake", CONNECT, |_| vec![Say(RECORD.to_vec()), Reset]),
        Play::new("an alert", CONNECT, |_| vec![Say(b"\x15\x03\x03\0\x02\x02\x28".to_vec()), Wait]),
        Play::new("warnings without end", CONNECT, |_| vec![Repeat(b"\x15\x03\x03\0\x02\x01\x5a".repeat(100))]),
        Play::new("a handshake without end", CONNECT, |_| {
            // A server hello of 16 MiB, in records of 16 KiB.
            let body = [&b"\x02\xff\xff\xff"[..], &[3; 0x3ffc]].concat();
            vec![Say([RECORD, &body].concat()), Repeat([RECORD, &[3; 0x4000]].concat())]
        }),
    ]
}
