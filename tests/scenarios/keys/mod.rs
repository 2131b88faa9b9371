//! API keys as a service lives with them: looked up, remembered, taken back here and elsewhere, with a store that fails.

mod bystanders;
mod changes;
mod digest_keys;
mod freshness;
mod given_up;
mod outage;
mod overtaken;
mod owners;
mod revocation_bound;
mod room;
mod rotation;
mod strangers;
mod taken_over;
mod uses;

use std::time::Duration;

use portcullis::api_key::{ApiKeys, ApiKeysBuilder, CreatedKey, MemoryOwners, NewKey};
use portcullis::{AuthError, Authenticating, Authentication, Authenticator, Reason};
use portcullis_testing::{ManualClock, TestKeyStore, TestKeys};
use tokio::task::JoinHandle;

/// The keys of an environment, a store that does what it is told, and a verifier that takes nothing else.
pub(crate) struct Stand {
    test: TestKeys,
    pub(crate) clock: ManualClock,
    pub(crate) keys: ApiKeys,
    pub(crate) auth: Authenticator,
}

impl Stand {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(configure: impl Fn(ApiKeysBuilder) -> ApiKeysBuilder + Send + Sync + 'static) -> Self {
        let clock = ManualClock::new();
        let test = TestKeys::configured(clock.clone(), configure);
        let keys = test.api_keys();
        Self::of(test, clock, keys)
    }

    /// Another instance with the same store, clock and secret.
    fn elsewhere(&self) -> Self {
        Self::of(self.test.clone(), self.clock.clone(), self.test.elsewhere())
    }

    fn of(test: TestKeys, clock: ManualClock, keys: ApiKeys) -> Self {
        let auth = Authenticator::api_keys_only(keys.clone()).clock(clock.clone()).build().unwrap();
        Self { test, clock, keys, auth }
    }

    fn store(&self) -> &TestKeyStore {
        self.test.store()
    }

    fn owners(&self) -> &MemoryOwners {
        self.test.owners()
    }

    async fn create(&self) -> CreatedKey {
        self.keys.create(NewKey::api_key("billing").scope("invoices:read")).await.unwrap()
    }

    /// Sends a key in the default place.
    fn present(&self, key: &str) -> Authenticating {
        self.auth.authenticate([("api-key", key.as_bytes())].as_slice())
    }

    /// Sends a key that has to be looked up, and lets that begin.
    async fn begin(&self, key: &str) -> JoinHandle<Result<Authentication, AuthError>> {
        let waiting = tokio::spawn(self.present(key));
        self.settle().await;
        waiting
    }

    /// Sends a key, and waits for the answer.
    async fn send(&self, key: &str) -> Result<Authentication, Reason> {
        self.present(key).await.map_err(|error| error.reason())
    }

    async fn ask(&self, key: &str) -> Result<(), Reason> {
        self.send(key).await.map(drop)
    }

    /// Sends a key; the answer must be there at once.
    fn decide(&self, key: &str) -> Result<(), Reason> {
        self.present(key).now().expect("nothing to wait for").map(drop).map_err(|error| error.reason())
    }

    /// Lets everything that can go on without time passing go on.
    async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}

/// A key that was accepted, so that it is known.
async fn known(stand: &Stand) -> CreatedKey {
    let created = stand.create().await;
    for _ in 0..2 {
        assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    }
    created
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
