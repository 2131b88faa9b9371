//! Parts swapped, dropped, added, and grafted from another good token.

use fastrand::Rng;

use super::Stage::Signed;
use super::{Draft, Mutation, at, one_of};
use crate::encoding::base64url;

pub(super) const ALL: &[Mutation] = &[
    at(Signed, "parts swapped", swap),
    at(Signed, "part dropped", drop_one),
    at(Signed, "part added", add),
    at(Signed, "part emptied", empty),
    at(Signed, "part grafted", graft),
    at(Signed, "part grafted", graft),
    at(Signed, "other serialisation", reshape),
];

fn any(draft: &Draft<'_>, rng: &mut Rng) -> usize {
    rng.usize(..draft.parts.len())
}

fn swap(draft: &mut Draft<'_>, rng: &mut Rng) {
    let (a, b) = (any(draft, rng), any(draft, rng));
    draft.parts.swap(a, b);
}

fn drop_one(draft: &mut Draft<'_>, rng: &mut Rng) {
    if draft.parts.len() > 1 {
        draft.parts.remove(any(draft, rng));
    }
}

fn add(draft: &mut Draft<'_>, rng: &mut Rng) {
    let added =
        if rng.bool() { draft.parts[any(draft, rng)].clone() } else { one_of(rng, &["", "AAAA", "e30"]).to_owned() };
    draft.parts.insert(rng.usize(..=draft.parts.len()), added);
}

fn empty(draft: &mut Draft<'_>, rng: &mut Rng) {
    let at = any(draft, rng);
    draft.parts[at].clear();
}

/// A part of another good token, of the same key or of another.
fn graft(draft: &mut Draft<'_>, rng: &mut Rng) {
    let key = if rng.bool() { draft.key } else { draft.scene.any_key(rng) };
    let mut other = Draft::by(draft.scene, key);
    other.payload.set_text("sub", "somebody else");
    other.advance(Signed);
    draft.remember(other.parts.join("."));
    let at = any(draft, rng);
    if let Some(part) = other.parts.get_mut(at) {
        draft.parts[at] = std::mem::take(part);
    }
}

fn reshape(draft: &mut Draft<'_>, rng: &mut Rng) {
    let token = draft.parts.join(".");
    let reshaped = match rng.u32(..6) {
        0 => format!("{token}.{token}"),
        1 => format!("{token} "),
        2 => format!("\n{token}"),
        3 => base64url(&token),
        4 => format!("{token}.AAAA.AAAA"),
        _ => format!(r#"{{"protected":"{}","payload":"{}"}}"#, draft.parts[0], draft.parts[draft.parts.len() / 2]),
    };
    draft.parts = reshaped.split('.').map(str::to_owned).collect();
}
