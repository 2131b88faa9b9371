//! Keys from documents, PEM text and secrets.

use crate::jwks::{self, SkippedKey};
use crate::token::AlgorithmSet;
use crate::{Algorithm, CryptoBackend};

/// What keys are held to.
#[derive(Debug, Clone)]
pub struct KeyPolicy(jwks::KeyPolicy);

impl KeyPolicy {
    /// The policy with exactly these parts.
    pub fn new(allowed: &[Algorithm], rsa_without_alg: &[Algorithm], backend: CryptoBackend, max_keys: usize) -> Self {
        let set = |algorithms: &[Algorithm]| algorithms.iter().copied().collect::<AlgorithmSet>();
        let (allowed, rsa_without_alg) = (set(allowed), set(rsa_without_alg));
        Self(jwks::KeyPolicy { allowed, rsa_without_alg, backend, max_keys })
    }
}

/// Keys that verify.
#[derive(Debug)]
pub struct KeySet(jwks::KeySet);

impl KeySet {
    /// Reads a JWK Set.
    pub fn parse(document: &[u8], policy: &KeyPolicy) -> Result<Self, String> {
        jwks::KeySet::parse(document, &policy.0).map(Self).map_err(|error| error.to_string())
    }

    /// One configured key from PEM text.
    pub fn from_pem(
        pem: &str,
        algorithm: Algorithm,
        kid: Option<&str>,
        backend: CryptoBackend,
    ) -> Result<Self, String> {
        let key = jwks::from_pem(pem, algorithm, kid, backend).map_err(|error| error.to_string())?;
        Ok(Self(jwks::KeySet::configured(vec![key])))
    }

    /// One configured secret.
    pub fn from_secret(
        secret: &[u8],
        algorithm: Algorithm,
        kid: Option<&str>,
        backend: CryptoBackend,
    ) -> Result<Self, String> {
        let key = jwks::local_secret(algorithm, secret, kid, backend).map_err(|error| error.to_string())?;
        Ok(Self(jwks::KeySet::configured(vec![key])))
    }

    /// How many keys are usable.
    #[expect(clippy::len_without_is_empty, reason = "as the set that it hands on to: an empty one is not made")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys that are not used.
    pub fn skipped(&self) -> &[SkippedKey] {
        self.0.skipped()
    }

    /// Whether a token with that header would be tried with a key of the set.
    pub fn has_candidate(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        self.0.candidates(kid, algorithm).is_ok()
    }

    /// Whether a usable key has that `kid`.
    pub fn contains_kid(&self, kid: &str) -> bool {
        self.0.contains_kid(kid)
    }

    /// Whether both hold the same keys.
    pub fn same_keys(&self, other: &Self) -> bool {
        self.0.same_keys(&other.0)
    }

    /// The usable public keys as a JWK Set.
    pub fn to_document(&self) -> String {
        self.0.to_document()
    }
}
