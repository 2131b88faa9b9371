//! API keys as a service lives with them: looked up, remembered, taken back here and elsewhere, with a store that fails.

mod changes;
mod digest_keys;
mod freshness;
mod outage;
mod owners;
mod store;
mod strangers;
mod uses;

use std::sync::Arc;
use std::time::Duration;

use portcullis::api_key::{ApiKeyStore, ApiKeys, ApiKeysBuilder, CreatedKey, DigestKey, MemoryOwners, NewKey};
use portcullis::{Authentication, Authenticator, Reason};
use portcullis_testing::ManualClock;

use self::store::ScriptedStore;

/// The keys of an environment, a store that does what it is told, and a verifier that takes nothing else.
pub(crate) struct Stand {
    pub(crate) clock: ManualClock,
    pub(crate) store: Arc<ScriptedStore>,
    pub(crate) owners: Arc<MemoryOwners>,
    pub(crate) keys: ApiKeys,
    pub(crate) auth: Authenticator,
}

impl Stand {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(configure: impl FnOnce(ApiKeysBuilder) -> ApiKeysBuilder) -> Self {
        let clock = ManualClock::new();
        Self::sharing(Arc::new(ScriptedStore::new()), clock, configure)
    }

    /// Another instance with the same store, clock and secret.
    fn elsewhere(&self) -> Self {
        Self::sharing(Arc::clone(&self.store), self.clock.clone(), |builder| builder)
    }

    fn sharing(
        store: Arc<ScriptedStore>,
        clock: ManualClock,
        configure: impl FnOnce(ApiKeysBuilder) -> ApiKeysBuilder,
    ) -> Self {
        let owners = Arc::new(MemoryOwners::new());
        let digest_key = DigestKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap())).unwrap();
        let shared: Arc<dyn ApiKeyStore> = store.clone();
        let builder = ApiKeys::builder_with("acme_test", digest_key, shared);
        let builder = builder.owners(Arc::clone(&owners)).clock(clock.clone());
        let keys = configure(builder).build().unwrap();
        let auth = Authenticator::api_keys_only(keys.clone()).clock(clock.clone()).build().unwrap();
        Self { clock, store, owners, keys, auth }
    }

    async fn create(&self) -> CreatedKey {
        self.keys.create(NewKey::api_key("billing").scope("invoices:read")).await.unwrap()
    }

    /// Sends a key in the default place, and waits for the answer.
    async fn send(&self, key: &str) -> Result<Authentication, Reason> {
        let head = [("api-key", key.as_bytes())];
        self.auth.authenticate(head.as_slice()).await.map_err(|error| error.reason())
    }

    async fn ask(&self, key: &str) -> Result<(), Reason> {
        self.send(key).await.map(drop)
    }

    /// Sends a key; the answer must be there at once.
    fn decide(&self, key: &str) -> Result<(), Reason> {
        let head = [("api-key", key.as_bytes())];
        let now = self.auth.authenticate(head.as_slice()).now();
        now.expect("nothing to wait for").map(drop).map_err(|error| error.reason())
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
