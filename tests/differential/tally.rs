//! Counts of what came of many mutants.

use std::collections::BTreeMap;
use std::fmt;

use crate::compare::Outcome;
use crate::differences::LISTED;
use crate::mutate::Mutant;

/// Failures that are shown; all are counted.
const SHOWN: usize = 20;

/// With fewer mutants than this, chance may leave out a listed difference or a kind of outcome.
const ENOUGH: u64 = 2_000;

#[derive(Default)]
pub(crate) struct Tally {
    /// Whose signature is good, so that the rest of the token is what was judged.
    honest: u64,
    both_accept: u64,
    both_refuse: u64,
    stricter: BTreeMap<&'static str, u64>,
    listed: [u64; LISTED.len()],
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, seed: u64, number: u64, mutant: &Mutant, outcome: Outcome) {
        self.honest += u64::from(mutant.honest);
        match outcome {
            Outcome::BothAccept => self.both_accept += 1,
            Outcome::BothRefuse => self.both_refuse += 1,
            Outcome::Stricter(reason) => *self.stricter.entry(reason.as_str()).or_default() += 1,
            Outcome::Listed(at) => self.listed[at] += 1,
            Outcome::Failed(why) => {
                let Mutant { token, changes, .. } = mutant;
                self.fail(format!("--seed {seed} --only {number}: {why}\n  {changes:?}\n  {token:?}"));
            }
        }
    }

    pub(crate) fn add_panic(&mut self, seed: u64, number: u64) {
        self.fail(format!("--seed {seed} --only {number}: a panic"));
    }

    fn fail(&mut self, why: String) {
        self.failed += 1;
        if self.failures.len() < SHOWN {
            self.failures.push(why);
        }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.honest += other.honest;
        self.both_accept += other.both_accept;
        self.both_refuse += other.both_refuse;
        for (reason, count) in other.stricter {
            *self.stricter.entry(reason).or_default() += count;
        }
        for (count, more) in self.listed.iter_mut().zip(other.listed) {
            *count += more;
        }
        self.failed += other.failed;
        self.failures.extend(other.failures);
        self.failures.truncate(SHOWN);
        self
    }

    /// Looks at the run as a whole: one that refuses everything agrees about nothing, and a listed difference that is
    /// no more would hide the next one.
    pub(crate) fn check_run(&mut self) {
        let mutants = self.passed() + self.failed;
        if self.both_accept * 10 < mutants || self.both_refuse * 10 < mutants {
            self.fail(format!("too one-sided: {} accepted, {} refused by both", self.both_accept, self.both_refuse));
        }
        for (difference, count) in LISTED.iter().zip(self.listed) {
            if mutants >= ENOUGH && count == 0 {
                self.fail(format!("listed and never met: {}", difference.kind));
            }
        }
    }

    pub(crate) fn passed(&self) -> u64 {
        let stricter: u64 = self.stricter.values().sum();
        self.both_accept + self.both_refuse + stricter + self.listed.iter().sum::<u64>()
    }

    pub(crate) fn failed(&self) -> u64 {
        self.failed
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:>8} well signed, whatever else was changed", self.honest)?;
        writeln!(f, "  {:>8} accepted by both, with the same claims", self.both_accept)?;
        writeln!(f, "  {:>8} refused by both", self.both_refuse)?;
        for (reason, count) in &self.stricter {
            writeln!(f, "  {count:>8} refused by us alone: {reason}")?;
        }
        for (difference, count) in LISTED.iter().zip(self.listed) {
            writeln!(f, "  {count:>8} accepted by us alone, listed: {} ({})", difference.kind, difference.reason)?;
        }
        writeln!(f, "  {:>8} not listed", self.failed)?;
        self.failures.iter().try_for_each(|failure| writeln!(f, "FAILED {failure}"))
    }
}
