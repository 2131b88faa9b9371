//! Writes `docs/conformance.md`: every requirement, and the tests that show it.
//!
//! ```console
//! cargo run -p portcullis-tests --bin conformance                  # runs all tests, writes the page
//! cargo run -p portcullis-tests --bin conformance -- --results LOG # takes a run's output instead
//! cargo run -p portcullis-tests --bin conformance -- --results LOG --check
//! ```
//!
//! The ids come from the doc comments of the tests, the outcomes from what the test runner printed. It ends with an
//! error, says all that is wrong and writes nothing, where a requirement of the first release has no test that passed, where a test
//! names a requirement that does not exist, or (`--check`) where the page is not what it would write.
#![forbid(unsafe_code)]

mod page;
mod results;
mod rows;
mod source;
mod table;
mod traps;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::results::Results;
use crate::rows::Rows;
use crate::source::Source;
use crate::table::Table;

type Failure = Box<dyn std::error::Error>;

struct Arguments {
    results: Option<PathBuf>,
    check: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            problems.iter().for_each(|problem| eprintln!("error: {problem}"));
            eprintln!("{} problems", problems.len());
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Vec<String>, Failure> {
    let arguments = arguments(std::env::args().skip(1))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rows = Rows::read(&root.join("tests/conformance"))?;
    let source = Source::read(&root)?;
    let results = match &arguments.results {
        Some(file) => std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => run_tests(&root)?,
    };
    let results = Results::parse(&results);

    let table = Table::new(&rows, &source, &results);
    let mut problems = table.problems();
    problems.extend(traps::problems(&root, &source, &results)?);
    print!("{}", page::counts(&table));

    let (path, page) = (root.join("docs/conformance.md"), page::page(&table));
    if !arguments.check && problems.is_empty() {
        std::fs::write(&path, page)?;
    } else if arguments.check && std::fs::read_to_string(&path)? != page {
        problems.push("docs/conformance.md is out of date: run the command without --check".to_owned());
    }
    Ok(problems)
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments, Failure> {
    let mut arguments = Arguments { results: None, check: false };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--check" => arguments.check = true,
            "--results" => arguments.results = Some(words.next().ok_or("--results needs a file")?.into()),
            other => return Err(format!("unknown argument {other}; there are --results FILE and --check").into()),
        }
    }
    Ok(arguments)
}

/// What the test runner prints: of all tests, those included that are left out for their time, and of the models of the
/// key store, which are compiled for themselves. That tests fail is for the table to say.
fn run_tests(root: &Path) -> Result<String, Failure> {
    let mut all = cargo(root);
    all.args(["test", "--workspace", "--no-fail-fast", "--", "--include-ignored"]);
    let mut models = cargo(root);
    models
        .args(["test", "-p", "portcullis", "--lib", "--no-default-features", "--features", "rust-crypto"])
        .args(["--target-dir", "target/shuttle", "interleavings"])
        .env("RUSTFLAGS", "--cfg shuttle")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    Ok(printed(all)? + &printed(models)?)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command
}

/// Both streams, in their order.
fn printed(mut command: Command) -> Result<String, Failure> {
    let (mut reader, writer) = std::io::pipe()?;
    let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // Its ends of the pipe would keep the reading from ending.
    drop(command);
    let mut printed = String::new();
    reader.read_to_string(&mut printed)?;
    child.wait()?;
    Ok(printed)
}
