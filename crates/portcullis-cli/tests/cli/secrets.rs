//! A key is on standard output once, when it is made, and nowhere else.

use crate::place::{Place, finish};

#[test]
fn a_key_is_shown_once_and_never_on_standard_error() {
    let place = Place::new();
    let made = place.run(&["keys", "create", "--owner", "billing-team", "--expires-in", "90d"]).expect_code(0);
    let key = made.out.trim_end().to_owned();
    let id = key.rsplit('_').nth(1).unwrap();
    let secret = &key[key.len() - 36..key.len() - 6];
    let run = |arguments: &[&str]| place.run_with(arguments, &key);
    let mut said = vec![made];
    for arguments in [
        &["keys", "verify"][..],
        &["keys", "verify", "--json"],
        &["keys", "show", id],
        &["keys", "show", id, "--json"],
        &["keys", "list"],
        &["keys", "list", "--json"],
        &["keys", "import", "--form", "opaque", "--owner", "o"],
        // As an argument, where it must not be.
        &["keys", "verify", &key],
        &["keys", "revoke", &key, "--yes"],
        &["keys", &key],
        &[&key],
        &["keys", "verify", "--form", &key],
        &["keys", "verify", &format!("--form={key}")],
        &["keys", "list", "--environment", &key],
        &["keys", "list", &format!("--key={key}")],
        &["keys", "rotate", id],
        &["keys", "disable", id],
        &["keys", "verify"],
        &["keys", "revoke", id, "--yes"],
        &["keys", "verify"],
        &["keys", "verify", "--json"],
        &["keys", "revoke-owner", "billing-team", "--yes"],
    ] {
        said.push(run(arguments));
    }
    let on_output: usize = said.iter().map(|said| said.out.matches(secret).count()).sum();
    assert_eq!(on_output, 1);
    assert!(said.iter().all(|said| !said.err.contains(secret)), "{said:?}");
    let files = std::fs::read_dir(place.folder()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    assert!(files.into_iter().all(|octets| !octets.windows(30).any(|part| part == secret.as_bytes())));
}

#[test]
fn a_digest_key_is_shown_once_and_kept_for_its_owner_only() {
    let place = Place::new();
    let key = std::fs::read_to_string(place.path("digest.key")).unwrap();
    let shown = finish(place.bare().arg("digest-key"), b"").expect_code(0);
    assert!(shown.out.trim_end().len() == 43 && !shown.err.contains(shown.out.trim_end()), "{shown:?}");
    for arguments in [
        &["digest-key", "--out", "digest.key"][..],
        &["keys", "create", "--owner", "o"],
        &["keys", "verify", "--digest-key-file", &key],
        &["keys", "verify", "--old-digest-key-file", &key],
        &["keys", "list", &format!("--digest-key={key}")],
        &["keys", "list", "--digest-key", &key],
        &["keys", "list", &key],
    ] {
        let said = place.run(arguments);
        assert!(!said.out.contains(&key) && !said.err.contains(&key), "{said:?}");
    }
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;

        let mode = |mode| std::fs::set_permissions(place.path("digest.key"), Permissions::from_mode(mode)).unwrap();
        let create = ["keys", "create", "--owner", "o", "--digest-key-file", "digest.key"];
        assert!(!place.run(&create).expect_code(0).err.contains("warning"));
        mode(0o644);
        assert!(place.run(&create).expect_code(0).err.contains("warning: others than its owner may use digest.key"));
    }
}
