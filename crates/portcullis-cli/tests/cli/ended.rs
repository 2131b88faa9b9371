//! What cannot be done to a key any more is a no, with what can be done instead.

use crate::place::{Place, Said};

fn changes(place: &Place, id: &str) -> Vec<Said> {
    let changes =
        [&["disable", id][..], &["enable", id], &["expire", id, "--never"], &["grant", id, "--scope", "a", "--json"]];
    changes.iter().map(|change| place.run(&[&["keys"], *change].concat())).collect()
}

#[test]
fn whatever_is_changed_of_a_revoked_key_is_a_no() {
    let place = Place::new();
    let (key, id) = place.key(&[]);
    for said in changes(&place, &id) {
        said.expect_code(0);
    }
    place.run(&["keys", "revoke", &id, "--yes"]).expect_code(0);
    for said in changes(&place, &id) {
        let said = said.expect_code(1);
        assert!(
            said.err.contains(&format!("key {id} was revoked at 2")) && said.err.contains("stays refused"),
            "{said:?}"
        );
        assert_eq!(said.out, "");
    }
    place.run(&["keys", "revoke", &id, "--yes"]).expect_code(0);
    place.run_with(&["keys", "verify"], &key).expect_code(1);
}

#[test]
fn a_key_from_before_what_the_environment_allows_is_a_revoked_one() {
    let place = Place::new();
    let (_, id) = place.key(&[]);
    place.run(&["keys", "not-before", "--now", "--yes"]).expect_code(0);
    for said in changes(&place, &id) {
        let said = said.expect_code(1);
        assert!(said.err.contains("was revoked, with all keys of acme_live from before 2"), "{said:?}");
    }
    assert!(place.run(&["keys", "rotate", &id]).expect_code(1).err.contains("with all keys of acme_live"));
}

#[test]
fn why_a_key_gets_no_successor_is_told() {
    let place = Place::new();
    let refused = |id: &str| place.run(&["keys", "rotate", id]).expect_code(1).err;
    let (_, expired) = place.key(&[]);
    place.run(&["keys", "expire", &expired, "--expires-at", "2020-01-01T00:00:00Z"]).expect_code(0);
    let why = refused(&expired);
    assert!(why.contains("expired at 2020-01-01T00:00:00Z") && why.contains("`portcullis keys expire`"), "{why}");

    let (_, id) = place.key(&[]);
    let successor = place.run(&["keys", "rotate", &id]).expect_code(0).out;
    let successor = format!("its successor is {}; rotate that one", successor.rsplit('_').nth(1).unwrap());
    let why = refused(&id);
    assert!(why.contains("was rotated already") && why.contains(&successor), "{why}");
    place.run(&["keys", "revoke", &id, "--yes"]).expect_code(0);
    let why = refused(&id);
    assert!(why.contains("was revoked at") && why.contains(&successor), "{why}");

    let (_, revoked) = place.key(&[]);
    place.run(&["keys", "revoke", &revoked, "--yes"]).expect_code(0);
    let why = refused(&revoked);
    assert!(why.contains("was revoked at") && why.contains("`portcullis keys create`"), "{why}");
}
