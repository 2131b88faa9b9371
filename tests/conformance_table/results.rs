//! What the test runner printed.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Not run, or not part of the run.
    NotRun,
}

/// Outcomes by binary and by the last part of a test's path.
#[derive(Default)]
pub(crate) struct Results(BTreeMap<(String, String), Outcome>);

impl Results {
    /// Reads lines as `cargo test` prints them; several runs in a row are one.
    pub(crate) fn parse(printed: &str) -> Self {
        let mut results = Self::default();
        let mut binary = String::new();
        for line in printed.lines() {
            if let Some(running) = line.trim_start().strip_prefix("Running ") {
                binary = binary_of(running).unwrap_or_default();
            } else if line.trim_start().starts_with("Doc-tests ") {
                binary.clear();
            } else if let Some((path, outcome)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... "))
            {
                let path = path.split(" - ").next().unwrap_or(path);
                let name = path.rsplit("::").next().unwrap_or(path);
                results.add(&binary, name, outcome);
            }
        }
        results
    }

    /// Two tests of one name in one binary are taken for one, which passes if both do. One that was left out of one run
    /// and passes in another has passed.
    fn add(&mut self, binary: &str, name: &str, outcome: &str) {
        let outcome = match outcome.split([',', ' ']).next() {
            Some("ok") => Outcome::Passed,
            Some("FAILED") => Outcome::Failed,
            _ => Outcome::NotRun,
        };
        let held = self.0.entry((binary.to_owned(), name.to_owned())).or_insert(outcome);
        if *held == Outcome::NotRun || outcome == Outcome::Failed {
            *held = outcome;
        }
    }

    pub(crate) fn of(&self, binary: &str, name: &str) -> Outcome {
        self.0.get(&(binary.to_owned(), name.to_owned())).copied().unwrap_or(Outcome::NotRun)
    }
}

/// `unittests src/lib.rs (target/debug/deps/portcullis-0123456789abcdef)`: the name without the hash.
fn binary_of(running: &str) -> Option<String> {
    let executable = running.rsplit_once('(')?.1.trim_end_matches(')');
    let name = executable.rsplit(['/', '\\']).next()?;
    Some(name.trim_end_matches(".exe").rsplit_once('-')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "
     Running unittests src/lib.rs (target/debug/deps/portcullis_axum-0f)
running 3 tests
test tests::good ... ok
test tests::bad ... FAILED
test tests::panics - should panic ... ok
     Running wrong_use/main.rs (target/debug/deps/wrong_use-1c)
test late ... ignored, builds everything again
test good ... ok
   Doc-tests portcullis
test crates/portcullis/src/lib.rs - Builder::good (line 3) ... FAILED
     Running wrong_use/main.rs (target/debug/deps/wrong_use-1c)
test late ... ok
";

    #[test]
    fn outcomes_are_kept_apart_by_binary() {
        let results = Results::parse(PRINTED);
        for (binary, name, outcome) in [
            ("portcullis_axum", "good", Outcome::Passed),
            ("portcullis_axum", "bad", Outcome::Failed),
            ("portcullis_axum", "panics", Outcome::Passed),
            ("wrong_use", "good", Outcome::Passed),
            ("wrong_use", "late", Outcome::Passed),
            ("wrong_use", "bad", Outcome::NotRun),
        ] {
            assert_eq!(results.of(binary, name), outcome, "{binary} {name}");
        }
    }

    #[test]
    fn one_failure_is_not_hidden_by_a_namesake() {
        let line = |outcome| format!("Running x (deps/x-1)\ntest a::same ... {outcome}\n");
        assert_eq!(Results::parse(&(line("FAILED") + &line("ok"))).of("x", "same"), Outcome::Failed);
        assert_eq!(Results::parse(&(line("ok") + &line("FAILED"))).of("x", "same"), Outcome::Failed);
    }
}
