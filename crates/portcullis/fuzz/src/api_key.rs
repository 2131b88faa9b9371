//! Field lines, a query and cookies into an API key.
//!
//! Input: lines that end at line feeds, each with a letter in front that says where the rest goes: `h` the field for keys,
//! `a` `Authorization`, `q` the query, `c` a `Cookie` field, `d` what defends cookies, `g` makes the method GET. An octet of 1
//! stands for a key that is good, and one of 2 for the same in base64 with a colon.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::api_key::{ApiKeys, CookieDefence, DigestKey, ForeignFormat, KeyPlace, MemoryKeyStore, NewKey};
use portcullis::{Authenticator, CallerKind, Reason, Refusal};

use crate::allocation::bounded;
use crate::setting;

struct Setting {
    auth: Authenticator,
    key: String,
    id: String,
}

static SETTING: LazyLock<Setting> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let digest_key = DigestKey::generate().expect("randomness");
    let keys = ApiKeys::builder("acme_test", digest_key, MemoryKeyStore::new())
        .also_accept(ForeignFormat::prefixed("perm:"))
        .also_accept(ForeignFormat::uuid())
        .revocation_within(std::time::Duration::from_secs(3600))
        .build()
        .expect("a good configuration");
    let created = runtime.block_on(keys.create(NewKey::api_key("fuzzer"))).expect("a key");
    let auth = Authenticator::api_keys_only(keys)
        .api_key_place(KeyPlace::header("Api-Key"))
        .api_key_place(KeyPlace::raw_authorization())
        .api_key_place(KeyPlace::authorization_scheme("ApiKey"))
        .api_key_place(KeyPlace::bearer_with_prefix("acme_test_"))
        .api_key_place(KeyPlace::basic_user())
        .api_key_place(KeyPlace::dangerous_query("api_key"))
        .api_key_place(KeyPlace::dangerous_cookie("__Host-key", CookieDefence::custom_header("x-defence")))
        .problem_details()
        .build()
        .expect("a good configuration");
    let key = created.key.expose().to_owned();
    // From here on it is known, and nothing has to be waited for.
    let head = [("api-key", key.as_bytes())];
    runtime.block_on(async { auth.authenticate(head.as_slice()).await }).expect("a good key");
    Setting { auth, key, id: created.record.id }
});

pub fn check(input: &[u8]) {
    let Setting { auth, key, id } = &*SETTING;
    let basic = STANDARD.encode(format!("{key}:"));
    let mut lines: Vec<(&str, Vec<u8>)> = Vec::new();
    for line in input.split(|octet| *octet == b'\n') {
        let Some((place, rest)) = line.split_first() else { continue };
        let mut value = Vec::new();
        for octet in rest {
            match octet {
                1 => value.extend_from_slice(key.as_bytes()),
                2 => value.extend_from_slice(basic.as_bytes()),
                octet => value.push(*octet),
            }
        }
        match place {
            b'h' => lines.push(("api-key", value)),
            b'a' => lines.push(("authorization", value)),
            // There is one target.
            b'q' if lines.iter().all(|(name, _)| *name != ":path") => lines.push((":path", [b"/?", &*value].concat())),
            b'c' => lines.push(("cookie", value)),
            b'd' => lines.push(("x-defence", value)),
            b'g' => lines.push((":method", b"GET".to_vec())),
            _ => {}
        }
    }
    let head: Vec<(&str, &[u8])> = lines.iter().map(|(name, value)| (*name, &**value)).collect();
    let size: usize = lines.iter().map(|(_, value)| value.len()).sum();
    let outcome = bounded(size, 8, || auth.authenticate(head.as_slice()).now().expect("nothing to wait for"));
    let presented = head.iter().any(|(name, _)| ["api-key", "authorization", ":path", "cookie"].contains(name));
    match outcome {
        Ok(authentication) => {
            let caller = authentication.caller().expect("a required credential");
            assert_eq!((caller.kind(), caller.key_id()), (CallerKind::ApiKey, Some(&**id)));
            is_there_once(&head, key, &basic);
        }
        Err(error) if error.reason() == Reason::ApiKeysUnavailable => {}
        Err(error) => {
            assert!(presented || error.reason() == Reason::CredentialMissing, "{error:?}");
            let refusal: Refusal = auth.refuse(&error);
            setting::is_orderly(&refusal);
            setting::keeps_secret(&(&error, &refusal), &key[27..]);
        }
    }
}

/// To a second reader that looks for the good key in each place, there is exactly one.
fn is_there_once(head: &[(&str, &[u8])], key: &str, basic: &str) {
    // A target is text, or there is none to look at.
    let is_looked_at = |(name, value): &&(&str, &[u8])| *name != ":path" || std::str::from_utf8(value).is_ok();
    let looked_at = head.iter().filter(is_looked_at);
    let count: usize = looked_at.map(|(name, value)| places(name, &String::from_utf8_lossy(value), key, basic)).sum();
    assert_eq!(count, 1, "{count} keys, and one was accepted");
}

fn places(name: &str, value: &str, key: &str, basic: &str) -> usize {
    let trimmed = value.trim_matches([' ', '\t']);
    match name {
        "api-key" => usize::from(trimmed == key),
        "authorization" => {
            let (scheme, rest) = trimmed.split_once(' ').unwrap_or(("", trimmed));
            let rest = rest.trim_matches(' ');
            let wanted = if scheme.eq_ignore_ascii_case("basic") { basic } else { key };
            let served = ["", "apikey", "bearer", "basic"].contains(&&*scheme.to_ascii_lowercase());
            usize::from(served && rest == wanted)
        }
        ":path" => {
            let query = value.split_once('?').map_or("", |(_, query)| query);
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.filter(|(name, value)| name == "api_key" && *value == Cow::Borrowed(key)).count()
        }
        "cookie" => {
            let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
            let trim = |text: &str| text.trim_matches([' ', '\t']).to_owned();
            pairs.filter(|(name, value)| trim(name) == "__Host-key" && trim(value) == key).count()
        }
        _ => 0,
    }
}
