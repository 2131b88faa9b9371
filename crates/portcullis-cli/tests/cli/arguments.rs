//! What is wrong with arguments: all of it at once, in the words in which they are given, and before anything is done.

use crate::place::{Place, finish};

#[test]
fn who_does_not_choose_is_shown_every_choice() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    for (command, choices, two) in [
        ("expire", "<--expires-in <TIME>|--expires-at <TIME>|--never>", &["--never", "--expires-in", "1d"][..]),
        ("grant", "<--scope <SCOPE>|--role <ROLE>|--group <GROUP>|--none>", &["--none", "--scope", "a"]),
    ] {
        let none = place.run(&["keys", command, &id]).expect_code(2);
        assert_eq!(none.err.matches(choices).count(), 2, "in the error and in the usage: {none:?}");
        place.run(&[&["keys", command, &id], two].concat()).expect_code(2);
    }
    let both = ["keys", "expire", &id, "--expires-in", "1d", "--expires-at", "2999-01-01T00:00:00Z"];
    place.run(&both).expect_code(2);
    place.run(&["keys", "grant", &id, "--scope", "a", "--role", "r", "--group", "g"]).expect_code(0);
}

#[test]
fn arguments_and_settings_are_judged_together() {
    let place = Place::empty();
    let wrong = ["keys", "--environment", "Acme Live", "--store", "foo", "--digest-key-file", "nope", "create"];
    let new = ["--owner", "", "--name", "\n", "--tenant", "", "--scope", "é", "--role", "", "--group", ""];
    let said = finish(place.bare().args(wrong).args(new).args(["--expires-in", "0s"]), b"").expect_code(2).err;
    let lines: Vec<&str> = said.lines().map(|line| line.split(": ").next().unwrap()).collect();
    let settings = ["portcullis", "- --store", "- --digest-key-file", "- --environment"];
    let arguments =
        ["- --role", "- --group", "- --scope", "- --owner", "- --name", "- --tenant", "- --expires-in, --expires-at"];
    assert_eq!(lines, [&settings[..], &arguments[..]].concat(), "{said}");
}

#[test]
fn arguments_are_judged_whatever_is_in_the_store() {
    let place = Place::new();
    for (arguments, named) in [
        (&["show", "not an id"][..], "ID"),
        (&["show", ""], "ID"),
        (&["grant", "k0", "--role", ""], "--role"),
        (&["expire", "k0", "--expires-in", "9999999h"], "no key k0"),
        (&["list", "--after", "acme_live"], "--after"),
        (&["list", "--limit", "0"], "write a number from 1 on"),
        (&["not-before", "--at", "2999-01-01T00:00:00Z", "--yes"], "--at"),
        (&["import", "--form", "uuid", "--owner", ""], "--owner"),
    ] {
        let said = place.run(&[&["keys"], arguments].concat());
        assert_eq!(said.code, if named == "no key k0" { 4 } else { 2 }, "{said:?}");
        assert!(said.err.contains(named) && said.out.is_empty(), "{arguments:?}: {said:?}");
    }
}

#[test]
fn a_variable_that_is_wrong_is_called_by_its_name() {
    let place = Place::new();
    let mut command = place.bare();
    command.env("PORTCULLIS_STORE", "keys.db").env("PORTCULLIS_ENVIRONMENT", "Acme").args(["keys", "list"]);
    let said = finish(&mut command, b"").expect_code(2).err;
    assert!(
        said.contains("\n- PORTCULLIS_STORE: neither") && said.contains("\n- PORTCULLIS_ENVIRONMENT: not"),
        "{said}"
    );
}

#[test]
fn a_key_of_the_wrong_form_is_told_what_it_is() {
    let place = Place::new();
    let (own, _) = place.key(&[]);
    let import = |form: &str, key: &str| {
        let arguments = ["keys", "import", "--form", form, "--owner", "o"];
        let said = place.run_with(&arguments, key).expect_code(2).err;
        assert!(!said.contains("also_accept") && !said.contains(key), "{said}");
        said
    };
    let said = import("opaque", &own);
    assert!(said.contains("the form of those made here; `portcullis keys verify`"), "{said}");
    assert!(import("uuid", &own).contains("does not fit `--form`"));
    assert!(import("opaque", &"x".repeat(1_000)).contains("longer than any key"));
    let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let verify = |more: &[&str]| place.run_with(&[&["keys", "verify"], more].concat(), uuid).expect_code(1).err;
    assert!(verify(&[]).contains("say what its keys look like with `--form`"));
    assert!(verify(&["--form", "opaque:40"]).contains("none of the forms given"));
}
