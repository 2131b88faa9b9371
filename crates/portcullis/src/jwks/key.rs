//! A public key with its checks, and a key that is ready to verify.

use std::fmt;
use std::sync::Arc;

use crate::crypto::{CryptoBackend, Verifier, VerifierError, coordinate_octets};
use crate::defaults::{MAX_RSA_BITS, MIN_RSA_BITS};
use crate::jwks::SkipReason;
use crate::token::{Algorithm, AlgorithmSet, KeyKind};

/// The public members of a key, in the one form that equal keys share.
#[derive(PartialEq, Eq)]
pub(crate) enum PublicKey {
    Rsa { n: Box<[u8]>, e: Box<[u8]> },
    Ec { curve: KeyKind, x: Box<[u8]>, y: Box<[u8]> },
    Ed25519 { x: [u8; 32] },
}

impl PublicKey {
    /// Big-endian integers. Leading zeros are dropped: RFC 7518 §6.3.1.1 forbids them, and large issuers publish them.
    pub(crate) fn rsa(n: &[u8], e: &[u8]) -> Result<Self, SkipReason> {
        let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
        let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
        match bits {
            ..MIN_RSA_BITS => return Err(SkipReason::RsaTooSmall),
            MIN_RSA_BITS..=MAX_RSA_BITS => {}
            _ => return Err(SkipReason::RsaTooLarge),
        }
        if !is_odd(n) {
            return Err(SkipReason::RsaModulus);
        }
        if e.len() > 8 || !is_odd(e) || e == [1] {
            return Err(SkipReason::RsaExponent);
        }
        Ok(Self::Rsa { n: n.into(), e: e.into() })
    }

    /// Coordinates with their full length, leading zeros included (RFC 7518 §6.2.1.2).
    pub(crate) fn ec(curve: KeyKind, x: &[u8], y: &[u8]) -> Result<Self, SkipReason> {
        match coordinate_octets(curve) {
            None => Err(SkipReason::UnsupportedCurve),
            Some(octets) if x.len() != octets || y.len() != octets => Err(SkipReason::CoordinateLength),
            Some(_) => Ok(Self::Ec { curve, x: x.into(), y: y.into() }),
        }
    }

    pub(crate) fn ed25519(x: &[u8]) -> Result<Self, SkipReason> {
        x.try_into().map(|x| Self::Ed25519 { x }).map_err(|_| SkipReason::CoordinateLength)
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa { .. } => KeyKind::Rsa,
            Self::Ec { curve, .. } => *curve,
            Self::Ed25519 { .. } => KeyKind::Ed25519,
        }
    }

    fn verifier(&self, algorithm: Algorithm, backend: CryptoBackend) -> Result<Verifier, SkipReason> {
        let made = match self {
            Self::Rsa { n, e } => Verifier::rsa(backend, algorithm, n, e),
            Self::Ec { x, y, .. } => Verifier::ec(backend, algorithm, x, y),
            Self::Ed25519 { x } => Verifier::ed25519(backend, x),
        };
        made.map_err(|error| match (error, self) {
            (VerifierError::Unsupported, _) => SkipReason::UnsupportedByBackend,
            (VerifierError::WrongKind, _) => SkipReason::AlgorithmMismatch,
            (VerifierError::InvalidKey, Self::Rsa { .. }) => SkipReason::RsaModulus,
            (VerifierError::InvalidKey, _) => SkipReason::InvalidPoint,
        })
    }
}

fn without_leading_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    &octets[zeros..]
}

fn is_odd(octets: &[u8]) -> bool {
    octets.last().is_some_and(|last| last & 1 == 1)
}

/// A key that verifies signatures of one algorithm, which for Ed25519 goes by two names.
pub(crate) struct VerificationKey {
    kid: Option<Box<str>>,
    algorithms: AlgorithmSet,
    /// Whether `alg` was given, so that a copy of the set gives it too.
    alg_given: bool,
    /// Shared by the keys that one JWK became; `None` for a secret, which is in the verifier only.
    public: Option<Arc<PublicKey>>,
    verifier: Verifier,
}

impl VerificationKey {
    /// One key for each signature scheme among `algorithms`, none for an empty set. An empty `kid` names nothing and
    /// counts as absent.
    pub(crate) fn public(
        kid: Option<&str>,
        public: PublicKey,
        algorithms: AlgorithmSet,
        alg_given: bool,
        backend: CryptoBackend,
    ) -> Result<Vec<Self>, SkipReason> {
        let shared = Arc::new(public);
        let key = |algorithms: AlgorithmSet, algorithm| {
            let verifier = shared.verifier(algorithm, backend)?;
            Ok(Self { kid: named(kid), algorithms, alg_given, public: Some(Arc::clone(&shared)), verifier })
        };
        if shared.kind() == KeyKind::Rsa {
            return algorithms.iter().map(|one| key(AlgorithmSet::EMPTY.with(one), one)).collect();
        }
        // All the names are names of one scheme.
        algorithms.iter().take(1).map(|first| key(algorithms, first)).collect()
    }

    /// A shared secret for HMAC.
    pub(crate) fn secret(kid: Option<&str>, algorithm: Algorithm, verifier: Verifier) -> Self {
        let algorithms = AlgorithmSet::EMPTY.with(algorithm);
        Self { kid: named(kid), algorithms, alg_given: true, public: None, verifier }
    }

    /// Whether `signature` is one of `message` by this key. A candidate verifies with the algorithm it was a
    /// candidate for.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifier.verify(message, signature)
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(crate) fn algorithms(&self) -> AlgorithmSet {
        self.algorithms
    }

    /// The algorithm that the key itself names.
    pub(crate) fn alg(&self) -> Option<Algorithm> {
        self.algorithms.iter().next().filter(|_| self.alg_given)
    }

    pub(crate) fn public_key(&self) -> Option<&Arc<PublicKey>> {
        self.public.as_ref()
    }

    /// Whether it is the same public key, for another algorithm.
    pub(crate) fn shares_key_with(&self, other: &Self) -> bool {
        self.public.is_some() && self.public == other.public && self.algorithms != other.algorithms
    }

    /// Whether both verify the same signatures under the same name. A secret is the same only as itself.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.kid == other.kid
            && self.algorithms == other.algorithms
            && match (&self.public, &other.public) {
                (Some(mine), Some(theirs)) => mine == theirs,
                _ => std::ptr::eq(self, other),
            }
    }
}

fn named(kid: Option<&str>) -> Option<Box<str>> {
    kid.filter(|kid| !kid.is_empty()).map(Into::into)
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationKey")
            .field("kid", &self.kid)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}
