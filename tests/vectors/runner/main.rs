//! `vectors FILE…`: runs files of test vectors. The last line counts; 1 when a case failed, 2 when a file was not run.
#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use portcullis::CryptoBackend;
use portcullis_tests::vectors::{Report, run};

const USAGE: &str = "usage: vectors FILE…
runs test vectors: Wycheproof JWS and JWK, RFC 7520, key sets and discovery documents, and those of this project";

fn main() -> ExitCode {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    let asked_for_files = !files.is_empty() && files.iter().all(|file| !file.to_string_lossy().starts_with("--"));
    let Some(backend) = CryptoBackend::preferred().filter(|_| asked_for_files) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut total = Report::default();
    let mut all_ran = true;
    for file in &files {
        let path = Path::new(file);
        match run(path, backend) {
            Ok(report) => total.add(report),
            Err(why) => {
                all_ran = false;
                eprintln!("{}: {why}", path.display());
            }
        }
    }
    let written = print(&total);
    match (all_ran, total.failed) {
        (false, _) => ExitCode::from(2),
        (true, 0) if written.is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Not `println!`, which panics when nobody reads.
fn print(total: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in &total.lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{total}")
}
