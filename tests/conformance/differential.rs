//! A small run of each of the two commands that throw mutants and garbage at the library. The large ones are
//! `cargo run --release -p portcullis-tests --bin differential`, and `--bin garbage`.

use std::process::Command;

/// The last line that such a command prints, and whether it says that all is well.
fn last_line(program: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(arguments).output().expect("built with this test");
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    (output.status.success(), said.lines().last().unwrap_or_default().to_owned())
}

/// ATK-1 to ATK-46, PC-TA-3: mutants by structure, most of them well signed, decided by both of our backends and by
/// both backends of `jsonwebtoken`.
#[test]
fn nothing_is_accepted_that_an_independent_verifier_refuses() {
    let last = last_line(env!("CARGO_BIN_EXE_differential"), &["--mutants", "2500", "--seed", "9068"]);
    assert_eq!(last, (true, "5000 passed, 0 failed".to_owned()));
}

/// The same comparison finds out a verifier that does not look at audience and expiry.
#[test]
fn a_lenient_verifier_is_found_out() {
    let arguments = ["--mutants", "400", "--seed", "9068", "--weakened"];
    let (succeeded, last) = last_line(env!("CARGO_BIN_EXE_differential"), &arguments);
    assert!(!succeeded && !last.ends_with(" 0 failed"), "{last}");
}

/// ATK-19, ATK-49, ATK-63, PC-JWKS-1: real servers, a good token among the garbage gets in every time, and the rest
/// gets its own answer.
#[test]
fn servers_survive_garbage_and_answer_it_rightly() {
    let (succeeded, last) = last_line(env!("CARGO_BIN_EXE_garbage"), &["--requests", "4000", "--seed", "6750"]);
    assert!(succeeded && last.ends_with(" passed, 0 failed"), "{last}");
}
