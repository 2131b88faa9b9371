//! JSON text with an octet more, fewer or other.

use fastrand::Rng;

use super::Stage::Octets;
use super::{Draft, Mutation, at, one_of};

pub(super) const ALL: &[Mutation] = &[
    at(Octets, "octet changed", change),
    at(Octets, "octet inserted", insert),
    at(Octets, "octet removed", remove),
    at(Octets, "white space in the JSON", space),
    at(Octets, "text around the JSON", surround),
    at(Octets, "other JSON", replace),
];

fn either<'d>(draft: &'d mut Draft<'_>, rng: &mut Rng) -> &'d mut Vec<u8> {
    &mut draft.octets[rng.usize(..2)]
}

fn change(draft: &mut Draft<'_>, rng: &mut Rng) {
    let octets = either(draft, rng);
    if !octets.is_empty() {
        let at = rng.usize(..octets.len());
        octets[at] = rng.u8(..);
    }
}

fn insert(draft: &mut Draft<'_>, rng: &mut Rng) {
    let octets = either(draft, rng);
    let at = rng.usize(..=octets.len());
    octets.insert(at, one_of(rng, b"\0 \n\t\x0b\x7f\"\\{}[],:0\xff\xc3/"));
}

fn remove(draft: &mut Draft<'_>, rng: &mut Rng) {
    let octets = either(draft, rng);
    if !octets.is_empty() {
        octets.remove(rng.usize(..octets.len()));
    }
}

/// After every comma and colon, also those inside of strings.
fn space(draft: &mut Draft<'_>, rng: &mut Rng) {
    let spaces: &[u8] = one_of(rng, &[&b" "[..], b"\r\n\t", b"\xa0", b"\x0c", b"\xe2\x80\xa8"]);
    let octets = either(draft, rng);
    let spaced = |octet: &u8| if b",{".contains(octet) { [&[*octet], spaces].concat() } else { vec![*octet] };
    *octets = octets.iter().flat_map(spaced).collect();
}

fn surround(draft: &mut Draft<'_>, rng: &mut Rng) {
    const AROUND: &[(&[u8], &[u8])] = &[
        (b"\xef\xbb\xbf", b""),
        (b"", b"x"),
        (b"", b"{}"),
        (b"", b"\0"),
        (b" \n", b"\t\r\n "),
        (b"[", b"]"),
        (b"//\n", b""),
        (b"", b"//"),
        (b"\x1e", b"\n"),
        (b"x", b""),
    ];
    let (before, after) = one_of(rng, AROUND);
    let octets = either(draft, rng);
    *octets = [before, &**octets, after].concat();
}

fn replace(draft: &mut Draft<'_>, rng: &mut Rng) {
    const WHOLE: &[&[u8]] = &[b"", b"{}", b"[]", b"null", b"1", b"\"x\"", b"{", b"{}{}", b"\xff\xfe", b"true", b"[{}]"];
    *either(draft, rng) = one_of(rng, WHOLE).to_vec();
}
