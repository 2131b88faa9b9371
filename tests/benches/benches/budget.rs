//! What was promised of speed beside what is measured, one line each:
//! `budget <row> measured=<x> must=<y> aim=<z> ok`, or `short`; `quick` after `--quick`, which is not judged.
//!
//! Runs `primitives`, `layer`, `allocations`, `memory` and `scale` one after another, each a process of its own, since
//! those that count allocations must not time anything; what needs sockets, peers or a refresh is theirs to measure.
//! Ratios are computed in each round of one of these processes; the median of the rounds counts. A timing fails nothing: the exit status says only whether
//! everything ran.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let words = std::env::args().skip(1).filter(|word| word != "--bench");
    let status = Command::new(env!("CARGO_BIN_EXE_performance")).arg("--budget").args(words).status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        outcome => {
            eprintln!("budget: {outcome:?}");
            ExitCode::FAILURE
        }
    }
}
