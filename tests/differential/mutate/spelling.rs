//! base64url spelled otherwise, before the signature is made or after.

use fastrand::Rng;

use super::Stage::{Encoded, Signed};
use super::{Draft, Mutation, at, one_of};

pub(super) const ALL: &[Mutation] = &[
    at(Signed, "character changed", change),
    at(Signed, "character changed", change),
    at(Encoded, "character changed and signed", change),
    at(Signed, "spelled otherwise", respell),
    at(Encoded, "spelled otherwise and signed", respell),
    at(Signed, "character inserted or removed", shift),
    at(Encoded, "character inserted or removed and signed", shift),
    at(Signed, "last character's spare bits", spare_bits),
    at(Encoded, "last character's spare bits and signed", spare_bits),
];

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn any_part<'d>(draft: &'d mut Draft<'_>, rng: &mut Rng) -> &'d mut String {
    let at = rng.usize(..draft.parts.len());
    &mut draft.parts[at]
}

/// Any position of any part, the first and the last more often than others.
fn position(part: &str, rng: &mut Rng) -> usize {
    match rng.u32(..8) {
        0 => 0,
        1 => part.len().saturating_sub(1),
        _ => rng.usize(..part.len().max(1)),
    }
}

fn change(draft: &mut Draft<'_>, rng: &mut Rng) {
    let part = any_part(draft, rng);
    let at = position(part, rng);
    let letter = char::from(one_of(rng, ALPHABET));
    replace(part, at, &letter.to_string());
}

fn replace(part: &mut String, at: usize, with: &str) {
    // A second change may come upon text that is no longer ASCII.
    if part.is_ascii() && at < part.len() {
        part.replace_range(at..=at, with);
    }
}

fn respell(draft: &mut Draft<'_>, rng: &mut Rng) {
    let part = any_part(draft, rng);
    match rng.u32(..8) {
        0 => part.push('='),
        1 => part.push_str("=="),
        2 => *part = part.replace('-', "+").replace('_', "/"),
        3 => *part = part.to_lowercase(),
        4 => *part = format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4)),
        5 => *part = part.replace('-', "%2D").replace('_', "%5F"),
        6 => *part = format!("data:;base64,{part}"),
        _ => {
            let at = position(part, rng);
            let odd =
                one_of(rng, &["+", "/", "=", "~", " ", "\n", "\r\n", "\0", "\u{e9}", "\u{ff21}", "%41", ",", "*"]);
            replace(part, at, odd);
        }
    }
}

fn shift(draft: &mut Draft<'_>, rng: &mut Rng) {
    let part = any_part(draft, rng);
    let at = position(part, rng);
    if rng.bool() {
        replace(part, at, "");
    } else if part.is_char_boundary(at) {
        let odd = one_of(rng, &["A", "_", "=", " ", "\n", "\t", "\u{200b}", ".", "~"]);
        part.insert_str(at, odd);
    }
}

/// The same octets to a decoder that does not look at spare bits.
fn spare_bits(draft: &mut Draft<'_>, rng: &mut Rng) {
    let part = any_part(draft, rng);
    let spare = match part.len() % 4 {
        2 => 4,
        3 => 2,
        _ => 0,
    };
    let value = part.bytes().next_back().and_then(|last| ALPHABET.iter().position(|letter| *letter == last));
    if let Some(value) = value {
        let other = value & !((1 << spare) - 1) | rng.usize(..1 << spare);
        let last = part.len() - 1;
        replace(part, last, &char::from(ALPHABET[other]).to_string());
    }
}
