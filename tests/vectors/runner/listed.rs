//! What is written down about cases: `differences.tsv` for which way the library goes, and `expected.tsv` for what is
//! expected of documents that do not say so themselves.
//!
//! A row is `file ⇥ case ⇥ outcome ⇥ why`. A row about a file of `tests/vectors` must be met by a case that goes just
//! so and would otherwise be against the file, or the list would rot. `format:NAME` instead of a file is about that
//! case in every file of the format.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

const DIFFERENCES: &str = include_str!("../differences.tsv");
const KEY_SETS: &str = include_str!("../jwks/expected.tsv");
const DISCOVERY: &str = include_str!("../discovery/expected.tsv");

/// One row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) file: &'static str,
    pub(super) case: &'static str,
    pub(super) outcome: &'static str,
    pub(super) why: &'static str,
}

/// What is written down about one file.
pub(super) struct Listed {
    differences: HashMap<&'static str, Row>,
    /// It is a file of `tests/vectors`, or a copy: what is written down about it must all be found in it.
    pub(super) complete: bool,
}

impl Listed {
    /// By the file's own name, since a user's file of that name is another edition of the same vectors; whether it is
    /// the very same is told by its content.
    pub(super) fn of(path: &Path, format: &str, json: &Value) -> Self {
        let committed = committed(json);
        let named = |file: &str| Path::new(file).file_name() == path.file_name();
        let format = format!("format:{format}");
        let about =
            |row: &Row| row.file == format || committed.map_or_else(|| named(row.file), |file| file == row.file);
        let differences = rows(DIFFERENCES).filter(about).map(|row| (row.case, row)).collect();
        Self { differences, complete: committed.is_some() }
    }

    pub(super) fn about(&self, case: &str) -> Option<&Row> {
        self.differences.get(case)
    }

    /// The rows about this very file.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.differences.values().filter(|row| !row.file.starts_with("format:"))
    }
}

/// What is expected of that document, case by case; empty for a document that is not one of ours.
pub(super) fn expected(json: &Value) -> Vec<Row> {
    let Some(committed) = committed(json) else { return Vec::new() };
    [KEY_SETS, DISCOVERY].into_iter().flat_map(rows).filter(|row| row.file == committed).collect()
}

/// The cases that are listed for a whole format, so that a test can see each of them met.
pub fn every_listed_format_case() -> Vec<(&'static str, &'static str)> {
    let of_format = |row: Row| Some((row.file.strip_prefix("format:")?, row.case));
    rows(DIFFERENCES).filter_map(of_format).collect()
}

fn rows(list: &'static str) -> impl Iterator<Item = Row> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap_or_default();
        Row { file: column(), case: column(), outcome: column(), why: column() }
    })
}

/// The file of `tests/vectors` that says the same, by the name that the lists have for it.
fn committed(json: &Value) -> Option<&'static str> {
    static FILES: LazyLock<Vec<(&'static str, Value)>> = LazyLock::new(|| {
        let mut names: Vec<&str> =
            [DIFFERENCES, KEY_SETS, DISCOVERY].into_iter().flat_map(rows).map(|row| row.file).collect();
        names.sort_unstable();
        names.dedup();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
        let read = |name: &'static str| {
            let text = fs::read_to_string(folder.join(name)).ok()?;
            Some((name, serde_json::from_str(&text).ok()?))
        };
        names.into_iter().filter_map(read).collect()
    });
    FILES.iter().find(|(_, committed)| committed == json).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_has_four_columns_a_file_that_is_there_and_a_reason() {
        let mut seen = HashSet::new();
        for list in [DIFFERENCES, KEY_SETS, DISCOVERY] {
            let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            for (line, row) in lines.zip(rows(list)) {
                assert_eq!(line.matches('\t').count(), 3, "{line}");
                assert!(row.why.len() > 10 || list != DIFFERENCES, "no reason: {line}");
                let there = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(row.file).is_file();
                assert!(there || row.file.starts_with("format:"), "no such file: {line}");
                let key_without_kid = row.case == "-";
                assert!(seen.insert((list.len(), row.file, row.case)) || key_without_kid, "twice: {line}");
            }
        }
    }
}
