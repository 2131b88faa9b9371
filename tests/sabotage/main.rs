//! Weakens the library one line at a time, and counts how many of the weakenings the tests notice.
//!
//! ```console
//! cargo run -p portcullis-tests --bin sabotage                    # all of them: more than 200, which takes hours
//! cargo run -p portcullis-tests --bin sabotage -- claims          # those whose area or description has the word
//! ```
//!
//! The weakenings are the lines of `weakenings.tsv`. Each is made in a copy of the project below `target/`, and the tests
//! of the core and then the suites run on it until one of them fails. A weakening that no longer applies, because its
//! line has changed, is an error, so that the list cannot rot.
#![forbid(unsafe_code)]

mod copy;
mod trial;
mod weakening;

use std::path::Path;
use std::process::ExitCode;

use crate::copy::Copy;
use crate::trial::Verdict;
use crate::weakening::Weakening;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Whether every weakening was noticed.
fn run(word: Option<&str>) -> Result<bool, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let all = Weakening::read(&root.join("tests/sabotage/weakenings.tsv"))?;
    let chosen: Vec<&Weakening> = all.iter().filter(|one| word.is_none_or(|word| one.is_about(word))).collect();
    if chosen.is_empty() {
        return Err("no weakening has that word; areas, files and effects are in tests/sabotage/weakenings.tsv".into());
    }
    let copy = Copy::new(&root)?;
    println!("{} weakenings; first the tests without any", chosen.len());
    if let Verdict::Noticed(by) = trial::run(&copy)? {
        return Err(format!("the tests fail as they are: {by}").into());
    }
    let (mut noticed, mut missed) = (0, 0);
    for weakening in chosen {
        let verdict = copy.with(weakening, || trial::run(&copy))?;
        match verdict {
            Verdict::Noticed(by) => {
                noticed += 1;
                println!("noticed  {weakening}: {by}");
            }
            Verdict::Missed => {
                missed += 1;
                println!("MISSED   {weakening}");
            }
        }
    }
    println!("{noticed} passed, {missed} failed");
    Ok(missed == 0)
}
