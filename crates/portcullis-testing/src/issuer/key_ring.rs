//! Which keys an issuer signs with, and which it publishes.

use std::sync::Arc;

use portcullis::{Algorithm, KeyKind};

use crate::key::{Material, TestKey};

/// At most one signing key for each algorithm; any number of published ones.
pub(super) struct KeyRing {
    seed: u64,
    signing: Vec<TestKey>,
    announced: Vec<TestKey>,
    published: Vec<TestKey>,
    /// How many keys were made, by algorithm. Algorithms count apart, so that a second RSA algorithm costs no
    /// second RSA key.
    made: Vec<(Algorithm, u64)>,
}

impl KeyRing {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, signing: Vec::new(), announced: Vec::new(), published: Vec::new(), made: Vec::new() }
    }

    pub(super) fn signing(&self) -> &[TestKey] {
        &self.signing
    }

    pub(super) fn published(&self) -> &[TestKey] {
        &self.published
    }

    pub(super) fn signing_key(&mut self, algorithm: Algorithm) -> TestKey {
        if let Some(key) = self.signing.iter().find(|key| key.algorithm() == algorithm) {
            return key.clone();
        }
        let key = self.make(algorithm);
        self.publish(&key);
        self.signing.push(key.clone());
        key
    }

    pub(super) fn announce(&mut self) {
        if self.announced.is_empty() {
            self.announced = self.next_keys();
            for key in self.announced.clone() {
                self.publish(&key);
            }
        }
    }

    pub(super) fn rotate(&mut self, keep_old: bool) {
        let next = if self.announced.is_empty() { self.next_keys() } else { std::mem::take(&mut self.announced) };
        if !keep_old {
            self.published.clear();
        }
        for key in &next {
            self.withdraw(key.kid());
            self.publish(key);
        }
        self.signing = next;
    }

    pub(super) fn withdraw(&mut self, kid: &str) -> bool {
        let before = self.published.len();
        self.published.retain(|key| key.kid() != kid);
        self.published.len() < before
    }

    fn next_keys(&mut self) -> Vec<TestKey> {
        let algorithms: Vec<Algorithm> = self.signing.iter().map(TestKey::algorithm).collect();
        algorithms.into_iter().map(|algorithm| self.make(algorithm)).collect()
    }

    fn publish(&mut self, key: &TestKey) {
        if key.algorithm().key_kind() != KeyKind::Secret {
            self.published.push(key.clone());
        }
    }

    fn make(&mut self, algorithm: Algorithm) -> TestKey {
        let number = match self.made.iter_mut().find(|(made, _)| *made == algorithm) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                self.made.push((algorithm, 0));
                0
            }
        };
        // Says in the clear what it is, so that a production configuration can refuse it by name.
        let kid = match self.seed {
            0 => format!("portcullis-test-{algorithm}-{}", number + 1),
            seed => format!("portcullis-test-seed{seed}-{algorithm}-{}", number + 1),
        };
        // A shared secret does not rotate: there is no key set to learn the next one from.
        let number = if algorithm.key_kind() == KeyKind::Secret { 0 } else { number };
        TestKey::new(&kid, algorithm, Arc::new(Material::derived(algorithm.key_kind(), self.seed, number)))
    }
}
