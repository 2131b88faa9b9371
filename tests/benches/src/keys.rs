//! API keys to measure with.

use std::sync::Arc;
use std::time::Duration;

use portcullis::Authenticator;
use portcullis::api_key::{ApiKeys, DigestKey, ForeignFormat, KeyPlace, MemoryKeyStore, NewKey};
use tokio::runtime::Runtime;

use crate::Published;

/// The environment that they are of.
pub const ENVIRONMENT: &str = "acme_test";

/// The keys of an environment in a store in memory, with what an authenticator needs to ask it.
#[derive(Debug)]
pub struct Keys {
    /// The handle.
    pub keys: ApiKeys,
    /// The store.
    pub store: Arc<MemoryKeyStore>,
    runtime: Runtime,
}

impl Keys {
    /// None yet.
    ///
    /// # Panics
    /// If the system has no threads or no randomness.
    #[must_use]
    pub fn new(remembered: usize) -> Self {
        let store = Arc::new(MemoryKeyStore::new());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let digest_key = DigestKey::generate().expect("randomness");
        let builder = ApiKeys::builder_with(ENVIRONMENT, digest_key, store.clone());
        let builder = builder.also_accept(ForeignFormat::prefixed("perm:")).cached_keys(remembered);
        // Nothing is to be looked up again while it is measured.
        let keys = builder.revocation_within(Duration::from_secs(3600)).build().expect("a good configuration");
        Self { keys, store, runtime }
    }

    /// Makes so many, with the claim that the applications read.
    ///
    /// # Panics
    /// If one cannot be made.
    #[must_use]
    pub fn create(&self, count: usize) -> Vec<String> {
        let new = |n: usize| NewKey::api_key("billing").tenant(format!("tenant-{n}")).scope("orders:read orders:write");
        let create = async |n: usize| {
            let created = self.keys.create(new(n)).await.expect("a key");
            created.key.expose().to_owned()
        };
        (0..count).map(|n| self.runtime.block_on(create(n))).collect()
    }

    /// Does something where the store can be asked.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// An authenticator for these keys, under `ApiKey` and in the header field, and for that issuer's tokens.
    ///
    /// # Panics
    /// If the configuration is not accepted.
    #[must_use]
    pub fn authenticator(&self, issuer: &Published, cached: usize) -> Authenticator {
        let builder = issuer.authenticator().cached_tokens(cached).api_keys(self.keys.clone());
        let builder = builder.api_key_place(KeyPlace::authorization_scheme("ApiKey"));
        builder.api_key_place(KeyPlace::header("Api-Key")).build().expect("a good configuration")
    }
}

/// A key of the right form with that id and another secret, its checksum right.
#[must_use]
pub fn with_secret(id: &str, random: &mut fastrand::Rng) -> String {
    let secret: String = std::iter::repeat_with(|| random.alphanumeric()).take(30).collect();
    let key = format!("{ENVIRONMENT}_{id}_{secret}");
    let checksum = checksum(&key);
    key + &checksum
}

/// An id that nobody made.
#[must_use]
pub fn invented_id(random: &mut fastrand::Rng) -> String {
    std::iter::repeat_with(|| random.alphanumeric()).take(16).collect()
}

/// The CRC-32 in six digits of base 62.
fn checksum(text: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let crc = text.bytes().fold(u32::MAX, |crc, octet| {
        (0..8).fold(crc ^ u32::from(octet), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let digit = |place: u32| char::from(DIGITS[(!crc / 62_u32.pow(place) % 62) as usize]);
    (0..6).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mint, at_once};
    use portcullis::{Algorithm, Reason};

    #[test]
    fn keys_are_refused_for_the_reasons_that_they_are_made_for() {
        let keys = Keys::new(10);
        let auth = keys.authenticator(Mint::new(Algorithm::ES256).published(), 10);
        let ask = |key: &str| {
            let line = format!("ApiKey {key}");
            let head = [("authorization", line.as_bytes())];
            let outcome = keys.block_on(async { auth.authenticate(head.as_slice()).await });
            outcome.map(drop).map_err(|error| error.reason())
        };
        let good = keys.create(1).remove(0);
        assert_eq!(ask(&good), Ok(()));
        let mut random = fastrand::Rng::with_seed(1);
        assert_eq!(ask(&with_secret(&good[10..26], &mut random)), Err(Reason::ApiKeySecretWrong));
        assert_eq!(ask(&with_secret(&invented_id(&mut random), &mut random)), Err(Reason::ApiKeyUnknown));
        let head = [("authorization", &b"ApiKey x"[..])];
        assert!(at_once(auth.authenticate(head.as_slice())).is_err());
    }
}
