//! Requirements and tests brought together.

use std::collections::{BTreeMap, BTreeSet};

use crate::results::{Outcome, Results};
use crate::rows::{Row, Rows, Tier};
use crate::source::{Source, Test};

pub(crate) struct Table<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    /// Tests that name no row: id, file, name.
    unknown: Vec<String>,
}

pub(crate) struct Entry<'a> {
    pub(crate) row: &'a Row,
    pub(crate) tests: Vec<(&'a Test, Outcome)>,
}

/// What can be said of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// There are tests, and all of them passed.
    Shown,
    Failing,
    /// There are tests that the runner said nothing about.
    NotRun,
    /// Nothing shows it, and it is not due.
    NotYet,
    /// It is about a part that is not there.
    Waiting,
    /// Nothing shows it, and it is due.
    Missing,
}

impl Entry<'_> {
    pub(crate) fn status(&self) -> Status {
        let any = |wanted: Outcome| self.tests.iter().any(|(_, outcome)| *outcome == wanted);
        if any(Outcome::Failed) {
            return Status::Failing;
        } else if any(Outcome::NotRun) {
            return Status::NotRun;
        } else if any(Outcome::Passed) {
            return Status::Shown;
        }
        match (self.row.tier, &self.row.waits_for) {
            (_, Some(_)) => Status::Waiting,
            (Tier::M, None) => Status::Missing,
            (Tier::S | Tier::X, None) => Status::NotYet,
        }
    }
}

impl<'a> Table<'a> {
    pub(crate) fn new(rows: &'a Rows, source: &'a Source, results: &Results) -> Self {
        let mut by_id: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
        for test in source.tests() {
            test.ids.iter().for_each(|id| by_id.entry(id).or_default().push(test));
        }
        let entries = rows.iter().map(|row| {
            let tests = by_id.remove(&*row.id).unwrap_or_default();
            let tests = tests.into_iter().map(|test| (test, results.of(&test.binary, &test.name)));
            Entry { row, tests: tests.collect() }
        });
        let entries = entries.collect();
        let unknown = by_id.into_iter().flat_map(|(id, tests)| {
            tests
                .into_iter()
                .map(move |test| format!("{}:{}: {} names {id}, which is no row", test.file, test.line, test.name))
        });
        Self { entries, unknown: unknown.collect() }
    }

    /// Everything that has to be mended, each with where.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = self.unknown.clone();
        for entry in &self.entries {
            let Row { id, requirement, waits_for, .. } = entry.row;
            match entry.status() {
                Status::Missing => problems.push(format!("{id} has no test: {requirement}")),
                Status::Failing | Status::NotRun => {
                    for (test, outcome) in entry.tests.iter().filter(|(_, outcome)| *outcome != Outcome::Passed) {
                        let what = if *outcome == Outcome::Failed { "failed" } else { "did not run" };
                        problems.push(format!("{id}: {}:{}: {} {what}", test.file, test.line, test.name));
                    }
                }
                _ => {}
            }
            if let Some(part) = waits_for.as_ref().filter(|_| !entry.tests.is_empty()) {
                problems.push(format!("{id} has a test and still waits for {part}: take it out of waiting.tsv"));
            }
        }
        problems
    }

    /// Topics in the order of the rows.
    pub(crate) fn topics(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.entries.iter().map(|entry| &*entry.row.topic).filter(|topic| seen.insert(*topic)).collect()
    }
}
