//! The tests that `docs/traps.md` names must be there, and pass.

use std::path::Path;

use crate::Failure;
use crate::results::{Outcome, Results};
use crate::source::Source;

/// References have the form `` `path/to/file.rs::name` ``.
pub(crate) fn problems(root: &Path, source: &Source, results: &Results) -> Result<Vec<String>, Failure> {
    const PAGE: &str = "docs/traps.md";
    let text = std::fs::read_to_string(root.join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let references = text.split('`').skip(1).step_by(2).filter_map(|span| span.split_once(".rs::"));
    let mut problems = Vec::new();
    let mut found = 0;
    for (file, name) in references {
        found += 1;
        let test = source.tests().find(|test| test.file.strip_suffix(".rs") == Some(file) && test.name == name);
        match test.map(|test| results.of(&test.binary, &test.name)) {
            Some(Outcome::Passed) => {}
            Some(_) => problems.push(format!("{PAGE}: {file}.rs::{name} did not pass")),
            None => problems.push(format!("{PAGE}: there is no test {file}.rs::{name}")),
        }
    }
    if found == 0 {
        problems.push(format!("{PAGE} names no test"));
    }
    Ok(problems)
}
