//! Files of stores: which are made, by what, and how they are copied.

use std::fs;

use crate::place::Place;

#[test]
fn a_store_that_is_not_there_is_not_made_by_accident() {
    let place = Place::new();
    for command in [&["list"][..], &["create", "--owner", "o"], &["backup", "copy.db"], &["revoke", "k0", "--yes"]] {
        let said = place.run(&[&["keys", "--store", "sqlite:kyes.db"], command].concat()).expect_code(3);
        assert!(
            said.err.contains("there is no file kyes.db") && said.err.contains("portcullis keys migrate"),
            "{said:?}"
        );
    }
    assert!(!place.path("kyes.db").exists() && !place.path("copy.db").exists());
    let nowhere = place.run(&["keys", "migrate", "--store", "sqlite:no/such/keys.db"]).expect_code(3);
    assert!(nowhere.err.contains("no/such/keys.db cannot be made") && nowhere.err.contains("make the folder"));
}

#[test]
fn an_empty_file_becomes_a_store_only_where_one_is_needed() {
    let place = Place::new();
    for (command, code) in [
        (&["list"][..], 3),
        (&["show", "k0"], 3),
        (&["rotate", "k0"], 3),
        (&["backup", "copy.db"], 3),
        (&["not-before"], 3),
        (&["create", "--owner", "o"], 0),
        (&["migrate"], 0),
    ] {
        fs::write(place.path("empty.db"), "").unwrap();
        let said = place.run(&[&["keys", "--store", "sqlite:empty.db"], command].concat()).expect_code(code);
        let made = fs::metadata(place.path("empty.db")).unwrap().len() > 0;
        assert_eq!((made, said.err.contains("empty.db is empty; ")), (code == 0, code == 3), "{command:?}: {said:?}");
        for name in ["empty.db", "empty.db-wal", "empty.db-shm"] {
            fs::remove_file(place.path(name)).ok();
        }
    }
    assert!(!place.path("copy.db").exists());
}

#[test]
fn migrate_says_whether_there_was_anything_to_do() {
    let place = Place::empty();
    assert!(place.run(&["keys", "migrate"]).expect_code(0).err.contains("of this version now"));
    assert!(place.run(&["keys", "migrate"]).expect_code(0).err.contains("nothing was done"));
}

#[test]
fn a_backup_is_a_store_and_overwrites_nothing() {
    let place = Place::new();
    let (key, _) = place.key(&["--scope", "read"]);
    let said = place.run(&["keys", "backup", "copy.db"]).expect_code(0);
    assert!(said.out.is_empty() && said.err.contains("copy.db holds what was in keys.db"), "{said:?}");
    place.run_with(&["keys", "verify", "--store", "sqlite:copy.db"], &key).expect_code(0);
    let copy = fs::read(place.path("copy.db")).unwrap();
    for (file, words) in [("copy.db", "copy.db is there already"), ("no/such/copy.db", "there is no folder no/such")] {
        let said = place.run(&["keys", "backup", file]).expect_code(2);
        assert!(said.err.contains(&format!("- FILE: {words}")), "{said:?}");
    }
    assert_eq!(fs::read(place.path("copy.db")).unwrap(), copy);
    let other = place.run(&["keys", "backup", "b.db", "--store", "postgres://u@127.0.0.1:1/d"]).expect_code(2);
    assert!(other.err.contains("`pg_dump --schema=portcullis`"), "{other:?}");
}
