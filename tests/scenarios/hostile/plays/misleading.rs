//! Answers that are whole, and not what they should be.

use portcullis_testing::{BadDiscovery, BadKeySet};

use super::*;

const BROKEN: &[Ends] = &[Ends::Broken];
const UNUSABLE: &[Ends] = &[Ends::Unusable];

/// 10 MiB of spaces.
const BOMB: &[u8] = include_bytes!("../../../vectors/made/spaces-10-mib.gz");

pub(crate) fn lies() -> Vec<Play> {
    let of_length =
        |length: &str, good: &Good| vec![Hear, Say(with_head(&format!("Content-Length: {length}"), &good.document))];
    let chunks = |name, body: fn(&[u8]) -> Vec<u8>| {
        Play::new(name, BROKEN, move |good| vec![Hear, Say(with_head(CHUNKED, &body(&good.document))), Wait])
    };
    vec![
        Play::new("a length too long by one", BROKEN, move |good| {
            of_length(&(good.document.len() + 1).to_string(), good)
        }),
        Play::new("a length too short by one", UNUSABLE, move |good| {
            of_length(&(good.document.len() - 1).to_string(), good)
        }),
        Play::new("a length of nothing", UNUSABLE, move |good| of_length("0", good)),
        Play::new("a negative length", BROKEN, move |good| of_length("-1", good)),
        Play::new("a length in words", BROKEN, move |good| of_length("plenty", good)),
        Play::new("a length past all numbers", BROKEN, move |good| of_length("99999999999999999999999", good)),
        Play::new("two lengths", BROKEN, move |good| {
            of_length(&format!("{}\r\nContent-Length: 5", good.document.len()), good)
        }),
        Play::new("two lengths in one field", BROKEN, move |good| {
            of_length(&format!("{}, 5", good.document.len()), good)
        }),
        chunks("a chunk size in words", |document| [b"plenty\r\n", document, b"\r\n0\r\n\r\n"].concat()),
        chunks("a negative chunk size", |document| [b"-1\r\n", document, b"\r\n0\r\n\r\n"].concat()),
        chunks("a chunk size past all numbers", |document| {
            [b"fffffffffffffffff\r\n", document, b"\r\n0\r\n\r\n"].concat()
        }),
        chunks("a chunk that is longer than told", |document| {
            [format!("{:x}\r\n", document.len() - 2).as_bytes(), document, b"\r\n0\r\n\r\n"].concat()
        }),
        chunks("a chunk size without its line end", |document| {
            [format!("{:x}\r", document.len()).as_bytes(), document, b"\r\n0\r\n\r\n"].concat()
        }),
        chunks("no chunks at all", |document| document.to_vec()),
        Play::new("a key set in a coding that was not asked for", UNUSABLE, |good| {
            let body = gzip(&good.document);
            vec![Hear, Say(with_head(&format!("Content-Encoding: gzip\r\nContent-Length: {}", body.len()), &body))]
        }),
        Play::new("a bomb", UNUSABLE, |_| {
            vec![Hear, Say(with_head(&format!("Content-Encoding: gzip\r\nContent-Length: {}", BOMB.len()), BOMB))]
        }),
        Play::new("a bomb in a transfer coding", &[Ends::Broken, Ends::Unusable], |_| {
            let body = [chunk(BOMB), b"0\r\n\r\n".to_vec()].concat();
            vec![Hear, Say(with_head("Transfer-Encoding: gzip, chunked", &body))]
        }),
        Play::new("a page by its type", UNUSABLE, |good| {
            vec![Hear, Say(with_head("Content-Type: text/html", &good.document))]
        }),
    ]
}

/// In gzip's format, without compression.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a short document");
    let crc = !bytes
        .iter()
        .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))));
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01";
    let (lengths, end) = ([length.to_le_bytes(), (!length).to_le_bytes()], [crc, u32::from(length)]);
    [&head[..], &lengths.concat(), bytes, &end.map(u32::to_le_bytes).concat()].concat()
}

/// The document is always there, behind a status that says not to use it.
pub(crate) fn statuses() -> Vec<Play> {
    macro_rules! status {
        ($status:literal, $name:literal, $fields:expr) => {
            Play::new(format!("status {} {}", $status, $name), &[Ends::Status($status)], |good| {
                let fields: fn(&Good) -> String = $fields;
                let (fields, document) = (fields(good), &good.document);
                let head = format!("HTTP/1.1 {} X\r\n{fields}Content-Length: {}\r\n\r\n", $status, document.len());
                vec![Hear, Say([head.as_bytes(), document].concat())]
            })
        };
    }
    vec![
        status!(301, "to another host", |good| format!("Location: {}\r\n", good.elsewhere)),
        status!(302, "to itself", |good| format!("Location: {}\r\n", good.url)),
        status!(303, "to itself again and again", |good| format!("Location: {}?again\r\n", good.url)),
        status!(307, "to another host", |good| format!("Location: {}\r\n", good.elsewhere)),
        status!(308, "to two places", |good| format!("Location: {}\r\nLocation: {}\r\n", good.url, good.elsewhere)),
        status!(302, "to plain http", |_| "Location: http://issuer.test/jwks\r\n".to_owned()),
        status!(302, "to the cloud's own", |_| "Location: http://169.254.169.254/latest\r\n".to_owned()),
        status!(302, "to a file", |_| "Location: file:///etc/jwks\r\n".to_owned()),
        status!(302, "to the empty place", |_| "Location: \r\n".to_owned()),
        status!(302, "to nowhere", |_| String::new()),
        status!(300, "with a choice", |good| format!("Location: {}\r\n", good.elsewhere)),
        status!(304, "that nobody asked for", |_| "ETag: \"1\"\r\n".to_owned()),
        status!(201, "and a place", |good| format!("Location: {}\r\n", good.elsewhere)),
        status!(206, "of a range", |_| "Content-Range: bytes 0-1/2\r\n".to_owned()),
        status!(401, "that wants a password", |_| "WWW-Authenticate: Basic realm=\"x\"\r\n".to_owned()),
        status!(407, "of a proxy", |_| "Proxy-Authenticate: Basic realm=\"x\"\r\n".to_owned()),
        status!(429, "and back at once", |_| "Retry-After: 0\r\n".to_owned()),
        status!(503, "and back at once", |_| "Retry-After: 0\r\n".to_owned()),
        status!(511, "of a captive portal", |good| format!("Location: {}\r\n", good.elsewhere)),
        status!(203, "alone", |_| String::new()),
        status!(404, "alone", |_| String::new()),
        status!(500, "alone", |_| String::new()),
        status!(999, "alone", |_| String::new()),
    ]
}

pub(crate) fn documents() -> Vec<Play> {
    let answer = |bytes: &[u8]| vec![Hear, Say(ok(bytes))];
    let key_sets = BadKeySet::ALL.iter().map(move |bad| {
        let ends = match bad {
            BadKeySet::Huge | BadKeySet::ManyKeys => &[Ends::TooLarge],
            _ => UNUSABLE,
        };
        // In place of the metadata it is no metadata.
        Play::new(format!("{bad:?}"), ends, move |good| answer(&bad.document(&good.issuer)))
    });
    let metadata = BadDiscovery::ALL.iter().map(move |bad| {
        Play::new(format!("{bad:?}"), UNUSABLE, move |good| answer(bad.document(&good.issuer).as_bytes()))
    });
    let own = [
        Play::new("a thousand keys", UNUSABLE, move |_| answer(many_keys(1000).as_bytes())),
        Play::new("objects as deep as fits", UNUSABLE, move |_| answer("{\"a\":".repeat(50_000).as_bytes())),
        Play::new("a mark in front", UNUSABLE, move |good| answer(&[b"\xef\xbb\xbf", &good.document[..]].concat())),
        Play::new("in UTF-16", UNUSABLE, move |good| {
            answer(&good.document.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<_>>())
        }),
        Play::new("twice", UNUSABLE, move |good| answer(&good.document.repeat(2))),
        Play::new("zeros", UNUSABLE, move |_| answer(&[0; 1000])),
    ];
    key_sets.chain(metadata).chain(own).collect()
}

fn many_keys(keys: usize) -> String {
    let keys: Vec<String> = (0..keys).map(|key| format!(r#"{{"kty":"x","kid":"{key}"}}"#)).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}
