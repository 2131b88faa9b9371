//! The program: see the library of this crate.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    portcullis_cli::run()
}
