//! Each way to end, and what is said then.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;

use crate::place::{Place, finish};

#[test]
fn all_that_is_wrong_with_a_configuration_is_said_at_once() {
    let place = Place::empty();
    let said = finish(place.bare().args(["keys", "create", "--owner", "o"]), b"").expect_code(2);
    assert!(said.err.starts_with("portcullis: 3 problems:\n- --store: not given; "), "{said:?}");
    assert!(
        said.err.contains("\n- --environment: not given; ") && said.err.contains("\n- --digest-key-file: not given; ")
    );
    let wrong = ["keys", "verify", "--store", "mysql://h", "--environment", "Acme", "--digest-key-file", "none"];
    let said = finish(place.bare().args(wrong).args(["--old-digest-key-file", "nowhere"]), b"").expect_code(2);
    assert_eq!(said.err.lines().count(), 5, "{said:?}");
    std::fs::write(place.path("digest.key"), format!("{}B", "A".repeat(41))).unwrap();
    let wrong = ["keys", "verify", "--store", "sqlite:", "--environment", "Acme", "--digest-key-file", "digest.key"];
    let said = finish(place.bare().args(wrong), b"").expect_code(2);
    assert!(said.err.contains("portcullis: 3 problems:\n") && said.err.contains("--digest-key-file: no digest key"));
}

#[test]
fn wrong_arguments_are_told_and_nothing_is_done() {
    let place = Place::new();
    place.key(&[]);
    for arguments in [
        &["frobnicate"][..],
        &["keys"],
        &["keys", "create"],
        &["keys", "create", "--owner", ""],
        &["keys", "create", "--owner", "o", "--scope", "é"],
        &["keys", "create", "--owner", "o", "--expires-in", "1mo"],
        &["keys", "create", "--owner", "o", "--expires-at", "2020-01-01T00:00:00Z"],
        &["keys", "create", "--owner", "o", "--expires-in", "1d", "--expires-at", "2999-01-01T00:00:00Z"],
        &["keys", "list", "--standing", "good"],
        &["keys", "list", "--limit", "-1"],
        &["keys", "import", "--form", "perm:", "--owner", "o"],
        &["keys", "verify"],
        &["digest-key", "--out", "digest.key"],
        &["digest-key", "--out", "no/such/folder"],
    ] {
        let said = place.run(arguments).expect_code(2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{arguments:?}: {said:?}");
    }
    assert_eq!(place.run(&["keys", "list", "--json"]).expect_code(0).out.lines().count(), 1);
}

#[test]
fn arguments_that_are_no_text_are_told_and_no_panic() {
    let place = Place::new();
    let odd = OsStr::from_bytes(b"\xff\xfe");
    for arguments in [&[odd][..], &[OsStr::new("keys"), OsStr::new("show"), odd]] {
        finish(place.bare().args(arguments), b"").expect_code(2);
    }
    for name in ["PORTCULLIS_STORE", "PORTCULLIS_ENVIRONMENT", "PORTCULLIS_DIGEST_KEY"] {
        let said = finish(place.bare().args(["keys", "verify"]).env(name, odd), b"").expect_code(2);
        assert!(said.err.contains(&format!("{name}: not text")), "{said:?}");
    }
    let verify = ["keys", "verify", "--store", "sqlite:keys.db", "--environment", "acme_live"];
    finish(place.bare().args(verify).args(["--digest-key-file", "digest.key"]), b"\xff\xfe\x00\n\xff").expect_code(1);
}

#[test]
fn a_store_that_cannot_serve_is_another_code() {
    let place = Place::new();
    let postgres = "postgres://portcullis:s3cr3t-w0rd@127.0.0.1:1/none";
    let said = place.run(&["keys", "list", "--store", postgres]).expect_code(3);
    assert!(said.err.contains("cannot be reached") && !said.err.contains("s3cr3t"), "{said:?}");
    assert!(said.err.contains("warning: others can read the password"), "{said:?}");
    std::fs::write(place.path("text.db"), "this is no database, and long enough to be seen as none").unwrap();
    place.run(&["keys", "list", "--store", "sqlite:text.db"]).expect_code(3);
    place.run(&["keys", "list", "--store", "sqlite:."]).expect_code(3);
    let bad = place.run(&["keys", "list", "--store", "postgres://u:s3cr3t-w0rd@h:port/d"]).expect_code(2).err;
    assert!(bad.contains("- --store: a URL that cannot be understood") && !bad.contains("s3cr3t"), "{bad}");
}

#[test]
fn an_id_that_is_not_there_is_another_code() {
    let place = Place::new();
    for command in [
        &["show", "k0"][..],
        &["rotate", "k0"],
        &["expire", "k0", "--never"],
        &["disable", "k0"],
        &["enable", "k0"],
        &["grant", "k0", "--none"],
        &["revoke", "k0", "--yes"],
    ] {
        let said = place.run(&[&["keys"], command].concat()).expect_code(4);
        assert!(said.err.contains("no key k0 in acme_live; `portcullis keys list`"), "{said:?}");
    }
    place.run(&["keys", "revoke-owner", "nobody", "--yes"]).expect_code(0);
}

#[test]
fn a_reader_that_goes_away_is_no_panic_and_a_key_that_nobody_got_is_told() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    let run = |arguments: &[&str]| {
        let mut command = place.bare();
        command.args(arguments).args(["--store", "sqlite:keys.db", "--environment", "acme_live"]);
        command.args(["--digest-key-file", "digest.key"]).stdin(Stdio::null());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&["keys", "list"]), (Some(0), String::new()));
    assert_eq!(run(&["keys", "show", &id]), (Some(0), String::new()));
    assert_eq!(run(&["keys", "verify"]).0, Some(2), "nothing is on standard input");
    let (code, err) = run(&["keys", "create", "--owner", "o"]);
    assert!(code == Some(6) && err.contains("could not be written") && err.contains("revoke it"), "{err}");
    let list = place.run(&["keys", "list", "--owner", "o", "--json"]).out;
    let made: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert!(err.contains(made["id"].as_str().unwrap()), "{err}");
}

#[test]
fn a_bad_key_is_no_also_where_nobody_reads_the_answer() {
    let place = Place::new();
    std::fs::write(place.path("bad.txt"), "acme_live_nonsense").unwrap();
    for form in [&[][..], &["--json"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = place.bare();
        command.args(["keys", "verify", "--store", "sqlite:keys.db", "--environment", "acme_live"]).args(form);
        command.args(["--digest-key-file", "digest.key"]).stdin(std::fs::File::open(place.path("bad.txt")).unwrap());
        assert_eq!(command.stdout(writer).status().unwrap().code(), Some(1));
    }
}
