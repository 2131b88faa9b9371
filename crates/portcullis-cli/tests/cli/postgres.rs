//! The same on a real PostgreSQL, as long as there is one on the machine.

use crate::place::{Place, Said, finish};
use crate::servers::{PASSWORD, postgres};

#[test]
fn keys_in_postgresql_live_as_those_in_a_file() {
    let Some(server) = postgres() else { return };
    let place = Place::empty();
    place.run(&["digest-key", "--out", "digest.key"]).expect_code(0);
    let database = server.database();
    let run_at = |url: &str, arguments: &[&str], input: &str| -> Said {
        let mut command = place.bare();
        command.env("PORTCULLIS_STORE", url).args(arguments);
        command.args(["--environment", "acme_live", "--digest-key-file", "digest.key"]);
        let said = finish(&mut command, input.as_bytes());
        assert!(!said.err.contains(PASSWORD) && !said.out.contains(PASSWORD), "{said:?}");
        said
    };
    let url = server.url_with(&database, PASSWORD);
    let run = |arguments: &[&str], input: &str| run_at(&url, arguments, input);

    let wrong = run_at(&server.url_with(&database, "s3cret"), &["keys", "list"], "").expect_code(3);
    assert!(wrong.err.contains("password authentication failed") && !wrong.err.contains("s3cret"), "{wrong:?}");
    let bare = run(&["keys", "list"], "").expect_code(3).err;
    assert!(bare.contains("no tables yet") && bare.contains("`portcullis keys migrate`"), "{bare}");
    assert!(run(&["keys", "migrate"], "").expect_code(0).err.contains("of this version now"));
    assert!(run(&["keys", "migrate"], "").expect_code(0).err.contains("nothing was done"));

    let key =
        run(&["keys", "create", "--owner", "ops", "--scope", "read", "--expires-in", "30d"], "").expect_code(0).out;
    assert!(run(&["keys", "verify"], &key).expect_code(0).out.contains("scopes       read"));
    let id = key.rsplit('_').nth(1).unwrap();
    let successor = run(&["keys", "rotate", id], "").expect_code(0).out;
    run(&["keys", "verify"], &key).expect_code(0);
    run(&["keys", "revoke", id, "--yes"], "").expect_code(0);
    assert!(run(&["keys", "verify"], &key).expect_code(1).out.starts_with("api_key_revoked"));
    run(&["keys", "verify"], &successor).expect_code(0);
    assert_eq!(run(&["keys", "list", "--json"], "").expect_code(0).out.lines().count(), 2);
    run(&["keys", "show", "k0"], "").expect_code(4);
    let dump = server.dump(&database);
    assert!(
        dump.contains(id) && ![&key, &successor].iter().any(|key| dump.contains(&key[key.len() - 37..key.len() - 7]))
    );
}
