//! What cannot be undone is asked about, and a pipe is nobody who answers.

use std::process::Stdio;

use crate::place::Place;

#[test]
fn without_a_terminal_nothing_final_is_done_unless_it_is_said_beforehand() {
    let place = Place::new();
    let (key, id) = place.key(&[]);
    for command in [
        &["revoke", &id][..],
        &["revoke-owner", "billing-team"],
        &["not-before", "--now"],
        &["not-before", "--at", "2026-01-01T00:00:00Z"],
        &["rotate", &id, "--overlap", "0s"],
    ] {
        let command = [&["keys"], command].concat();
        for input in ["", "n\n", "y\n", "yes\n"] {
            let said = place.run_with(&command, input).expect_code(2);
            assert!(said.err.contains("--yes: this cannot be undone"), "{said:?}");
            assert_eq!(said.out, "");
        }
        let closed = place
            .bare()
            .args(&command)
            .args(["--store", "sqlite:keys.db", "--environment", "acme_live", "--digest-key-file", "digest.key"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(closed.status.code(), Some(2));
        place.run_with(&["keys", "verify"], &key).expect_code(0);
    }
    place.run(&["keys", "rotate", &id, "--overlap", "0s", "--yes"]).expect_code(0);
    assert!(place.run_with(&["keys", "verify"], &key).expect_code(1).out.starts_with("api_key_expired"));
}

#[test]
fn what_can_be_undone_is_not_asked_about() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    for command in [&["disable", &id][..], &["enable", &id], &["expire", &id, "--expires-in", "1h"], &["rotate", &id]] {
        place.run(&[&["keys"], command].concat()).expect_code(0);
    }
}

/// What the program exits with where that is typed at a terminal, and what it said there.
fn typed(place: &Place, arguments: &[&str], answer: &str) -> (Option<i32>, String) {
    use std::ffi::OsStr;
    use std::io::Write as _;
    use std::os::unix::ffi::OsStrExt as _;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = std::fs::File::open(OsStr::from_bytes(name.as_bytes())).unwrap();
    std::fs::File::from(master.try_clone().unwrap()).write_all(answer.as_bytes()).unwrap();
    let mut command = place.bare();
    command.args(arguments).args(["--store", "sqlite:keys.db", "--environment", "acme_live"]).stdin(terminal);
    let output = command.args(["--digest-key-file", "digest.key"]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn at_a_terminal_yes_does_it_and_everything_else_does_not() {
    let place = Place::new();
    let (key, id) = place.key(&["--name", "nightly export"]);
    for command in [&["revoke", &id][..], &["rotate", &id, "--overlap", "0s"], &["not-before", "--now"]] {
        for answer in ["n\n", "y\n", "\n", "\u{4}"] {
            let (code, said) = typed(&place, &[&["keys"], command].concat(), answer);
            assert!(
                code == Some(5) && said.contains("This cannot be undone") && said.contains("nothing was done"),
                "{said}"
            );
            let time = said.split_once("from before ").map(|(_, rest)| rest.split(' ').next().unwrap());
            assert!(time.is_none_or(|time| time.len() == "2026-01-01T00:00:00Z".len()), "whole seconds: {said}");
        }
    }
    place.run_with(&["keys", "verify"], &key).expect_code(0);
    let (code, said) = typed(&place, &["keys", "revoke-owner", "billing-team"], "yes\n");
    assert!(code == Some(0) && said.contains("billing-team without a tenant will be revoked: 1 key now"), "{said}");
    place.run_with(&["keys", "verify"], &key).expect_code(1);
}

#[test]
fn an_owner_without_keys_is_told_and_not_asked_about() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    let nobody = place.run(&["keys", "revoke-owner", "nobody"]).expect_code(0);
    assert!(nobody.out.is_empty() && nobody.err.contains("no key of nobody without a tenant"), "{nobody:?}");
    place.run(&["keys", "revoke-owner", "billing-team"]).expect_code(2);
    assert_eq!(place.run(&["keys", "revoke-owner", "billing-team", "--yes"]).expect_code(0).out.trim_end(), id);
    let again = place.run(&["keys", "revoke-owner", "billing-team", "--json"]).expect_code(0);
    assert!(again.out.contains("\"revoked\":[]") && again.err.contains("nothing was done"), "{again:?}");
}
