//! Signature verification: one [`Verifier`] per key and algorithm, over whichever backend is compiled in.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod edwards;
mod mac;
#[cfg(feature = "rust-crypto")]
mod rust_crypto;
#[cfg(all(test, feature = "aws-lc-rs"))]
pub(crate) mod signing;

pub(crate) use mac::MacKey;

use std::fmt;

use crate::token::{Algorithm, KeyKind};

/// The library that does the cryptography.
///
/// Each backend is a feature of the crate; with both compiled in, [`CryptoBackend::preferred`] is used unless the
/// configuration names the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CryptoBackend {
    /// AWS-LC, through `aws-lc-rs` (feature `aws-lc-rs`). Every [`Algorithm`]; keys are parsed once per key set.
    AwsLcRs,
    /// Pure Rust, through `jsonwebtoken` (feature `rust-crypto`). No ES512, and RSA up to 4096 bits; keys are parsed
    /// again for each signature.
    RustCrypto,
}

impl CryptoBackend {
    /// Whether the feature that brings this backend is compiled in.
    #[must_use]
    pub const fn is_available(self) -> bool {
        match self {
            Self::AwsLcRs => cfg!(feature = "aws-lc-rs"),
            Self::RustCrypto => cfg!(feature = "rust-crypto"),
        }
    }

    #[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        [Self::AwsLcRs, Self::RustCrypto].into_iter().filter(|backend| backend.is_available())
    }

    /// The backend to use when none is named: AWS-LC if compiled in, else pure Rust; `None` when neither is.
    #[must_use]
    pub const fn preferred() -> Option<Self> {
        if Self::AwsLcRs.is_available() {
            Some(Self::AwsLcRs)
        } else if Self::RustCrypto.is_available() {
            Some(Self::RustCrypto)
        } else {
            None
        }
    }
}

/// Why no [`Verifier`] could be made of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerifierError {
    /// The backend is not compiled in, or cannot do this algorithm or this size of key.
    Unsupported,
    /// The algorithm is for another kind of key.
    WrongKind,
    /// Not a key: off the curve, of the wrong length, of small order.
    InvalidKey,
}

/// RSA exponents of more bits are refused by both backends when they verify; refusing them here says so early.
const MAX_EXPONENT_BITS: u32 = 33;

/// One key, ready to verify signatures of one algorithm.
pub(crate) struct Verifier {
    /// Every algorithm has one length of signature per key; it is compared before the backend sees anything.
    signature_len: usize,
    key: BackendKey,
}

enum BackendKey {
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(aws_lc::Key),
    #[cfg(feature = "rust-crypto")]
    RustCrypto(rust_crypto::Key),
}

/// What a backend makes a key of, after the checks here.
#[derive(Clone, Copy)]
#[cfg_attr(not(any(feature = "aws-lc-rs", feature = "rust-crypto")), allow(dead_code, reason = "no backend reads it"))]
enum Components<'a> {
    /// Big-endian without leading zeros.
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
    /// `0x04 ‖ x ‖ y`.
    EcPoint(&'a [u8]),
    Ed25519(&'a [u8; 32]),
    Secret(&'a [u8]),
}

impl Verifier {
    /// `n` and `e` are big-endian without leading zeros; limits on their size are the caller's.
    pub(crate) fn rsa(backend: CryptoBackend, algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Self, VerifierError> {
        if algorithm.key_kind() != KeyKind::Rsa {
            return Err(VerifierError::WrongKind);
        }
        let (Some(1..), Some(first @ 1..)) = (n.first(), e.first()) else {
            return Err(VerifierError::InvalidKey);
        };
        if e.len() * 8 > MAX_EXPONENT_BITS as usize + first.leading_zeros() as usize {
            return Err(VerifierError::Unsupported);
        }
        Self::new(backend, algorithm, n.len(), Components::Rsa { n, e })
    }

    /// Coordinates are padded to the length of the curve's field. The point must be on the curve of the algorithm.
    pub(crate) fn ec(backend: CryptoBackend, algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Self, VerifierError> {
        let octets = coordinate_octets(algorithm.key_kind()).ok_or(VerifierError::WrongKind)?;
        if x.len() != octets || y.len() != octets {
            return Err(VerifierError::InvalidKey);
        }
        let point = [&[0x04], x, y].concat();
        Self::new(backend, algorithm, 2 * octets, Components::EcPoint(&point))
    }

    /// Refuses encodings that are not canonical, what is no point of the curve, and the points of small order, under
    /// which signatures can be made that fit any message.
    pub(crate) fn ed25519(backend: CryptoBackend, x: &[u8]) -> Result<Self, VerifierError> {
        let x: &[u8; 32] = x.try_into().map_err(|_| VerifierError::InvalidKey)?;
        if !is_canonical(x) || has_small_order(x) || !edwards::is_on_curve(x) {
            return Err(VerifierError::InvalidKey);
        }
        Self::new(backend, Algorithm::Ed25519, 64, Components::Ed25519(x))
    }

    /// The length of the secret is the caller's to check.
    pub(crate) fn secret(backend: CryptoBackend, algorithm: Algorithm, secret: &[u8]) -> Result<Self, VerifierError> {
        let octets = hash_octets(algorithm).ok_or(VerifierError::WrongKind)?;
        Self::new(backend, algorithm, octets, Components::Secret(secret))
    }

    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "rust-crypto")),
        allow(unused_variables, reason = "no backend reads them")
    )]
    fn new(
        backend: CryptoBackend,
        algorithm: Algorithm,
        signature_len: usize,
        components: Components<'_>,
    ) -> Result<Self, VerifierError> {
        let key = match backend {
            #[cfg(feature = "aws-lc-rs")]
            CryptoBackend::AwsLcRs => BackendKey::AwsLcRs(aws_lc::Key::new(algorithm, components)?),
            #[cfg(feature = "rust-crypto")]
            CryptoBackend::RustCrypto => BackendKey::RustCrypto(rust_crypto::Key::new(algorithm, components)?),
            #[cfg(not(all(feature = "aws-lc-rs", feature = "rust-crypto")))]
            _ => return Err(VerifierError::Unsupported),
        };
        #[cfg_attr(
            not(any(feature = "aws-lc-rs", feature = "rust-crypto")),
            allow(unreachable_code, reason = "there is no key to get here with")
        )]
        Ok(Self { signature_len, key })
    }

    /// Whether `signature` is one of `message` by this key.
    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "rust-crypto")),
        allow(unused_variables, reason = "no backend reads them")
    )]
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_len
            && match &self.key {
                #[cfg(feature = "aws-lc-rs")]
                BackendKey::AwsLcRs(key) => key.verify(message, signature),
                #[cfg(feature = "rust-crypto")]
                BackendKey::RustCrypto(key) => key.verify(message, signature),
                #[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
                _ => false,
            }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

/// Octets of one coordinate on the curve, which is also half a signature (RFC 7518 §3.4, §6.2.1.2).
pub(crate) const fn coordinate_octets(kind: KeyKind) -> Option<usize> {
    match kind {
        KeyKind::P256 => Some(32),
        KeyKind::P384 => Some(48),
        KeyKind::P521 => Some(66),
        KeyKind::Rsa | KeyKind::Ed25519 | KeyKind::Secret => None,
    }
}

/// Octets of the hash of an HMAC algorithm, which is also the least a secret may have (RFC 7518 §3.2).
pub(crate) const fn hash_octets(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::HS256 => Some(32),
        Algorithm::HS384 => Some(48),
        Algorithm::HS512 => Some(64),
        _ => None,
    }
}

/// Whether the y coordinate in an encoded point is below 2^255 − 19 (RFC 8032 §5.1.3).
fn is_canonical(point: &[u8; 32]) -> bool {
    let above = point[31] & 0x7f == 0x7f && point[1..31].iter().all(|octet| *octet == 0xff) && point[0] >= 0xed;
    !above
}

/// Whether a canonical point is one of the eight whose order divides the cofactor. There are five such y
/// coordinates: 1, −1, 0 and the two of order 8; the sign of x does not matter.
fn has_small_order(point: &[u8; 32]) -> bool {
    const fn sparse(first: u8, middle: u8, last: u8) -> [u8; 32] {
        let mut y = [middle; 32];
        y[0] = first;
        y[31] = last;
        y
    }
    const ORDER_8: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ];
    const MINUS_ORDER_8: [u8; 32] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ];
    let mut y = *point;
    y[31] &= 0x7f;
    [sparse(1, 0, 0), sparse(0xec, 0xff, 0x7f), sparse(0, 0, 0), ORDER_8, MINUS_ORDER_8].contains(&y)
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests;

#[cfg(all(test, not(any(feature = "aws-lc-rs", feature = "rust-crypto"))))]
mod without_a_backend {
    use super::*;

    #[test]
    fn every_key_is_an_error_and_no_panic() {
        assert_eq!(CryptoBackend::preferred(), None);
        for backend in [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto] {
            let made = Verifier::secret(backend, Algorithm::HS256, &[7; 32]);
            assert_eq!(made.err(), Some(VerifierError::Unsupported));
        }
    }
}
