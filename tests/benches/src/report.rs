//! The form of the results: one JSON file per benchmark, `target/bench/<bench>.json`.
//!
//! ```json
//! {
//!   "bench": "primitives", "date": "2026-11-25T04:30:00Z", "quick": false,
//!   "machine": { "cpu": "…", "cores": 2, "pinned": true, "kernel": "…", "rustc": "…",
//!                "commit": "c09acff+", "crates": { "portcullis": "0.1.0", "aws-lc-rs": "1.19.0" } },
//!   "tables": [{
//!     "name": "RS256",
//!     "rows": [{ "name": "raw", "unit": "ns", "median": 11852.0, "q1": 11830.0, "q3": 11901.0,
//!                "rounds": 31, "iterations": 340 }],
//!     "derived": [{ "name": "miss over raw", "unit": "ratio", "median": 1.1, "q1": 1.09, "q3": 1.11,
//!                   "rounds": 31, "iterations": 1 }]
//!   }]
//! }
//! ```
//!
//! `rows` were measured, `derived` was computed in each round from that round's rows and only then reduced to a
//! median, so that a slow round slows both sides of a ratio. Figures of one table can be compared with each other,
//! those of different tables only as ratios.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::{Arguments, Machine};

/// All that one run of one benchmark found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The benchmark's name, and that of its file.
    pub bench: String,
    /// When it was started, in UTC (RFC 3339).
    pub date: String,
    /// Whether the run was too short for its figures to mean much.
    pub quick: bool,
    /// Where.
    pub machine: Machine,
    /// What.
    pub tables: Vec<Results>,
    /// What is to be known of a row besides its figures, such as the version of a peer; by the name of the row.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
}

/// One table: what was measured together, in interleaved rounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// What the rows have in common.
    pub name: String,
    /// What was measured.
    pub rows: Vec<Figure>,
    /// What follows from it, round by round.
    pub derived: Vec<Figure>,
}

/// A number with its spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Unique in its table.
    pub name: String,
    /// `ns`, `ratio`, `allocations`, `bytes`, `instructions`.
    pub unit: String,
    /// The median of the rounds.
    pub median: f64,
    /// The first quartile.
    pub q1: f64,
    /// The third quartile.
    pub q3: f64,
    /// How many numbers the median is of.
    pub rounds: usize,
    /// How many iterations each of them is the mean of.
    pub iterations: u64,
}

impl Figure {
    /// From one number per round. In no round at all it is not a number.
    #[must_use]
    pub fn of(name: impl Into<String>, unit: &str, rounds: &[f64], iterations: u64) -> Self {
        let mut sorted = rounds.to_vec();
        sorted.sort_by(f64::total_cmp);
        let [q1, median, q3] = [0.25, 0.5, 0.75].map(|share| quantile(&sorted, share));
        Self { name: name.into(), unit: unit.to_owned(), median, q1, q3, rounds: rounds.len(), iterations }
    }

    /// A number that is the same however often one counts.
    #[must_use]
    pub fn counted(name: impl Into<String>, unit: &str, value: f64, iterations: u64) -> Self {
        Self::of(name, unit, &[value], iterations)
    }
}

/// Between the two nearest, where it falls between two.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the number of rounds is small and the share is between zero and one"
)]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = sorted.len().saturating_sub(1) as f64 * share;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(below), Some(above)) => below + (above - below) * place.fract(),
        _ => f64::NAN,
    }
}

impl Report {
    /// An empty one, of this moment and this machine.
    #[must_use]
    pub fn new(bench: &str, arguments: &Arguments, pinned: bool) -> Self {
        let date = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or_else(|_| OffsetDateTime::now_utc());
        Self {
            bench: bench.to_owned(),
            date: date.format(&Rfc3339).unwrap_or_default(),
            quick: arguments.quick,
            machine: Machine::this(pinned),
            tables: Vec::new(),
            notes: BTreeMap::new(),
        }
    }

    /// Prints a table and keeps it.
    pub fn add(&mut self, results: Results) {
        results.print();
        self.tables.push(results);
    }

    /// The figure of that name in the table of that name, measured or derived.
    #[must_use]
    pub fn figure(&self, table: &str, name: &str) -> Option<&Figure> {
        let table = self.tables.iter().find(|results| results.name == table)?;
        table.rows.iter().chain(&table.derived).find(|figure| figure.name == name)
    }

    /// Where the results of that benchmark are.
    #[must_use]
    pub fn path(bench: &str) -> PathBuf {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
        target.join("bench").join(bench).with_extension("json")
    }

    /// Writes the file, and says where.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self) -> io::Result<()> {
        let path = Self::path(&self.bench);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(&path, text)?;
        println!("\nwritten to {}", path.display());
        Ok(())
    }

    /// Reads what the latest run of that benchmark wrote.
    ///
    /// # Errors
    /// Those of the file system, and of a file that is something else.
    pub fn read(bench: &str) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(Self::path(bench))?)?)
    }
}

impl Results {
    fn print(&self) {
        println!("\n## {}\n", self.name);
        let figures = || self.rows.iter().chain(&self.derived);
        let width = figures().map(|figure| figure.name.chars().count()).max().unwrap_or_default();
        for figure in figures() {
            let digits = match &*figure.unit {
                "ratio" => 3,
                "ns" => 1,
                _ => 2,
            };
            println!(
                "{:width$}  {:>14.digits$} {:12} [{:.digits$} .. {:.digits$}]",
                figure.name, figure.median, figure.unit, figure.q1, figure.q3
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_fall_between_the_nearest_two() {
        let figure = Figure::of("x", "ns", &[4.0, 1.0, 2.0, 3.0], 1);
        assert_eq!((figure.q1, figure.median, figure.q3), (1.75, 2.5, 3.25));
        let odd = Figure::of("x", "ns", &[5.0, 1.0, 3.0], 1);
        assert_eq!((odd.q1, odd.median, odd.q3), (2.0, 3.0, 4.0));
    }

    #[test]
    fn a_median_of_nothing_is_not_a_number() {
        assert!(Figure::of("x", "ns", &[], 1).median.is_nan());
    }
}
