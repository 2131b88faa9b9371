//! Running the benchmarks, one after another.

use std::io;
use std::path::Path;
use std::process::Command;

/// How that benchmark is run, from the root of the workspace.
pub(crate) fn command(bench: &str) -> Vec<&str> {
    match bench {
        // A workspace of its own, since its peers want dependencies that ours must not have.
        "peers" => vec!["cargo", "bench", "--manifest-path", "tests/peers/Cargo.toml", "--bench", "peers"],
        bench => vec!["cargo", "bench", "-p", "portcullis-benches", "--bench", bench],
    }
}

/// Runs all of `benches`; their output is the terminal's.
///
/// # Errors
/// When one fails: a page of yesterday's figures beside today's is no page of today.
pub(crate) fn measure(root: &Path, benches: &[&str], quick: bool) -> io::Result<()> {
    for bench in benches {
        let words = command(bench);
        println!("\n# {}", words.join(" "));
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(root);
        if quick {
            command.args(["--", "--quick"]);
        }
        let status = command.status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{bench}: {status}")));
        }
    }
    Ok(())
}
