//! Tokens, each with nothing, one thing or two things changed.

mod draft;
mod members;
mod object;
mod octets;
mod parts;
mod signature;
mod spelling;
mod values;

use fastrand::Rng;

pub(crate) use draft::{Draft, Sign};
pub(crate) use object::{Member, Object, quoted};

use crate::scene::Scene;

/// How far a token is made when a change applies. Changes before `Signed` can be covered by a good signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Header and payload are members.
    Members,
    /// Header and payload are octets.
    Octets,
    /// Header and payload are base64url text.
    Encoded,
    /// The three parts are there.
    Signed,
}

/// One way to change a token.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    pub(crate) change: fn(&mut Draft<'_>, &mut Rng),
}

const fn at(stage: Stage, name: &'static str, change: fn(&mut Draft<'_>, &mut Rng)) -> Mutation {
    Mutation { name, stage, change }
}

/// Every mutation, by how much of the work it is worth.
const GROUPS: &[(u32, &[Mutation])] = &[
    (30, members::ALL),
    (25, values::ALL),
    (8, octets::ALL),
    (16, spelling::ALL),
    (8, parts::ALL),
    (13, signature::ALL),
];

/// A token to compare verdicts on.
pub(crate) struct Mutant {
    pub(crate) token: String,
    /// What was changed; nothing in a control.
    pub(crate) changes: Vec<&'static str>,
    /// The signature is one by a key of the issuer over exactly these octets: what is left to refuse is what they say.
    pub(crate) honest: bool,
}

/// The mutant of that number: the same for the same seed, but for the time and the randomness in signatures.
pub(crate) fn mutant(scene: &Scene, seed: u64, number: u64) -> Mutant {
    let mut rng = Rng::with_seed(Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).u64(..));
    let mut draft = Draft::new(scene, &mut rng);
    let mut chosen: Vec<&Mutation> = match rng.u32(..100) {
        0..4 => Vec::new(),
        4..64 => vec![choose(&mut rng)],
        _ => vec![choose(&mut rng), choose(&mut rng)],
    };
    chosen.sort_by_key(|mutation| mutation.stage);
    if chosen.iter().any(|mutation| mutation.stage < Stage::Signed) && rng.u32(..100) < 12 {
        draft.sign = Sign::BeforeTheChange;
    }
    for mutation in &chosen {
        draft.advance(mutation.stage);
        (mutation.change)(&mut draft, &mut rng);
    }
    let changes = chosen.iter().map(|mutation| mutation.name).collect();
    let (token, honest) = draft.finish();
    Mutant { token, changes, honest }
}

fn choose(rng: &mut Rng) -> &'static Mutation {
    let total: u32 = GROUPS.iter().map(|(weight, _)| weight).sum();
    let mut at = rng.u32(..total);
    for (weight, group) in GROUPS {
        match at.checked_sub(*weight) {
            Some(rest) => at = rest,
            None => return &group[rng.usize(..group.len())],
        }
    }
    unreachable!("the weights add up to the total")
}

/// One of those, which are at least one.
fn one_of<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())]
}
