//! API keys: where they are taken from, what is kept of them, and what is said of those that are not good. Through every
//! framework, and with all the rest of an answer: `tests/adapters/keys`.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use portcullis::api_key::{
    ApiKeyStore, ApiKeys, CookieDefence, CredentialKind, DigestKey, ForeignFormat, KeyChange, KeyFilter, KeyPlace,
    KeyRecord, Lookup, MemoryKeyStore, NewKey, StoreFuture,
};
use portcullis::{Authentication, Authenticator, AuthenticatorBuilder, CallerKind, Reason, defaults};
use portcullis_testing::{KeyDefect, ManualClock, TestIssuer, TestKeys};

/// What a client sees: the status, and the challenges line by line.
async fn answer(auth: &Authenticator, head: &[(&str, &str)]) -> (u16, Vec<String>) {
    match authenticate(auth, head).await {
        Ok(_) => (200, Vec::new()),
        Err(error) => {
            let refusal = auth.refuse(&error);
            assert_eq!((refusal.status, &*refusal.body), (error.reason().status(), &b""[..]));
            let challenges = refusal.headers.into_iter().filter(|(name, _)| *name == "www-authenticate");
            (refusal.status, challenges.map(|(_, value)| value.into_owned()).collect())
        }
    }
}

async fn authenticate(auth: &Authenticator, head: &[(&str, &str)]) -> Result<Authentication, portcullis::AuthError> {
    let head: Vec<(&str, &[u8])> = head.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    auth.authenticate(&head[..]).await
}

async fn reason(auth: &Authenticator, head: &[(&str, &str)]) -> Option<Reason> {
    authenticate(auth, head).await.err().map(|error| error.reason())
}

/// Tokens and keys, with keys in these places.
fn taking(issuer: &TestIssuer, keys: &TestKeys, places: impl IntoIterator<Item = KeyPlace>) -> Authenticator {
    let config = issuer.authenticator_builder().api_keys(keys.api_keys());
    places.into_iter().fold(config, AuthenticatorBuilder::api_key_place).build().expect("a good configuration")
}

fn scene() -> (TestIssuer, TestKeys) {
    let issuer = TestIssuer::new();
    let keys = TestKeys::new(&issuer);
    (issuer, keys)
}

fn basic(pair: &str) -> String {
    format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair))
}

/// OAS-apiKey-a: header, query or cookie of a given name, and no other.
#[tokio::test]
async fn a_key_is_taken_from_its_place_and_no_other() {
    let (issuer, keys) = scene();
    let key = keys.api_key("billing").create();
    let defence = CookieDefence::custom_header("x-requested-by");
    let places = [
        (KeyPlace::header("K"), ("k", key.text().to_owned())),
        (KeyPlace::dangerous_query("k"), (":path", format!("/?k={}", key.text()))),
        (KeyPlace::dangerous_cookie("__Host-k", defence), ("cookie", format!("__Host-k={}", key.text()))),
    ];
    for (place, (wanted, _)) in &places {
        let auth = taking(&issuer, &keys, [place.clone()]);
        for (_, (name, value)) in &places {
            let status = answer(&auth, &[(":method", "GET"), (name, value)]).await.0;
            assert_eq!(status, if name == wanted { 200 } else { 401 }, "{name} where it is {wanted}");
        }
    }
}

/// PC-KEY-1: as exact bytes; one, and not an empty one.
#[tokio::test]
async fn exactly_one_key_is_taken_byte_for_byte() {
    let (issuer, keys) = scene();
    let (auth, key) = (taking(&issuer, &keys, []), keys.api_key("billing").create());
    assert_eq!(answer(&auth, &[("api-key", key.text())]).await.0, 200);
    for other in [key.text().to_uppercase(), key.text().to_lowercase(), format!("\"{}\"", key.text())] {
        assert_eq!(answer(&auth, &[("api-key", &other)]).await.0, 401, "{other}");
    }
    let twice = [("api-key", key.text()), ("Api-Key", key.text())];
    assert_eq!(reason(&auth, &twice).await, Some(Reason::CredentialAmbiguous));
    assert_eq!(answer(&auth, &twice).await.0, 400);
    assert_eq!(reason(&auth, &[("api-key", "")]).await, Some(Reason::CredentialEmpty));
    assert_eq!(answer(&auth, &[("api-key", "")]).await.0, 401);
}

/// Writes down all that it is told, and has it done.
#[derive(Default)]
struct Listening {
    store: MemoryKeyStore,
    heard: Mutex<Vec<String>>,
}

impl Listening {
    fn hear(&self, what: &dyn std::fmt::Debug) {
        self.heard.lock().expect("no panic").push(format!("{what:?}"));
    }
}

impl ApiKeyStore for Listening {
    fn find<'a>(&'a self, environment: &'a str, id: &'a str) -> StoreFuture<'a, Lookup> {
        self.hear(&(environment, id));
        self.store.find(environment, id)
    }

    fn insert<'a>(&'a self, record: &'a KeyRecord) -> StoreFuture<'a, ()> {
        // A digest does not show itself.
        self.hear(&(record, String::from_utf8_lossy(record.digest.as_bytes())));
        self.store.insert(record)
    }

    fn change<'a>(&'a self, env: &'a str, id: &'a str, change: &'a KeyChange) -> StoreFuture<'a, Option<KeyRecord>> {
        self.hear(&(env, id, change));
        self.store.change(env, id, change)
    }

    fn rotate<'a>(&'a self, id: &'a str, end: SystemTime, next: &'a KeyRecord) -> StoreFuture<'a, Option<KeyRecord>> {
        self.hear(&(id, end, next));
        self.store.rotate(id, end, next)
    }

    fn list<'a>(&'a self, environment: &'a str, filter: &'a KeyFilter) -> StoreFuture<'a, Vec<KeyRecord>> {
        self.store.list(environment, filter)
    }

    fn revoke_owner<'a>(
        &'a self,
        environment: &'a str,
        tenant: Option<&'a str>,
        owner: &'a str,
        at: SystemTime,
    ) -> StoreFuture<'a, Vec<String>> {
        self.store.revoke_owner(environment, tenant, owner, at)
    }

    fn note_used<'a>(&'a self, environment: &'a str, used: &'a [(String, SystemTime)]) -> StoreFuture<'a, ()> {
        self.hear(&used);
        self.store.note_used(environment, used)
    }

    fn set_not_before<'a>(&'a self, environment: &'a str, at: SystemTime) -> StoreFuture<'a, SystemTime> {
        self.store.set_not_before(environment, at)
    }

    fn check(&self) -> StoreFuture<'_, ()> {
        self.store.check()
    }
}

/// PC-KEY-2: a store is asked by the public id, and never told more of a key.
#[tokio::test]
async fn a_store_hears_ids_and_digests_and_nothing_of_a_secret() {
    let store = Arc::new(Listening::default());
    let digest_key = DigestKey::new(*b"thirty-two octets for this test.").expect("octets that differ");
    let keys = ApiKeys::builder_with("acme_live", digest_key, Arc::clone(&store) as Arc<dyn ApiKeyStore>);
    let keys = keys.also_accept(ForeignFormat::prefixed("old:")).clock(ManualClock::new()).build().expect("good");
    let auth = Authenticator::api_keys_only(keys.clone()).build().expect("a good configuration");

    let created = keys.create(NewKey::api_key("billing").name("nightly")).await.expect("a store");
    let rotated = keys.rotate(&created.record.id, Duration::from_secs(60)).await.expect("a store");
    let old = "old:0123456789-imported-secret";
    keys.import(old, NewKey::api_key("billing")).await.expect("a key of that form");
    let all = [created.key.expose(), rotated.key.expose(), old];
    for key in all {
        assert_eq!(answer(&auth, &[("api-key", key)]).await.0, 200);
    }
    keys.revoke(&created.record.id).await.expect("a store");
    assert_eq!(reason(&auth, &[("api-key", all[0])]).await, Some(Reason::ApiKeyRevoked));
    keys.flush().await;

    let heard = store.heard.lock().expect("no panic").join("\n");
    assert!(heard.contains(&created.record.id) && heard.contains("nightly"), "{heard}");
    for key in all {
        let secret = key.rsplit(['_', ':']).next().expect("the last part");
        for part in secret.as_bytes().windows(6) {
            let part = std::str::from_utf8(part).expect("ASCII");
            assert!(!heard.contains(part), "{part} in {heard}");
        }
    }
}

/// A key's own form, made from what the documentation says of it: the CRC-32 of all before it, six digits of base 62.
fn forged(id: &str, secret: &str) -> String {
    let text = format!("{}_{id}_{secret}", TestKeys::ENVIRONMENT);
    let crc = !text.bytes().fold(!0_u32, |crc, octet| {
        (0..8).fold(crc ^ u32::from(octet), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digit = |place| char::from(digits[usize::try_from(u64::from(crc) / 62_u64.pow(place) % 62).expect("small")]);
    text + &(0..6).rev().map(digit).collect::<String>()
}

/// ATK-54: what is compared is a MAC of all that was presented, so however much of a secret is right, nothing of the
/// comparison is; and neither words nor look-ups tell.
#[tokio::test]
async fn a_guess_that_is_nearly_right_looks_like_any_other() {
    let (issuer, keys) = scene();
    let (auth, key) = (taking(&issuer, &keys, []), keys.api_key("billing").create());
    let secret: String = key.text().rsplit('_').next().expect("a secret").chars().take(30).collect();
    assert_eq!(forged(key.id(), &secret), key.text(), "the form that is documented");
    let wrong = answer(&auth, &[("api-key", &forged(key.id(), &"0".repeat(30)))]).await;
    let asked = keys.store().look_ups();
    for right in 0..30 {
        let next = if secret.as_bytes()[right] == b'x' { "y" } else { "x" };
        let guess = forged(key.id(), &format!("{}{next}{}", &secret[..right], &secret[right + 1..]));
        assert_eq!(reason(&auth, &[("api-key", &guess)]).await, Some(Reason::ApiKeySecretWrong), "{right}");
        assert_eq!(answer(&auth, &[("api-key", &guess)]).await, wrong, "{right}");
    }
    assert_eq!(keys.store().look_ups(), asked, "an answer is remembered for good and bad guesses alike");

    // Digests of texts that differ in their last character only.
    let keys = TestKeys::configured(ManualClock::new(), |config| config.also_accept(ForeignFormat::opaque(24)));
    let keys = keys.api_keys();
    let mut digests = Vec::new();
    for last in "abcdefgh".chars() {
        let text = format!("the-same-for-a-very-long-while-{last}");
        digests.push(keys.import(&text, NewKey::api_key("billing")).await.expect("of that form").digest);
    }
    for (number, one) in digests.iter().enumerate() {
        for other in &digests[..number] {
            let same = one.as_bytes()[4..].iter().zip(&other.as_bytes()[4..]).filter(|(one, other)| one == other);
            assert!(same.count() < 8, "no more than by chance");
            assert_ne!(one, other);
        }
    }
}

/// PC-KEY-4, ATK-84: one answer for all that is wrong with a key, and for no key.
#[tokio::test]
async fn nothing_tells_bad_keys_apart() {
    let (issuer, keys) = scene();
    let auth = taking(&issuer, &keys, []);
    let nothing = answer(&auth, &[]).await;
    assert_eq!(nothing, (401, vec![r#"Bearer realm="api""#.to_owned(), r#"ApiKey realm="api""#.to_owned()]));
    for defect in KeyDefect::ALL.iter().filter(|defect| defect.expected_status() == 401) {
        assert_eq!(answer(&auth, &[("api-key", &keys.broken(*defect))]).await, nothing, "{defect}");
    }
    let good = keys.api_key("billing").create();
    assert_eq!(answer(&auth, &[("api-key", good.text())]).await.0, 200);
}

/// PC-KEY-3
#[tokio::test]
async fn a_token_and_a_key_are_refused_together_unless_an_order_is_given() {
    let (issuer, keys) = scene();
    let (token, key) = (format!("Bearer {}", issuer.token().sign()), keys.api_key("billing").create());
    let both = [("authorization", &*token), ("api-key", key.text())];
    let answered = answer(&taking(&issuer, &keys, []), &both).await;
    assert_eq!(answered, (400, vec![r#"Bearer realm="api", error="invalid_request""#.to_owned()]));
    for (kind, expected) in [(CredentialKind::Token, CallerKind::User), (CredentialKind::ApiKey, CallerKind::ApiKey)] {
        let auth = issuer.authenticator_builder().api_keys(keys.api_keys()).prefer(kind).build().expect("good");
        let who = authenticate(&auth, &both).await.expect("one of them");
        assert_eq!(who.caller().expect("a caller").kind(), expected);
    }
}

/// RFC9110-16.4.2-a
#[tokio::test]
async fn an_answer_to_a_key_outside_of_authorization_must_be_private() {
    let (issuer, keys) = scene();
    let (token, key) = (format!("Bearer {}", issuer.token().sign()), keys.api_key("billing").create());
    let auth = taking(&issuer, &keys, [KeyPlace::header("api-key"), KeyPlace::authorization_scheme("ApiKey")]);
    let scheme = format!("ApiKey {}", key.text());
    for (head, private) in
        [(("api-key", key.text()), true), (("authorization", &*scheme), false), (("authorization", &*token), false)]
    {
        for _ in 0..2 {
            assert_eq!(authenticate(&auth, &[head]).await.expect("good").must_be_private(), private, "{}", head.0);
        }
    }
}

/// RFC9110-11.6.1-a, RFC7617-2-b: a line for each scheme, Bearer first; Basic has its realm, and its one charset.
#[tokio::test]
async fn every_scheme_that_is_taken_is_offered_on_a_line_of_its_own() {
    let (issuer, keys) = scene();
    let [bearer, own, basic] = ["Bearer", "ApiKey", "Basic"].map(|scheme| format!(r#"{scheme} realm="api""#));
    let basic = format!(r#"{basic}, charset="UTF-8""#);
    for (places, expected) in [
        (vec![KeyPlace::basic_user()], vec![&bearer, &basic]),
        (vec![KeyPlace::basic_user(), KeyPlace::header("api-key")], vec![&bearer, &own, &basic]),
        (vec![KeyPlace::authorization_scheme("ApiKey"), KeyPlace::basic_password()], vec![&bearer, &own, &basic]),
        (vec![KeyPlace::bearer_with_prefix("portcullis_test_")], vec![&bearer]),
    ] {
        let auth = taking(&issuer, &keys, places);
        let (status, challenges) = answer(&auth, &[]).await;
        assert_eq!((status, challenges.iter().collect::<Vec<_>>()), (401, expected));
    }
}

/// RFC6648-3-a
#[tokio::test]
async fn the_preset_header_has_no_x_and_another_can_be_given() {
    assert_eq!(defaults::KEY_HEADER, "Api-Key");
    let (issuer, keys) = scene();
    let key = keys.api_key("billing").create();
    let preset = taking(&issuer, &keys, []);
    assert_eq!(answer(&preset, &[(defaults::KEY_HEADER, key.text())]).await.0, 200);
    assert_eq!(answer(&preset, &[("x-api-key", key.text())]).await.0, 401);
    let given = taking(&issuer, &keys, [KeyPlace::header("X-API-Key")]);
    assert_eq!(answer(&given, &[("x-api-key", key.text())]).await.0, 200);
}

/// RFC7617-2-a
#[tokio::test]
async fn basic_is_decoded_and_cut_at_its_first_colon() {
    let issuer = TestIssuer::new();
    let keys = TestKeys::configured(issuer.clock(), |config| config.also_accept(ForeignFormat::prefixed("old:")));
    let (user, password) = (KeyPlace::basic_user(), KeyPlace::basic_password());
    let (user, password) = (taking(&issuer, &keys, [user]), taking(&issuer, &keys, [password]));
    let key = keys.api_key("billing").create();
    let old = "old:with:colons:0123456789";
    keys.api_keys().import(old, NewKey::api_key("billing")).await.expect("of that form");
    for (auth, pair, status) in [
        (&user, format!("{}:", key.text()), 200),
        (&user, format!("{}:x", key.text()), 401),
        (&user, format!("{}\u{0}:", key.text()), 401),
        (&user, format!("{}\u{85}:", key.text()), 401),
        (&user, key.text().to_owned(), 400),
        (&password, format!(":{}", key.text()), 200),
        (&password, format!("anybody:{old}"), 200),
        (&password, format!("any\tbody:{}", key.text()), 401),
    ] {
        assert_eq!(answer(auth, &[("authorization", &basic(&pair))]).await.0, status, "{pair:?}");
    }
}

/// RFC6750-5.3-a: what a cookie needs cannot be left out.
#[test]
fn a_cookie_without_https_or_a_defence_does_not_build() {
    let (issuer, keys) = scene();
    let complaint = |name: &str, defence: &str| {
        let place = KeyPlace::dangerous_cookie(name, CookieDefence::custom_header(defence));
        let config = issuer.authenticator_builder().api_keys(keys.api_keys()).api_key_place(place);
        config.build().err().map(|error| error.to_string()).unwrap_or_default()
    };
    for name in ["__Host-key", "__Secure-key"] {
        assert_eq!(complaint(name, "X-Requested-By"), "");
    }
    for name in ["key", "__host-key", "Host-key", "", "__Host-k=y"] {
        assert!(complaint(name, "X-Requested-By").contains("`__Host-` or `__Secure-`"), "{name}");
    }
    // A page of another site sends these by itself, or they are no name at all.
    for defence in ["", "two words", "cookie", "host"] {
        assert!(complaint("__Host-key", defence).contains("`X-Requested-By`"), "{defence}");
    }
}

/// RFC8959-2-a: whole, and not percent-decoded.
#[tokio::test]
async fn a_secret_token_uri_is_a_key_as_it_is_written() {
    let issuer = TestIssuer::new();
    let keys =
        TestKeys::configured(issuer.clock(), |config| config.also_accept(ForeignFormat::prefixed("secret-token:")));
    let auth = taking(&issuer, &keys, []);
    let uri = "secret-token:E92FB7EB%20D882-47A4-A265-A0B6135DC842%2f";
    let record = keys.api_keys().import(uri, NewKey::api_key("billing")).await.expect("of that form");
    let who = authenticate(&auth, &[("api-key", uri)]).await.expect("a good key");
    assert_eq!(who.caller().and_then(|caller| caller.key_id()), Some(&*record.id));
    for other in [uri.replace("%20", " "), uri.replace("%2f", "%2F"), uri.replace("%2f", "/"), uri[13..].to_owned()] {
        let status = answer(&auth, &[("api-key", &other)]).await.0;
        assert_eq!(status, if other.contains(' ') { 400 } else { 401 }, "{other}");
    }
}
