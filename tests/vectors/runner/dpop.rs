//! Proofs of possession (RFC 9449): there is nothing here to put them to.

use super::case::{Answer, Expected, Got};
use super::member::At;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let skipped = Expected::Skip("DPoP (RFC 9449) is not part of this library");
    let cases = At::top(&vectors.json).list("cases")?;
    cases.iter().map(|case| Ok(Answer::new(case.text("name")?, skipped.clone(), Got::outcome("skipped")))).collect()
}
