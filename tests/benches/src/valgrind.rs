//! Counting instructions, where hardware does not.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Whether there is a valgrind to run.
#[must_use]
pub fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Runs this program again with those arguments, under callgrind, and returns how many instructions it took from
/// start to end. `directory` takes what callgrind writes.
///
/// # Errors
/// Those of the system, and of a program that failed.
pub fn instructions(arguments: &[&str], directory: &Path) -> io::Result<u64> {
    let found = directory.join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", found.display()));
    let status = valgrind.arg(env::current_exe()?).args(arguments).stdout(Stdio::null()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("{arguments:?} under valgrind: {status}")));
    }
    let text = fs::read_to_string(found)?;
    total(&text).ok_or_else(|| io::Error::other("callgrind wrote no total"))
}

/// The line `totals: N` at the end.
fn total(text: &str) -> Option<u64> {
    text.lines().rev().find_map(|line| line.strip_prefix("totals:")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_stands_at_the_end() {
        assert_eq!(total("events: Ir\nfn=(1) main\n3 4\ntotals: 1234567\n"), Some(1_234_567));
        assert_eq!(total("events: Ir\n"), None);
    }
}
