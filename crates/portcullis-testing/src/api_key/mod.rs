//! API keys and personal access tokens for tests.

mod builder;
mod issued;
mod store;
#[cfg(test)]
mod tests;

pub use builder::KeyBuilder;
pub use issued::IssuedKey;
pub use store::TestKeyStore;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use portcullis::api_key::{ApiKeys, ApiKeysBuilder, DigestKey, KeyKind, KeyRecord, MemoryKeyStore, MemoryOwners};
use portcullis::{Authenticator, AuthenticatorBuilder};

use crate::clock::ManualClock;
use crate::defect::KeyDefect;
use crate::issuer::TestIssuer;

/// API keys for tests: made in one line, without awaiting anything, on the clock of a [`TestIssuer`].
///
/// Clones are the same keys. They live in memory, and their digest key is public knowledge.
///
/// ```
/// use portcullis_testing::{KeyDefect, TestIssuer, TestKeys};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let issuer = TestIssuer::new();
/// let keys = TestKeys::new(&issuer);
/// let auth = issuer.authenticator_builder().api_keys(keys.api_keys()).build().unwrap();
///
/// let key = keys.api_key("billing").scope("invoices:read").create();
/// let caller = auth.authenticate(&[key.field()][..]).await.unwrap();
/// assert!(caller.caller().is_some_and(|caller| caller.has_scope("invoices:read")));
///
/// let bad = keys.broken(KeyDefect::Revoked);
/// let error = auth.authenticate(&[("api-key", bad.as_bytes())][..]).await.unwrap_err();
/// assert_eq!(error.reason().status(), KeyDefect::Revoked.expected_status());
/// # }
/// ```
#[derive(Clone)]
pub struct TestKeys(Arc<Inner>);

struct Inner {
    /// What the test gives to authenticators.
    keys: ApiKeys,
    /// Makes and changes keys whatever the store was told to do.
    maker: ApiKeys,
    store: Arc<TestKeyStore>,
    owners: Arc<MemoryOwners>,
    clock: ManualClock,
    configure: Configure,
}

type Configure = Box<dyn Fn(ApiKeysBuilder) -> ApiKeysBuilder + Send + Sync>;

impl TestKeys {
    /// The environment: what its keys begin with. Says in the clear what they are, so that a scanner can let them be.
    pub const ENVIRONMENT: &str = "portcullis_test";

    /// Default settings, on the clock of that issuer.
    #[must_use]
    pub fn new(issuer: &TestIssuer) -> Self {
        Self::on(issuer.clock())
    }

    /// Default settings, on that clock: where there are no tokens.
    #[must_use]
    pub fn on(clock: ManualClock) -> Self {
        Self::configured(clock, |config| config)
    }

    /// Other settings: `TestKeys::configured(issuer.clock(), |config| config.revocation_within(Duration::from_secs(5)))`.
    ///
    /// # Panics
    /// If they are no good configuration.
    #[must_use]
    pub fn configured(
        clock: ManualClock,
        configure: impl Fn(ApiKeysBuilder) -> ApiKeysBuilder + Send + Sync + 'static,
    ) -> Self {
        let (store, owners) = (Arc::new(TestKeyStore::new()), Arc::new(MemoryOwners::new()));
        let build = |config: ApiKeysBuilder| {
            let config = config.owners(Arc::clone(&owners)).clock(clock.clone());
            configure(config).build().expect("a good configuration of keys")
        };
        let keys = build(ApiKeys::builder_with(Self::ENVIRONMENT, digest_key(), store.clone()));
        let maker = build(ApiKeys::builder_with(Self::ENVIRONMENT, digest_key(), store.records()));
        Self(Arc::new(Inner { keys, maker, store, owners, clock, configure: Box::new(configure) }))
    }

    /// These keys for [`AuthenticatorBuilder::api_keys`]: one process, as it were, with one memory of what it looked up.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys {
        self.0.keys.clone()
    }

    /// The same keys for another process, which has looked up nothing yet: what is changed through it counts here only
    /// within [`ApiKeysBuilder::revocation_within`].
    #[must_use]
    pub fn elsewhere(&self) -> ApiKeys {
        self.build(Self::ENVIRONMENT, digest_key(), self.0.store.clone())
    }

    /// An authenticator that takes these keys and no tokens.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        self.authenticator_builder().build().expect("a good configuration")
    }

    /// The configuration behind [`authenticator`](Self::authenticator), for more settings.
    pub fn authenticator_builder(&self) -> AuthenticatorBuilder {
        Authenticator::api_keys_only(self.api_keys()).clock(self.0.clock.clone())
    }

    /// A key for a program. Give it rights, then [`create`](KeyBuilder::create) it.
    pub fn api_key(&self, owner: &str) -> KeyBuilder {
        KeyBuilder::new(self, KeyKind::ApiKey, owner)
    }

    /// A key by which a program acts for a user. An owner who is not among the [`owners`](Self::owners) becomes one, with
    /// the rights of this token, when it is created.
    pub fn personal_access_token(&self, owner: &str) -> KeyBuilder {
        KeyBuilder::new(self, KeyKind::PersonalAccessToken, owner)
    }

    /// A key with that one thing wrong.
    #[must_use]
    pub fn broken(&self, defect: KeyDefect) -> String {
        defect.apply(self)
    }

    /// Who there is to own personal access tokens, and what they may do now.
    #[must_use]
    pub fn owners(&self) -> &MemoryOwners {
        &self.0.owners
    }

    /// Where the keys are kept: told to fail or to hang, and asked how often it was asked.
    #[must_use]
    pub fn store(&self) -> &TestKeyStore {
        &self.0.store
    }

    /// Revokes a key, as the application would: it counts at once. For other changes use [`api_keys`](Self::api_keys).
    ///
    /// # Panics
    /// If there is no key of that id.
    pub fn revoke(&self, id: &str) -> KeyRecord {
        let revoked = now(self.maker().revoke(id)).expect("a key of that id");
        self.0.keys.forget(id);
        revoked
    }

    pub(crate) fn clock(&self) -> &ManualClock {
        &self.0.clock
    }

    pub(crate) fn maker(&self) -> &ApiKeys {
        &self.0.maker
    }

    /// Other keys by the same settings.
    pub(crate) fn build(
        &self,
        environment: &str,
        digest_key: DigestKey,
        store: Arc<dyn portcullis::api_key::ApiKeyStore>,
    ) -> ApiKeys {
        let config = ApiKeys::builder_with(environment, digest_key, store);
        let config = config.owners(Arc::clone(&self.0.owners)).clock(self.0.clock.clone());
        (self.0.configure)(config).build().expect("a configuration that was good before")
    }

    /// The records themselves, whatever the store was told to do.
    pub(crate) fn records(&self) -> Arc<MemoryKeyStore> {
        self.0.store.records()
    }
}

/// Fixed, so that what is put into another store by hand is good in every run.
pub(crate) fn digest_key() -> DigestKey {
    DigestKey::new(*b"portcullis-testing-digest-key-01").expect("octets that differ")
}

/// The end of what a store in memory does at once.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("a store in memory makes nobody wait"),
    }
}

impl fmt::Debug for TestKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKeys").field("store", &self.0.store).field("owners", &self.0.owners).finish()
    }
}
