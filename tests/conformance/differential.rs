//! A small run of each of the two commands that throw mutants and garbage at the library. The large ones are
//! `cargo run --release -p portcullis-tests --bin differential`, and `--bin garbage`.

use std::process::Command;

/// Whether such a command says that all is well, and everything that it prints.
fn run(program: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(arguments).output().expect("built with this test");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// ATK-3, ATK-4, ATK-5, ATK-12, ATK-17, ATK-18, ATK-24, ATK-27, ATK-28, ATK-29, ATK-35, ATK-36, ATK-38: mutants by
/// structure, most of them well signed, decided by both of our backends and by both backends of `jsonwebtoken`.
#[test]
fn nothing_is_accepted_that_an_independent_verifier_refuses() {
    let (well, said) = run(env!("CARGO_BIN_EXE_differential"), &["--mutants", "2500", "--seed", "9068"]);
    assert!(well && said.ends_with("\n5000 passed, 0 failed\n"), "{said}");
}

/// The same comparison finds out a verifier that does not look at audience and expiry.
#[test]
fn a_lenient_verifier_is_found_out() {
    let arguments = ["--mutants", "400", "--seed", "9068", "--weakened"];
    let (well, said) = run(env!("CARGO_BIN_EXE_differential"), &arguments);
    assert!(!well && said.contains("accepted; the oracle says: InvalidAudience"), "{said}");
}

/// ATK-19, ATK-49, ATK-63, PC-JWKS-1: real servers, a good token among the garbage gets in every time, and the rest
/// gets its own answer.
#[test]
fn servers_survive_garbage_and_answer_it_rightly() {
    let (well, said) = run(env!("CARGO_BIN_EXE_garbage"), &["--requests", "4000", "--seed", "6750"]);
    assert!(well && said.ends_with(" passed, 0 failed\n"), "{said}");
}
