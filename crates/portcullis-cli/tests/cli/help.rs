//! What the help says: a change of it is seen.

use std::path::Path;

use crate::place::{Place, finish};

/// With `PORTCULLIS_HELP=write` the texts are written anew.
#[test]
fn the_help_is_what_it_was() {
    let place = Place::empty();
    for (name, arguments) in [
        ("portcullis.txt", &["--help"][..]),
        ("keys.txt", &["keys", "--help"]),
        ("create.txt", &["keys", "create", "-h"]),
    ] {
        let said = finish(place.bare().args(arguments), b"").expect_code(0);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help").join(name);
        if std::env::var("PORTCULLIS_HELP").is_ok_and(|wish| wish == "write") {
            std::fs::write(&file, &said.out).unwrap();
        }
        assert_eq!(said.out, std::fs::read_to_string(&file).unwrap(), "{name}");
        assert_eq!(said.err, "");
    }
}

#[test]
fn no_value_of_the_environment_is_in_the_help() {
    let place = Place::empty();
    let mut command = place.bare();
    command.args(["keys", "--help"]).env("PORTCULLIS_STORE", "postgres://u:s3cr3t@h/d");
    assert!(!finish(&mut command, b"").expect_code(0).out.contains("s3cr3t"));
}
