use std::time::Duration;

use portcullis::api_key::{KeyError, Rights, StoreError};
use portcullis::{Authentication, Authenticator, Caller, CallerKind, Reason};

use super::*;

async fn present(auth: &Authenticator, key: &str) -> Result<Authentication, Reason> {
    auth.authenticate(&[("api-key", key.as_bytes())][..]).await.map_err(|error| error.reason())
}

/// Every defect, what refuses it, and whether the store is asked for it.
const REASONS: &[(KeyDefect, Reason, bool)] = &[
    (KeyDefect::Empty, Reason::CredentialEmpty, false),
    (KeyDefect::TooLong, Reason::CredentialMalformed, false),
    (KeyDefect::NonAscii, Reason::CredentialMalformed, false),
    (KeyDefect::SpaceInside, Reason::CredentialMalformed, false),
    (KeyDefect::NotAKey, Reason::ApiKeyMalformed, false),
    (KeyDefect::Truncated, Reason::ApiKeyMalformed, false),
    (KeyDefect::Extended, Reason::ApiKeyMalformed, false),
    (KeyDefect::ChecksumWrong, Reason::ApiKeyChecksumWrong, false),
    (KeyDefect::OtherEnvironment, Reason::ApiKeyEnvironmentWrong, false),
    (KeyDefect::Invented, Reason::ApiKeyUnknown, false),
    (KeyDefect::Unknown, Reason::ApiKeyUnknown, true),
    (KeyDefect::SecretWrong, Reason::ApiKeySecretWrong, true),
    (KeyDefect::Revoked, Reason::ApiKeyRevoked, true),
    (KeyDefect::Expired, Reason::ApiKeyExpired, true),
    (KeyDefect::Disabled, Reason::ApiKeyDisabled, true),
    (KeyDefect::MadeTooEarly, Reason::ApiKeyRevoked, true),
    (KeyDefect::OwnerGone, Reason::ApiKeyOwnerUnknown, true),
];

/// PC-KEY-1, PC-KEY-4, ATK-84: each is refused for what is wrong with it, the first and the second time, and a good key
/// beside it is not.
#[tokio::test]
async fn every_bad_key_is_refused_for_its_own_reason() {
    assert_eq!(REASONS.iter().map(|(defect, ..)| *defect).collect::<Vec<_>>(), KeyDefect::ALL);
    for (defect, reason, asked) in REASONS {
        let keys = TestKeys::on(ManualClock::new());
        let (auth, good, bad) = (keys.authenticator(), keys.api_key("billing").create(), keys.broken(*defect));
        assert_eq!(present(&auth, &bad).await.err(), Some(*reason), "{defect}");
        assert_eq!(present(&auth, &bad).await.err(), Some(*reason), "{defect}");
        assert_eq!(reason.status(), defect.expected_status(), "{defect}");
        assert_eq!(keys.store().look_ups(), usize::from(*asked), "{defect}");
        assert!(present(&auth, good.text()).await.is_ok(), "{defect}");
    }
}

fn shape(caller: &Caller, id: &str) -> String {
    let claims = caller.claims_json().replace(id, "ID");
    let subject = caller.subject().map(|subject| subject.replace(id, "ID"));
    format!("{subject:?} {:?} {:?} {:?} {claims}", caller.kind(), caller.owner(), caller.tenant())
}

/// A handler cannot tell the caller of a key from one that was made without a key.
#[tokio::test]
async fn a_caller_without_a_key_has_what_the_caller_of_a_key_has() {
    let never = |config: ApiKeysBuilder| config.personal_access_tokens_never(Rights::none().role("clerk"));
    let keys = TestKeys::configured(ManualClock::new(), never);
    let auth = keys.authenticator();
    let full = |key: KeyBuilder| {
        let key = key.name("nightly").tenant("acme").scope("a b").role("clerk").group("staff");
        key.expires_in(Duration::from_secs(60))
    };
    let makers: [&dyn Fn() -> KeyBuilder; 3] =
        [&|| keys.api_key("billing"), &|| full(keys.api_key("billing")), &|| full(keys.personal_access_token("alice"))];
    for make in makers {
        let key = make().create();
        let (real, made) = (present(&auth, key.text()).await.unwrap(), make().caller().build());
        let (real, made) = (real.caller().unwrap(), made.caller().unwrap());
        assert_eq!((real.key_id(), made.key_id()), (Some(key.id()), Some(KeyBuilder::CALLER_ID)));
        assert_eq!(shape(real, key.id()), shape(made, KeyBuilder::CALLER_ID));
    }
    let made = keys.personal_access_token("alice").caller().build();
    assert_eq!(made.caller().unwrap().kind(), CallerKind::PersonalAccessToken);
}

#[tokio::test]
async fn an_owner_is_made_for_a_token_unless_there_is_one() {
    let keys = TestKeys::on(ManualClock::new());
    let auth = keys.authenticator();
    keys.owners().set(Some("acme"), "bob", Rights::none().scope("a"));
    let alice = keys.personal_access_token("alice").scope("a b").create();
    let bob = keys.personal_access_token("bob").tenant("acme").scope("a b").create();
    for (key, scopes) in [(alice, "a b"), (bob, "a")] {
        let who = present(&auth, key.text()).await.unwrap();
        assert_eq!(who.caller().unwrap().scopes().collect::<Vec<_>>().join(" "), scopes);
    }
}

#[tokio::test]
async fn what_is_revoked_counts_at_once_and_elsewhere_when_it_is_looked_up_again() {
    let keys = TestKeys::on(ManualClock::new());
    let (here, there) = (keys.authenticator(), Authenticator::api_keys_only(keys.elsewhere()));
    let there = there.clock(keys.clock().clone()).build().unwrap();
    let key = keys.api_key("billing").create();
    for auth in [&here, &there] {
        assert!(present(auth, key.text()).await.is_ok());
    }
    assert!(keys.revoke(key.id()).revoked_at.is_some());
    assert_eq!(present(&here, key.text()).await.err(), Some(Reason::ApiKeyRevoked));
    assert!(present(&there, key.text()).await.is_ok());
    keys.clock().advance(portcullis::defaults::KEY_REVOCATION_WITHIN);
    assert_eq!(present(&there, key.text()).await.err(), Some(Reason::ApiKeyRevoked));
}

/// Not even one that hangs is waited for when a key is made.
#[tokio::test]
async fn a_store_fails_hangs_and_answers_again() {
    let keys = TestKeys::on(ManualClock::new());
    let auth = keys.authenticator();
    keys.store().fail();
    let key = keys.api_key("billing").create();
    assert_eq!(present(&auth, key.text()).await.err(), Some(Reason::ApiKeysUnavailable));
    keys.store().hang();
    let other = keys.api_key("billing").create();
    let waiting = tokio::spawn({
        let (auth, text) = (auth.clone(), other.text().to_owned());
        async move { present(&auth, &text).await.err() }
    });
    while keys.store().look_ups() < 2 {
        tokio::task::yield_now().await;
    }
    keys.clock().advance(portcullis::defaults::KEY_STORE_TIMEOUT);
    assert_eq!(waiting.await.unwrap(), Some(Reason::ApiKeysUnavailable));
    keys.store().mend();
    assert!(present(&auth, key.text()).await.is_ok());
    assert_eq!(keys.store().look_ups(), 3);
}

/// One that loses its answers makes the change all the same; one record that is spoilt is spoilt alone.
#[tokio::test]
async fn a_store_loses_answers_and_spoils_records_until_it_is_mended() {
    let keys = TestKeys::on(ManualClock::new());
    let (auth, handle) = (keys.authenticator(), keys.api_keys());
    let (key, other) = (keys.api_key("billing").create(), keys.api_key("billing").create());
    keys.store().lose_answers();
    assert!(matches!(handle.disable(key.id()).await, Err(KeyError::Store(StoreError::Unavailable(_)))));
    assert_eq!(present(&auth, key.text()).await.err(), Some(Reason::ApiKeyDisabled), "it answers look-ups");
    keys.store().spoil(key.id());
    assert!(matches!(handle.get(key.id()).await, Err(KeyError::Store(StoreError::Corrupt(_)))));
    assert!(present(&auth, other.text()).await.is_ok());
    keys.store().mend();
    assert!(!handle.enable(key.id()).await.unwrap().disabled);
    assert!(present(&auth, key.text()).await.is_ok());
}

#[test]
fn nothing_shows_a_key() {
    let keys = TestKeys::on(ManualClock::new());
    let key = keys.api_key("billing").create();
    let shown = format!("{keys:?} {key:?} {:?}", keys.api_key("billing"));
    assert!(!shown.contains(key.text()), "{shown}");
    assert!(key.text().starts_with(TestKeys::ENVIRONMENT));
}

#[tokio::test]
async fn settings_of_ones_own_hold_for_every_process() {
    let no_admin = Rights::none().role("admin");
    let keys = TestKeys::configured(ManualClock::new(), move |c| c.personal_access_tokens_never(no_admin.clone()));
    let token = keys.personal_access_token("root").role("admin").role("clerk").create();
    for handle in [keys.api_keys(), keys.elsewhere()] {
        let auth = Authenticator::api_keys_only(handle).clock(keys.clock().clone()).build().unwrap();
        let who = present(&auth, token.text()).await.unwrap();
        assert_eq!(who.caller().unwrap().roles().collect::<Vec<_>>(), ["clerk"]);
    }
}
