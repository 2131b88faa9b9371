//! The life of keys, from the first to the last command.

use crate::place::Place;

#[test]
fn a_key_is_made_verified_listed_rotated_and_revoked() {
    let place = Place::new();
    let (key, id) = place.key(&["--name", "nightly export", "--scope", "invoices:read", "--expires-in", "90d"]);
    assert!(key.starts_with("acme_live_") && key.len() == 63, "one line, and that is the key");

    let good = place.run_with(&["keys", "verify"], &format!("{key}\n")).expect_code(0);
    for words in ["standing     active", "owner        billing-team", "scopes       invoices:read", &id] {
        assert!(good.out.contains(words), "{words}: {}", good.out);
    }
    let list = place.run(&["keys", "list"]).expect_code(0).out;
    assert_eq!(list.lines().count(), 2);
    assert!(list.starts_with("ID ") && list.contains(&id), "{list}");
    assert!(list.contains("  api_key  active ") && list.contains("nightly export  invoices:read\n"), "{list}");

    let rotated = place.run(&["keys", "rotate", &id, "--overlap", "1h"]).expect_code(0);
    let successor = rotated.out.trim_end();
    for key in [&*key, successor] {
        place.run_with(&["keys", "verify"], key).expect_code(0);
    }
    let shown = place.run(&["keys", "show", &id]).expect_code(0).out;
    assert!(shown.contains(&format!("successor    {}", successor.rsplit('_').nth(1).unwrap())), "{shown}");

    place.run(&["keys", "revoke", &id, "--yes"]).expect_code(0);
    let refused = place.run_with(&["keys", "verify"], &key).expect_code(1);
    assert!(refused.out.starts_with("api_key_revoked: ") && refused.out.contains(&id), "{refused:?}");
    assert_eq!(refused.err, "");
    place.run_with(&["keys", "verify"], successor).expect_code(0);
    let revoked = place.run(&["keys", "list", "--standing", "revoked"]).expect_code(0).out;
    assert!(revoked.lines().count() == 2 && revoked.contains(&id), "{revoked}");
}

#[test]
fn what_can_be_undone_is() {
    let place = Place::new();
    let (key, id) = place.key(&[]);
    let verify = || place.run_with(&["keys", "verify"], &key);
    place.run(&["keys", "disable", &id]).expect_code(0);
    assert!(verify().expect_code(1).out.starts_with("api_key_disabled"));
    place.run(&["keys", "enable", &id]).expect_code(0);
    verify().expect_code(0);
    place.run(&["keys", "expire", &id, "--expires-at", "2020-01-01T00:00:00Z"]).expect_code(0);
    assert!(verify().expect_code(1).out.starts_with("api_key_expired"));
    let never = place.run(&["keys", "expire", &id, "--never"]).expect_code(0);
    assert!(never.out.contains("expires      never"), "{never:?}");
    verify().expect_code(0);
    let granted = place.run(&["keys", "grant", &id, "--scope", "a b", "--role", "clerk"]).expect_code(0);
    assert!(granted.out.contains("scopes       a b\nroles        clerk\n"), "{granted:?}");
    let none = place.run(&["keys", "grant", &id, "--none"]).expect_code(0);
    assert!(!none.out.contains("scopes"), "{none:?}");
}

#[test]
fn all_keys_of_an_owner_or_of_a_time_are_taken_back() {
    let place = Place::new();
    let (first, first_id) = place.key(&[]);
    let (second, _) = place.key(&["--tenant", "north"]);
    let (third, third_id) = place.key(&["--tenant", "south"]);
    let revoked = place.run(&["keys", "revoke-owner", "billing-team", "--yes"]).expect_code(0);
    assert_eq!(revoked.out.trim_end(), first_id, "keys of tenants have another owner");
    place.run_with(&["keys", "verify"], &first).expect_code(1);
    place.run(&["keys", "revoke-owner", "billing-team", "--tenant", "north", "--yes"]).expect_code(0);
    place.run_with(&["keys", "verify"], &second).expect_code(1);
    place.run_with(&["keys", "verify"], &third).expect_code(0);

    assert_eq!(place.run(&["keys", "not-before"]).expect_code(0).out, "never\n");
    place.run(&["keys", "not-before", "--at", "2020-01-01T00:00:00Z", "--yes"]).expect_code(0);
    place.run_with(&["keys", "verify"], &third).expect_code(0);
    place.run(&["keys", "not-before", "--now", "--yes"]).expect_code(0);
    assert!(place.run_with(&["keys", "verify"], &third).expect_code(1).out.starts_with("api_key_revoked"));
    assert!(place.run(&["keys", "show", &third_id]).expect_code(0).out.contains("standing     revoked"));
    let later = place.run(&["keys", "not-before", "--at", "2020-01-01T00:00:00Z", "--yes"]).expect_code(0).out;
    assert!(!later.starts_with("2020"), "the latest stays: {later}");
    let (fourth, _) = place.key(&[]);
    place.run_with(&["keys", "verify"], &fourth).expect_code(0);
}

#[test]
fn keys_of_another_system_are_taken_over_once() {
    let place = Place::new();
    let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let import = || place.run_with(&["keys", "import", "--form", "uuid", "--owner", "alice"], &format!("{uuid}\r\n"));
    let record = import().expect_code(0).out;
    assert!(record.contains("owner        alice") && !record.contains(uuid), "{record}");
    assert!(import().expect_code(1).err.contains("there already"));
    assert!(place.run_with(&["keys", "verify"], uuid).expect_code(1).out.starts_with("api_key_malformed"));
    place.run_with(&["keys", "verify", "--form", "uuid"], uuid).expect_code(0);
    place.run_with(&["keys", "import", "--form", "prefix:perm:", "--owner", "alice"], uuid).expect_code(2);
}

#[test]
fn a_personal_access_token_is_said_to_depend_on_its_owner() {
    let place = Place::new();
    let (token, _) = place.key(&["--personal-access-token", "--scope", "read"]);
    let good = place.run_with(&["keys", "verify"], &token).expect_code(0);
    assert!(good.out.contains("personal_access_token") && good.out.contains("scopes       read"), "{good:?}");
    assert!(good.err.contains("its owner has then"), "{good:?}");
}

#[test]
fn keys_of_an_old_digest_key_are_good_where_it_is_named() {
    let place = Place::new();
    let (old, id) = place.key(&[]);
    std::fs::rename(place.path("digest.key"), place.path("old.key")).unwrap();
    place.run(&["digest-key", "--out", "digest.key"]).expect_code(0);
    assert!(place.run_with(&["keys", "verify"], &old).expect_code(1).out.starts_with("api_key_unknown"));
    let verify_old = ["keys", "verify", "--old-digest-key-file", "old.key"];
    place.run_with(&verify_old, &old).expect_code(0);
    let warned = place.run(&["keys", "create", "--owner", "ops"]).expect_code(0).err;
    assert!(
        warned.contains("warning: the other keys of the environment were made under another digest key"),
        "{warned}"
    );
    let successor = place.run(&["keys", "rotate", &id]).expect_code(0).out;
    place.run_with(&["keys", "verify"], &successor).expect_code(0);
    let quiet = place.run(&["keys", "create", "--owner", "ops"]).expect_code(0).err;
    assert!(!quiet.contains("warning"), "{quiet}");
}
