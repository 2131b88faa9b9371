//! What tests of both databases share.
#![allow(dead_code, reason = "not every test that includes this asks for all of it")]

use std::time::{Duration, SystemTime};

use portcullis::api_key::{ApiKeyStore, CreatedKey, DigestKey, KeyDigest, KeyFilter, KeyKind, KeyRecord, StoreError};

pub(crate) fn record(id: &str) -> KeyRecord {
    KeyRecord {
        environment: "acme_test".to_owned(),
        id: id.to_owned(),
        kind: KeyKind::ApiKey,
        name: "nightly run".to_owned(),
        owner: "alice".to_owned(),
        tenant: None,
        scopes: vec!["invoices:read".to_owned()],
        roles: Vec::new(),
        groups: Vec::new(),
        digest: KeyDigest::from_bytes([7; KeyDigest::LENGTH]),
        created_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_478_400),
        expires_at: None,
        disabled: false,
        revoked_at: None,
        successor: None,
        last_used_at: None,
    }
}

/// Columns, and what an accident might leave in them.
pub(crate) fn corrupt_columns(short_digest: &'static str) -> [(&'static str, &'static str); 9] {
    [
        ("kind", "'session'"),
        ("scopes", "'[\"cut off'"),
        ("roles", "'{\"a\": 1}'"),
        ("groups", "'[1]'"),
        ("digest", short_digest),
        ("created_at", "-1"),
        ("expires_at", "-9223372036854775808"),
        ("revoked_at", "-1"),
        ("last_used_at", "-5"),
    ]
}

pub(crate) async fn corrupt_names(store: &impl ApiKeyStore, id: &str, column: &str) {
    let found = store.find("acme_test", id).await.map(|_| ());
    let listed = store.list("acme_test", &KeyFilter::all()).await.map(|_| ());
    let changed = store.change("acme_test", id, &portcullis::api_key::KeyChange::Disable).await.map(|_| ());
    for outcome in [found, listed, changed] {
        let Err(StoreError::Corrupt(what)) = outcome else { panic!("{column}: {outcome:?}") };
        assert!(what.contains("key \"bad"), "{column}: {what}");
    }
}

/// Neither the key nor its secret part nor the digest key, as text or as octets.
pub(crate) fn holds_no_secret(octets: &[u8], created: &CreatedKey, digest_key: &DigestKey) {
    let key = created.key.expose();
    let secret = &key[key.len() - 36..key.len() - 6];
    let text = digest_key.expose();
    let hex: String = raw(&text).iter().map(|octet| format!("{octet:02x}")).collect();
    for forbidden in [key.as_bytes(), secret.as_bytes(), text.as_bytes(), &raw(&text), hex.as_bytes()] {
        assert!(!octets.windows(forbidden.len()).any(|window| window == forbidden), "a secret is kept");
    }
}

/// Base64url without padding, of whole or part groups.
fn raw(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = 0_u32;
    let mut count = 0;
    let mut octets = Vec::new();
    for octet in text.bytes() {
        let digit = digits.iter().position(|digit| *digit == octet).expect("a digit of base64url");
        bits = (bits << 6) | u32::try_from(digit).expect("below 64");
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push(u8::try_from((bits >> count) & 0xff).expect("eight bits"));
            bits &= (1 << count) - 1;
        }
    }
    octets
}
