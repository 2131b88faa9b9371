//! Where figures come from. Everything is asked of the system when the benchmark runs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde::{Deserialize, Serialize};

use crate::Cores;

/// Crates whose versions decide what a figure means.
const CRATES: [&str; 7] = ["actix-web", "aws-lc-rs", "aws-lc-sys", "axum", "jsonwebtoken", "portcullis", "serde_json"];

/// What a figure depends on besides the code that is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model, as it calls itself.
    pub cpu: String,
    /// How many cores the system shows.
    pub cores: usize,
    /// Whether the timing thread stayed on one of them.
    pub pinned: bool,
    /// Name and release of the kernel.
    pub kernel: String,
    /// `rustc --version`.
    pub rustc: String,
    /// What was measured, by its short hash; with a `+` if files had been changed since, empty where there is no git.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// Versions from the lock file; several, separated by commas, where it has several.
    pub crates: BTreeMap<String, String>,
}

impl Machine {
    /// This one.
    #[must_use]
    pub fn this(pinned: bool) -> Self {
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        Self {
            cpu: cpu(),
            // All of the machine's, where a pinned thread would see one.
            cores: fs::read_to_string("/proc/cpuinfo").map_or_else(
                |_| Cores::available().count(),
                |info| info.lines().filter(|line| line.starts_with("processor")).count(),
            ),
            pinned,
            kernel: said_by("uname", &["-sr"]),
            rustc: said_by(&env::var("RUSTC").unwrap_or("rustc".to_owned()), &["--version"]),
            commit: {
                let git =
                    |arguments: &[&str]| said_by("git", &[&["-C", env!("CARGO_MANIFEST_DIR")], arguments].concat());
                commit(git(&["rev-parse", "--short", "HEAD"]), &git(&["status", "--porcelain", "--untracked-files=no"]))
            },
            crates: fs::read_to_string(lock).map(|lock| versions(&lock)).unwrap_or_default(),
        }
    }
}

fn commit(mut head: String, changes: &str) -> String {
    if !head.is_empty() && !changes.is_empty() {
        head.push('+');
    }
    head
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| said_by("uname", &["-m"]), |(_, name)| name.trim().to_owned())
}

/// What that program prints; nothing where there is no such program.
fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

fn versions(lock: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::<String, String>::new();
    let lines: Vec<&str> = lock.lines().collect();
    for pair in lines.windows(2) {
        let quoted = |line: &str, key| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
        if let (Some(name), Some(version)) = (quoted(pair[0], "name = "), quoted(pair[1], "version = "))
            && CRATES.contains(&&*name)
        {
            found.entry(name).and_modify(|all| *all = format!("{all}, {version}")).or_insert(version);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_can_be_described() {
        let machine = Machine::this(true);
        assert!(machine.cores > 0 && !machine.cpu.is_empty() && machine.rustc.starts_with("rustc "), "{machine:?}");
        assert_eq!(machine.crates["portcullis"], env!("CARGO_PKG_VERSION"));
        assert!(machine.crates.contains_key("aws-lc-rs"));
    }

    #[test]
    fn a_commit_with_changes_is_marked_and_without_git_there_is_none() {
        let said = |head: &str, changes| commit(head.to_owned(), changes);
        assert_eq!(said("c09acff", ""), "c09acff");
        assert_eq!(said("c09acff", " M Cargo.toml"), "c09acff+");
        assert_eq!(said("", ""), "");
    }

    #[test]
    fn two_versions_of_one_crate_are_both_named() {
        let package = |version| format!("[[package]]\nname = \"axum\"\nversion = \"{version}\"\n\n");
        assert_eq!(versions(&[package("0.7.9"), package("0.8.9")].concat())["axum"], "0.7.9, 0.8.9");
    }
}
