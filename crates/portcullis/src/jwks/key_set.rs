//! A JWK Set (RFC 7517 §5) as a list of keys that verify, and the choice of the key for a token.

use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::crypto::CryptoBackend;
use crate::jwks::document;
use crate::jwks::jwk::Jwk;
use crate::jwks::{SkipReason, SkippedKey, VerificationKey};
use crate::token::{Algorithm, AlgorithmSet, KeyKind};

/// What a key must be, and what it may be used for.
#[derive(Debug, Clone)]
pub(crate) struct KeyPolicy {
    /// Nothing else ever verifies.
    pub(crate) allowed: AlgorithmSet,
    /// What an RSA key without `alg` is for. More than one only when the user has waived RFC 8725 §3.1.
    pub(crate) rsa_without_alg: AlgorithmSet,
    pub(crate) backend: CryptoBackend,
    /// Elements of `keys`, usable or not.
    pub(crate) max_keys: usize,
}

impl KeyPolicy {
    fn algorithms(&self, alg: Option<Algorithm>, kind: KeyKind) -> AlgorithmSet {
        let wanted = match (alg, kind) {
            (Some(alg), _) => AlgorithmSet::EMPTY.with(alg),
            (None, KeyKind::Rsa) => self.rsa_without_alg.for_kind(KeyKind::Rsa),
            (None, kind) => self.allowed.for_kind(kind),
        };
        wanted.intersection(self.allowed)
    }
}

/// Why a document is no key set. None of its content is in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeySetError {
    #[error("the key set is not UTF-8")]
    NotUtf8,
    #[error("the key set is not JSON")]
    NotJson,
    #[error("the key set is not a JSON object")]
    NotAnObject,
    #[error("a member of the key set occurs twice")]
    DuplicateMember,
    #[error("the key set has no `keys` array")]
    NoKeysArray,
    #[error("the `keys` array of the key set is empty")]
    Empty,
    #[error("the key set has {found} keys, the limit is {limit}")]
    TooManyKeys { found: usize, limit: usize },
    #[error("none of the {found} keys of the key set can be used (the first: {first})")]
    NoUsableKey { found: usize, first: SkipReason },
}

/// Why no key is a candidate for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// No key has the token's `kid`. A newer key set may have one.
    UnknownKid,
    /// That `kid` exists, but not for the token's algorithm.
    WrongAlgorithm,
    /// The token has no `kid`, and no key is for its algorithm.
    NoneCompatible,
    /// The token has no `kid`, and several keys are for its algorithm.
    Ambiguous,
}

/// Immutable; a newer document becomes a new set.
pub(crate) struct KeySet {
    keys: Box<[VerificationKey]>,
    skipped: Box<[SkippedKey]>,
    /// A key of the configuration that was given no `kid` is for tokens with any.
    configured: bool,
}

impl KeySet {
    /// A key that is odd is skipped and listed; a document that has no usable key is an error, so that it can never
    /// take the place of one that has.
    pub(crate) fn parse(document: &[u8], policy: &KeyPolicy) -> Result<Self, KeySetError> {
        let elements = document::elements(document)?;
        if elements.len() > policy.max_keys {
            return Err(KeySetError::TooManyKeys { found: elements.len(), limit: policy.max_keys });
        }
        let mut keys = Vec::with_capacity(elements.len());
        let mut skipped = Vec::new();
        for element in &elements {
            match Self::parse_key(element, policy) {
                Ok(made) => keys.extend(made),
                Err(reason) => skipped.push(reason),
            }
        }
        match skipped.first() {
            _ if !keys.is_empty() => Ok(Self { keys: keys.into(), skipped: skipped.into(), configured: false }),
            Some(first) => Err(KeySetError::NoUsableKey { found: elements.len(), first: first.reason }),
            None => Err(KeySetError::Empty),
        }
    }

    fn parse_key(element: &RawValue, policy: &KeyPolicy) -> Result<Vec<VerificationKey>, SkippedKey> {
        let jwk = Jwk::parse(element)?;
        let algorithms = policy.algorithms(jwk.alg, jwk.public.kind());
        let kid = jwk.kid.as_deref();
        if algorithms.is_empty() {
            return Err(SkippedKey::new(kid, SkipReason::AlgorithmNotAllowed));
        }
        VerificationKey::public(kid, jwk.public, algorithms, jwk.alg.is_some(), policy.backend)
            .map_err(|reason| SkippedKey::new(kid, reason))
    }

    /// Keys from PEM text, and local secrets.
    pub(crate) fn configured(keys: Vec<VerificationKey>) -> Self {
        Self { keys: keys.into(), skipped: Box::new([]), configured: true }
    }

    /// How many keys of the document are usable.
    pub(crate) fn len(&self) -> usize {
        self.keys.iter().enumerate().filter(|(index, _)| !self.continues(*index)).count()
    }

    /// In the order of the document.
    pub(crate) fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// The keys that may have signed a token with that header. `kid` is compared octet by octet, and a token that
    /// names one is never tried with a published key that has none.
    pub(crate) fn candidates<'a>(&'a self, kid: Option<&str>, algorithm: Algorithm) -> Result<Candidates<'a>, NoKey> {
        let mut found = [None; Candidates::MAX];
        let mut count = 0;
        let for_algorithm = self.keys.iter().filter(|key| key.algorithms().contains(algorithm));
        let named = for_algorithm.clone().filter(|key| kid.is_none() || key.kid() == kid);
        // After those of that name, so that they are not the ones left out where there are many.
        let nameless = for_algorithm.filter(|key| self.configured && kid.is_some() && key.kid().is_none());
        for key in named.chain(nameless) {
            if let Some(slot) = found.get_mut(count) {
                *slot = Some(key);
            }
            count += 1;
        }
        match (kid, count) {
            (Some(kid), 0) if self.contains_kid(kid) => Err(NoKey::WrongAlgorithm),
            (Some(_), 0) => Err(NoKey::UnknownKid),
            (None, 0) => Err(NoKey::NoneCompatible),
            (None, 2..) => Err(NoKey::Ambiguous),
            _ => Ok(Candidates { found: found.into_iter() }),
        }
    }

    /// Whether a usable key has that `kid`.
    pub(crate) fn contains_kid(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid() == Some(kid))
    }

    /// Whether both hold the same keys under the same `kid`s for the same algorithms, in any order.
    pub(crate) fn same_keys(&self, other: &Self) -> bool {
        let count = |set: &Self, key: &VerificationKey| set.keys.iter().filter(|other| other.same_as(key)).count();
        self.keys.len() == other.keys.len() && self.keys.iter().all(|key| count(self, key) == count(other, key))
    }

    /// The usable public keys as a JWK Set again. Read under the same policy it becomes the same keys.
    pub(crate) fn to_document(&self) -> String {
        let jwks = self.keys.iter().enumerate().filter(|(index, _)| !self.continues(*index));
        document::write(jwks.map(|(_, key)| key))
    }

    /// Whether that key is a further algorithm of the JWK before it.
    fn continues(&self, index: usize) -> bool {
        let public = |index: usize| self.keys.get(index).and_then(VerificationKey::public_key);
        match (index.checked_sub(1).and_then(public), public(index)) {
            (Some(before), Some(this)) => Arc::ptr_eq(before, this),
            _ => false,
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet").field("keys", &self.keys).field("skipped", &self.skipped).finish()
    }
}

/// Keys to try in turn, in the order of the document.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    found: std::array::IntoIter<Option<&'a VerificationKey>, { Candidates::MAX }>,
}

impl Candidates<'_> {
    /// Keys that share `kid` and algorithm appear when a rotation goes wrong, and then as two. Each one costs a
    /// signature check per token, so a document full of them must not set the price.
    pub(crate) const MAX: usize = 4;
}

impl<'a> Iterator for Candidates<'a> {
    type Item = &'a VerificationKey;

    fn next(&mut self) -> Option<Self::Item> {
        self.found.next().flatten()
    }
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests;
