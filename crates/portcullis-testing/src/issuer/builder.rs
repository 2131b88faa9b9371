//! Settings of a test issuer.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use portcullis::{Algorithm, KeyKind};

use super::key_ring::KeyRing;
use super::{Inner, TestIssuer};
use crate::clock::ManualClock;

/// Builds a [`TestIssuer`].
#[derive(Debug, Clone)]
#[must_use]
pub struct TestIssuerBuilder {
    url: String,
    audience: String,
    algorithm: Algorithm,
    published: Vec<Algorithm>,
    clock: Option<ManualClock>,
    seed: u64,
    jwks_without_alg: bool,
}

impl TestIssuerBuilder {
    pub(super) fn new() -> Self {
        Self {
            url: TestIssuer::URL.into(),
            audience: TestIssuer::AUDIENCE.into(),
            algorithm: Algorithm::RS256,
            published: Vec::new(),
            clock: None,
            seed: 0,
            jwks_without_alg: false,
        }
    }

    /// The issuer's identifier, used as it is: a slash at the end stays.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// `aud` of its tokens, unless said otherwise.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// What it signs with, unless said otherwise. Default: RS256, as most real ones.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Publishes a key for each asymmetric algorithm from the start, each pinned to its algorithm. What an attack suite
    /// wants: a key for every [`Defect`](crate::Defect) is there before the first fetch.
    pub fn every_algorithm(mut self) -> Self {
        self.published =
            Algorithm::ALL.into_iter().filter(|algorithm| algorithm.key_kind() != KeyKind::Secret).collect();
        self
    }

    /// Leaves `alg` out of the key set, as Entra and others do.
    pub fn jwks_without_alg(mut self) -> Self {
        self.jwks_without_alg = true;
        self
    }

    /// Dates tokens by that clock. Default: one of its own.
    pub fn clock(mut self, clock: ManualClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Dates tokens by the system's time: for a demonstration beside software that has no other clock.
    pub fn real_time(self) -> Self {
        self.clock(ManualClock::ticking())
    }

    /// Which keys it has. Issuers with different seeds share none; with the same seed, all. Default: 0. RSA keys are
    /// prepared for seeds 0 and 1, and generated (a second or so, different in each run) beyond.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The issuer.
    #[must_use]
    pub fn build(self) -> TestIssuer {
        let mut keys = KeyRing::new(self.seed);
        keys.signing_key(self.algorithm);
        for algorithm in self.published {
            keys.signing_key(algorithm);
        }
        TestIssuer {
            inner: Arc::new(Inner {
                url: self.url,
                audience: self.audience,
                algorithm: self.algorithm,
                clock: self.clock.unwrap_or_default(),
                seed: self.seed,
                jwks_without_alg: self.jwks_without_alg,
                keys: Mutex::new(keys),
                tokens: AtomicU64::new(0),
            }),
        }
    }
}
