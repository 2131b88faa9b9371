//! Both verdicts on one mutant.

use portcullis::Reason;
use serde_json::{Map, Value};

use crate::differences;
use crate::mutate::{Mutant, mutant};
use crate::oracle::{Oracle, Refused};
use crate::scene::{Scene, system_second};

/// What came of one mutant.
pub(crate) enum Outcome {
    BothAccept,
    BothRefuse,
    /// We refuse what the oracle accepts, and why we do.
    Stricter(Reason),
    /// We accept what the oracle refuses, by the place in [`differences::LISTED`].
    Listed(usize),
    /// What must not be.
    Failed(String),
}

/// Makes the mutant of that number and asks everybody. Done again when the oracle's clock moved on meanwhile, so that
/// a token at the very edge of its time is seen at the same time by all.
pub(crate) fn compare(scene: &Scene, oracle: &Oracle, seed: u64, number: u64) -> (Mutant, Outcome) {
    loop {
        let second = system_second();
        scene.set_time(second);
        let mutant = mutant(scene, seed, number);
        let ours = scene.ours.each_ref().map(|auth| {
            let outcome = auth.verify(&mutant.token).now().expect("keys are here");
            outcome.map_err(|error| error.reason()).map(|who| {
                let caller = who.caller().expect("a caller");
                serde_json::from_str(caller.claims_json()).expect("claims that were read are an object")
            })
        });
        let theirs = oracle.verify(&mutant.token);
        let explained = || differences::explaining(scene, oracle, &mutant.token);
        let outcome = judge(&mutant, ours, theirs, explained);
        if system_second() == second {
            return (mutant, outcome);
        }
    }
}

type Claims = Map<String, Value>;

fn judge(
    mutant: &Mutant,
    ours: [Result<Claims, Reason>; 2],
    theirs: Result<Claims, Refused>,
    explained: impl FnOnce() -> Option<usize>,
) -> Outcome {
    let [ours, again] = ours;
    if ours != again {
        return Outcome::Failed(format!("our backends disagree: {ours:?} by AWS-LC, {again:?} in pure Rust"));
    }
    match (ours, theirs) {
        (Err(reason), _) if mutant.changes.is_empty() => Outcome::Failed(format!("a good token, refused: {reason}")),
        (Ok(_), _) if !mutant.honest => Outcome::Failed("accepted, and nobody signed it".to_owned()),
        (Ok(ours), Ok(theirs)) if ours != theirs => Outcome::Failed(format!("{ours:?}, to the oracle {theirs:?}")),
        (Ok(_), Ok(_)) => Outcome::BothAccept,
        (Err(_), Err(_)) => Outcome::BothRefuse,
        (Err(reason), Ok(_)) => Outcome::Stricter(reason),
        (Ok(_), Err(refused)) => match explained() {
            Some(listed) => Outcome::Listed(listed),
            None => Outcome::Failed(format!("accepted; the oracle says: {refused}")),
        },
    }
}
