//! Signatures of another length, another form, another key.

use fastrand::Rng;
use portcullis::Algorithm;

use super::Stage::{Members, Signed};
use super::{Draft, Mutation, Sign, at, one_of};
use crate::ecdsa;
use crate::encoding::{base64url, decoded};

pub(super) const ALL: &[Mutation] = &[
    at(Signed, "signature shortened", shorten),
    at(Signed, "signature lengthened", lengthen),
    at(Signed, "signature zeroed", zero),
    at(Signed, "bit of the signature flipped", flip),
    at(Signed, "signature in DER", der),
    at(Signed, "signature with the other s", other_s),
    at(Signed, "halves of the signature swapped", swap_halves),
    at(Signed, "signature drawn at random", random),
    at(Signed, "signature of another key", by_another_key),
    at(Members, "HMAC by public text", hmac_by_public_text),
    at(Members, "HMAC by public text", hmac_by_public_text),
    at(Members, "signed by a key of nobody", foreign),
];

fn octets(draft: &mut Draft<'_>, change: impl FnOnce(&mut Vec<u8>)) {
    if let Some(part) = draft.parts.last_mut()
        && let Some(mut octets) = decoded(part)
    {
        change(&mut octets);
        *part = base64url(octets);
    }
}

fn shorten(draft: &mut Draft<'_>, rng: &mut Rng) {
    octets(draft, |octets| {
        let by = one_of(rng, &[1, 1, 2, 16, 32, 48, 64, 10_000]).min(octets.len());
        if rng.bool() {
            octets.truncate(octets.len() - by);
        } else {
            octets.drain(..by);
        }
    });
}

fn lengthen(draft: &mut Draft<'_>, rng: &mut Rng) {
    octets(draft, |octets| {
        let more = vec![if rng.bool() { 0 } else { rng.u8(..) }; one_of(rng, &[1, 2, 32, 256, 1100])];
        let at = one_of(rng, &[0, octets.len() / 2, octets.len()]);
        octets.splice(at..at, more);
    });
}

/// All of it, or either half.
fn zero(draft: &mut Draft<'_>, rng: &mut Rng) {
    octets(draft, |octets| {
        let half = octets.len() / 2;
        let (from, to) = one_of(rng, &[(0, octets.len()), (0, half), (half, octets.len())]);
        octets[from..to].fill(one_of(rng, &[0, 0, 0xff]));
    });
}

fn flip(draft: &mut Draft<'_>, rng: &mut Rng) {
    octets(draft, |octets| {
        if !octets.is_empty() {
            let at = rng.usize(..octets.len());
            octets[at] ^= 1 << rng.u32(..8);
        }
    });
}

fn der(draft: &mut Draft<'_>, _: &mut Rng) {
    octets(draft, |octets| *octets = ecdsa::to_der(octets));
}

/// (r, n − s) is as good an ECDSA signature as (r, s); of any other kind of key it is none.
fn other_s(draft: &mut Draft<'_>, _: &mut Rng) {
    let was_honest = draft.is_honest();
    octets(draft, |octets| ecdsa::negate_s(octets));
    if was_honest && matches!(draft.algorithm(), Algorithm::ES256 | Algorithm::ES384) {
        draft.remember(draft.parts.join("."));
    }
}

fn swap_halves(draft: &mut Draft<'_>, _: &mut Rng) {
    octets(draft, |octets| {
        let half = octets.len() / 2;
        octets.rotate_left(half);
    });
}

fn random(draft: &mut Draft<'_>, rng: &mut Rng) {
    octets(draft, |octets| octets.iter_mut().for_each(|octet| *octet = rng.u8(..)));
}

fn by_another_key(draft: &mut Draft<'_>, rng: &mut Rng) {
    let parts = draft.parts.len();
    let input = draft.parts[..parts.min(2)].join(".");
    let signature = base64url(draft.scene.any_signing_key(rng).sign(input.as_bytes()));
    draft.remember(format!("{input}.{signature}"));
    draft.parts[parts - 1] = signature;
}

/// HS256 in the header, and as the secret what everybody can read in the key set.
fn hmac_by_public_text(draft: &mut Draft<'_>, rng: &mut Rng) {
    let key = draft.scene.any_signing_key(rng);
    let mut texts = key.public_texts();
    draft.header.set_text("alg", one_of(rng, &["HS256", "HS256", "HS384"]));
    if rng.bool() {
        draft.header.set_text("kid", draft.scene.secret_kid());
    }
    draft.sign = Sign::Hmac(texts.swap_remove(rng.usize(..texts.len())));
}

fn foreign(draft: &mut Draft<'_>, _: &mut Rng) {
    draft.sign = Sign::Other(draft.scene.foreign(draft.key.algorithm()));
}
