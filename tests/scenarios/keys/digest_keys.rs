//! The secret under which digests are made, when there is a new one.

use std::sync::Arc;

use portcullis::api_key::{ApiKeyStore, ApiKeys, DigestKey, ForeignFormat, KeyError, MemoryKeyStore, NewKey};
use portcullis::{Authenticator, Reason};
use portcullis_testing::{ManualClock, TestKeys};

use super::{Stand, seconds};

const UUID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn secret(first: u8) -> DigestKey {
    DigestKey::new(std::array::from_fn(|at| first + u8::try_from(at).unwrap())).unwrap()
}

struct Instance {
    keys: ApiKeys,
    auth: Authenticator,
}

impl Instance {
    fn new(store: &Arc<MemoryKeyStore>, clock: &ManualClock, current: DigestKey, older: Option<DigestKey>) -> Self {
        let shared: Arc<dyn ApiKeyStore> = store.clone();
        let builder = ApiKeys::builder_with("acme_test", current, shared).also_accept(ForeignFormat::uuid());
        let builder = older.into_iter().fold(builder, |builder, older| builder.also_accept_digest_key(older));
        let keys = builder.clock(clock.clone()).build().unwrap();
        let auth = Authenticator::api_keys_only(keys.clone()).clock(clock.clone()).build().unwrap();
        Self { keys, auth }
    }

    async fn ask(&self, key: &str) -> Result<(), Reason> {
        self.auth.verify_api_key(key).await.map(drop).map_err(|error| error.reason())
    }
}

#[tokio::test]
async fn keys_of_the_older_secret_are_good_while_it_is_accepted_and_none_after() {
    let (store, clock) = (Arc::new(MemoryKeyStore::new()), ManualClock::new());
    let before = Instance::new(&store, &clock, secret(1), None);
    let own = before.keys.create(NewKey::api_key("a")).await.unwrap();
    before.keys.import(UUID, NewKey::api_key("b")).await.unwrap();

    let between = Instance::new(&store, &clock, secret(101), Some(secret(1)));
    let new = between.keys.create(NewKey::api_key("c")).await.unwrap();
    for _ in 0..2 {
        for key in [own.key.expose(), UUID, new.key.expose()] {
            assert_eq!(between.ask(key).await, Ok(()), "{key}");
        }
    }
    assert_eq!(between.ask(&UUID.replace('6', "7")).await, Err(Reason::ApiKeyUnknown));

    let after = Instance::new(&store, &clock, secret(101), None);
    assert_eq!(after.ask(own.key.expose()).await, Err(Reason::ApiKeyUnknown));
    assert_eq!(after.ask(UUID).await, Err(Reason::ApiKeyUnknown));
    assert_eq!(after.ask(new.key.expose()).await, Ok(()));
}

/// A stand with the new secret, where nothing is remembered of callers, and a key that was taken over under the older one.
async fn with_one_of_the_older_secret() -> Stand {
    let keys = ApiKeys::builder(TestKeys::ENVIRONMENT, secret(1), MemoryKeyStore::new());
    let before = keys.also_accept(ForeignFormat::uuid()).build().unwrap();
    let record = before.import(UUID, NewKey::api_key("a")).await.unwrap();
    let stand = Stand::with(|builder| builder.also_accept(ForeignFormat::uuid()).also_accept_digest_key(secret(1)));
    stand.store().insert(&record).await.unwrap();
    let auth = Authenticator::api_keys_only(stand.keys.clone()).clock(stand.clock.clone()).cached_tokens(0);
    Stand { auth: auth.build().unwrap(), ..stand }
}

/// Under the new secret it has an id that there is no record of, and that nobody can find out while the store is down.
#[tokio::test]
async fn a_known_key_of_the_older_secret_outlives_an_outage_like_any_other() {
    let stand = with_one_of_the_older_secret().await;
    assert_eq!(stand.ask(UUID).await, Ok(()));
    stand.store().fail();
    stand.clock.advance(seconds(60));
    assert_eq!(stand.ask(UUID).await, Ok(()));
}

/// By its id under the new secret it is one of them, who have used up their look-ups; by the other one it is known.
#[tokio::test]
async fn a_known_key_of_the_older_secret_is_not_refused_because_of_strangers() {
    let stand = with_one_of_the_older_secret().await;
    assert_eq!(stand.ask(UUID).await, Ok(()));
    // So that the key itself is fresh for another twenty seconds.
    stand.clock.advance(seconds(20));
    assert_eq!(stand.ask(UUID).await, Ok(()));
    stand.settle().await;
    for passing in [10, 30] {
        stand.clock.advance(seconds(passing));
        for n in 0..1_100 {
            stand.ask(&format!("67e55044-10b1-426f-9247-{n:012}")).await.unwrap_err();
        }
        assert_eq!(stand.ask(UUID).await, Ok(()));
    }
}

/// As when its file was not found and another one was made: every key would be refused.
#[tokio::test]
async fn a_store_with_good_keys_of_other_secrets_only_fails_the_check_of_start_up() {
    let (store, clock) = (Arc::new(MemoryKeyStore::new()), ManualClock::new());
    let first = Instance::new(&store, &clock, secret(1), None);
    let other = Instance::new(&store, &clock, secret(101), None);
    for instance in [&first, &other] {
        assert!(instance.keys.check().await.is_ok(), "there are none yet");
    }
    let created = first.keys.create(NewKey::api_key("a")).await.unwrap();
    assert!(first.keys.check().await.is_ok());
    assert!(matches!(other.keys.check().await, Err(KeyError::OtherDigestKey)));
    assert!(Instance::new(&store, &clock, secret(101), Some(secret(1))).keys.check().await.is_ok());
    // Some of which are its own, or none that is good: it is a secret that was replaced.
    let own = other.keys.create(NewKey::api_key("b")).await.unwrap();
    assert!(first.keys.check().await.is_ok() && other.keys.check().await.is_ok());
    first.keys.revoke(&created.record.id).await.unwrap();
    assert!(matches!(first.keys.check().await, Err(KeyError::OtherDigestKey)));
    other.keys.revoke(&own.record.id).await.unwrap();
    assert!(first.keys.check().await.is_ok());
}

#[test]
fn forms_that_no_key_should_have_are_mistakes() {
    let setting = |format| {
        let built = ApiKeys::builder("acme_test", secret(1), MemoryKeyStore::new()).also_accept(format).build();
        built.map_or_else(|error| error.problems()[0].setting.to_string(), |_| "built".to_owned())
    };
    for bad in [ForeignFormat::prefixed(""), ForeignFormat::prefixed("perm "), ForeignFormat::opaque(23)] {
        assert_eq!(setting(bad.clone()), "also_accept", "{bad:?}");
    }
    for good in [ForeignFormat::prefixed("perm:"), ForeignFormat::opaque(24), ForeignFormat::uuid()] {
        assert_eq!(setting(good.clone()), "built", "{good:?}");
    }
}

/// One of them would be lost without a word.
#[test]
fn an_authenticator_takes_the_keys_of_one_environment() {
    let keys = |environment| ApiKeys::builder(environment, secret(1), MemoryKeyStore::new()).build().unwrap();
    let both = Authenticator::api_keys_only(keys("acme_live")).api_keys(keys("acme_test")).build();
    assert_eq!(both.unwrap_err().problems()[0].setting, "api_keys");
    assert!(Authenticator::api_keys_only(keys("acme_live")).build().is_ok());
}

#[test]
fn one_secret_twice_is_a_mistake() {
    let store = MemoryKeyStore::new();
    let built = ApiKeys::builder("acme_test", secret(1), store).also_accept_digest_key(secret(1)).build();
    assert_eq!(built.unwrap_err().problems()[0].setting, "also_accept_digest_key");
}
