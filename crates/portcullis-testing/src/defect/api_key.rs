//! The table of keys that must be refused.

use std::sync::Arc;
use std::time::Duration;

use portcullis::api_key::{ApiKeyStore, DigestKey, KeyRecord, MemoryKeyStore, NewKey};
use portcullis::clock::Clock;
use portcullis::defaults;

use crate::api_key::{IssuedKey, TestKeys, digest_key, now};

super::cases! {
    /// API keys that a resource server must refuse, each with one thing wrong: from
    /// [`TestKeys::broken`](crate::TestKeys::broken).
    ///
    /// [`NonAscii`](Self::NonAscii) and [`SpaceInside`](Self::SpaceInside) cannot be sent in every place of a request; all
    /// of them can in a header field. The answers to those with 401 are equal byte for byte.
    pub enum KeyDefect: fn(&TestKeys) -> String {
        /// Nothing where a key belongs.
        Empty = "PC-KEY-1" 401 |_| String::new();
        /// One byte longer than any key.
        TooLong = "PC-KEY-1" 400 |_| "A".repeat(defaults::MAX_KEY_BYTES + 1);
        /// A letter beyond ASCII in it.
        NonAscii = "PC-KEY-1" 400 |keys| good(keys).text().replacen('_', "é", 1);
        /// A space in it.
        SpaceInside = "PC-KEY-1" 400 |keys| good(keys).text().replacen('_', " ", 1);
        /// A password.
        NotAKey = "ATK-84" 401 |_| "correct-horse-battery-staple".to_owned();
        /// A good key without its last character.
        Truncated = "ATK-84" 401 |keys| { let mut text = good(keys).text().to_owned(); text.pop(); text };
        /// A good key and one character.
        Extended = "ATK-84" 401 |keys| format!("{}0", good(keys).text());
        /// A good key with one letter of its secret changed.
        ChecksumWrong = "ATK-84" 401 |keys| retyped(good(keys).text());
        /// A good key of another environment, in the same store.
        OtherEnvironment = "PC-KEY-4" 401 |keys| of_another_environment(keys);
        /// A key by somebody who knows the form and not the digest key.
        Invented = "ATK-84" 401 |keys| invented(keys);
        /// A key that was made here, and is not in the store.
        Unknown = "PC-KEY-4" 401 |keys| in_no_store(keys).0;
        /// The id of a good key with the secret of another.
        SecretWrong = "ATK-54" 401 |keys| with_another_secret(keys);
        /// Revoked.
        Revoked = "PC-KEY-4" 401 |keys| changed(keys, |keys, id| drop(now(keys.maker().revoke(id)).expect("there")));
        /// A second past its end.
        Expired = "PC-KEY-4" 401 |keys| changed(keys, |keys, id| {
            let past = keys.clock().now() - Duration::from_secs(1);
            drop(now(keys.maker().expire(id, Some(past))).expect("there"));
        });
        /// Disabled.
        Disabled = "PC-KEY-4" 401 |keys| changed(keys, |keys, id| drop(now(keys.maker().disable(id)).expect("there")));
        /// Made before what the environment allows: keys of the last day, and later ones, stay good.
        MadeTooEarly = "PC-KEY-4" 401 |keys| made_too_early(keys);
        /// A personal access token whose owner has left.
        OwnerGone = "PC-KEY-4" 401 |keys| {
            let text = keys.personal_access_token("portcullis-testing-leaver").create().text().to_owned();
            keys.owners().remove(None, "portcullis-testing-leaver");
            text
        };
    }
}

fn good(keys: &TestKeys) -> IssuedKey {
    keys.api_key("portcullis-testing").create()
}

fn changed(keys: &TestKeys, change: impl Fn(&TestKeys, &str)) -> String {
    let key = good(keys);
    change(keys, key.id());
    key.text().to_owned()
}

/// The first character after the last `_` is the first of the secret.
fn retyped(text: &str) -> String {
    let (start, secret) = text.rsplit_once('_').expect("a key has one");
    let (first, rest) = secret.split_at(1);
    format!("{start}_{}{rest}", if first == "A" { "B" } else { "A" })
}

fn of_another_environment(keys: &TestKeys) -> String {
    let others = keys.build("portcullis_other", digest_key(), keys.records());
    let created = now(others.create(NewKey::api_key("portcullis-testing"))).expect("a good key");
    created.key.expose().to_owned()
}

fn invented(keys: &TestKeys) -> String {
    let digest_key = DigestKey::new(*b"portcullis-testing-digest-key-02").expect("octets that differ");
    let others = keys.build(TestKeys::ENVIRONMENT, digest_key, Arc::new(MemoryKeyStore::new()));
    let created = now(others.create(NewKey::api_key("portcullis-testing"))).expect("a good key");
    created.key.expose().to_owned()
}

fn in_no_store(keys: &TestKeys) -> (String, KeyRecord) {
    let others = keys.build(TestKeys::ENVIRONMENT, digest_key(), Arc::new(MemoryKeyStore::new()));
    let created = now(others.create(NewKey::api_key("portcullis-testing"))).expect("a good key");
    (created.key.expose().to_owned(), created.record)
}

/// The record of one key has the digest of another.
fn with_another_secret(keys: &TestKeys) -> String {
    let ((text, record), (_, other)) = (in_no_store(keys), in_no_store(keys));
    now(keys.records().insert(&KeyRecord { digest: other.digest, ..record })).expect("a new id");
    text
}

fn made_too_early(keys: &TestKeys) -> String {
    let (text, record) = in_no_store(keys);
    let day = Duration::from_secs(24 * 3600);
    now(keys.records().insert(&KeyRecord { created_at: record.created_at - 2 * day, ..record })).expect("a new id");
    // Past what this process remembers: that holds for all keys, and none that it knows is as old.
    now(keys.maker().set_not_before(keys.clock().now() - day)).expect("a store in memory");
    text
}
