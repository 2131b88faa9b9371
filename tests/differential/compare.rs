//! Both verdicts on one mutant.

use portcullis::Reason;
use portcullis_testing::TestIssuer;
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
        if system_second() == second {
            let outcome = judge(&mutant, ours, theirs);
            return (mutant, outcome);
        }
    }
}

type Claims = Map<String, Value>;

fn judge(mutant: &Mutant, ours: [Result<Claims, Reason>; 2], theirs: Result<Claims, Refused>) -> Outcome {
    let [ours, again] = ours;
    if ours != again {
        return Outcome::Failed(format!("our backends disagree: {ours:?} by AWS-LC, {again:?} in pure Rust"));
    }
    match (ours, theirs) {
        _ if mutant.changes.is_empty() && again.is_err() => Outcome::Failed(format!("a good token refused: {again:?}")),
        (Ok(ours), Ok(theirs)) if ours != theirs => Outcome::Failed(format!("{ours:?}, to the oracle {theirs:?}")),
        (Ok(_), Ok(_)) if !mutant.honest && !is_twin(mutant) => Outcome::Failed("nobody signed that".to_owned()),
        (Ok(_), Ok(_)) => Outcome::BothAccept,
        (Err(_), Err(_)) => Outcome::BothRefuse,
        (Err(reason), Ok(_)) => Outcome::Stricter(reason),
        (Ok(claims), Err(refused)) => match differences::explaining(&mutant.token) {
            // Nothing else was looked at by the oracle, so look at what matters most.
            Some(listed) if mutant.honest && claims.get("aud").is_some_and(is_ours) => Outcome::Listed(listed),
            _ => Outcome::Failed(format!("accepted; the oracle says: {refused}")),
        },
    }
}

fn is_ours(aud: &Value) -> bool {
    aud == TestIssuer::AUDIENCE || aud.as_array().is_some_and(|all| all.contains(&TestIssuer::AUDIENCE.into()))
}

/// The other s of an ECDSA signature is good without the key.
fn is_twin(mutant: &Mutant) -> bool {
    mutant.changes.contains(&"signature with the other s")
}
