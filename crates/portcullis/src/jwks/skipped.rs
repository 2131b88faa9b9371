//! Keys of a document that are not used, and why.

use std::fmt;

/// A key of a fetched JWK Set that is never used. The other keys of the set are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// The `kid` as far as it could be read: printable ASCII (every other character is a `?`), at most 64 characters.
    pub kid: Option<String>,
    /// What is wrong with the key.
    pub reason: SkipReason,
}

impl SkippedKey {
    pub(crate) fn new(kid: Option<&str>, reason: SkipReason) -> Self {
        let printable = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
        Self { kid: kid.map(|kid| kid.chars().take(64).map(printable).collect()), reason }
    }
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kid {
            Some(kid) => write!(f, "\"{kid}\": {}", self.reason),
            None => write!(f, "without kid: {}", self.reason),
        }
    }
}

/// Why a key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Not a JSON object, or one that cannot be read to its end.
    NotAnObject,
    /// A member name occurs twice (RFC 7517 §4).
    DuplicateMember,
    /// A member that matters is not of the JSON type it has to be.
    WrongType,
    /// A member that this type of key must have is not there.
    MissingMember,
    /// A value is not unpadded base64url (RFC 7515 §2).
    InvalidEncoding,
    /// `kty` is none of `RSA`, `EC` and `OKP`.
    UnsupportedKeyType,
    /// `crv` is none of `P-256`, `P-384`, `P-521` and `Ed25519`.
    UnsupportedCurve,
    /// A symmetric key: whoever can read the document could sign with it.
    SymmetricKey,
    /// The document publishes the private key. Its owner should be told.
    PrivateMembers,
    /// `use` is present and not `sig` (or `jwt-svid`, as SPIFFE says it).
    NotForSignatures,
    /// `key_ops` is without `verify`, repeats a value, or contradicts `use` (RFC 7517 §4.3).
    KeyOps,
    /// `alg` is no signature algorithm that is known here.
    UnsupportedAlgorithm,
    /// `alg` is for another type of key or another curve.
    AlgorithmMismatch,
    /// The configuration allows none of the algorithms that the key could be used with.
    AlgorithmNotAllowed,
    /// RSA below 2048 bits (RFC 7518 §3.3).
    RsaTooSmall,
    /// RSA above 8192 bits.
    RsaTooLarge,
    /// An RSA modulus that is even.
    RsaModulus,
    /// An RSA exponent that is even, below 3 or above 64 bits.
    RsaExponent,
    /// A coordinate is not of the length that the curve asks for (RFC 7518 §6.2.1.2, RFC 8037 §2).
    CoordinateLength,
    /// Not a point of the curve, or one of small order.
    InvalidPoint,
    /// A valid key that the cryptographic backend cannot use: P-521 and RSA above 4096 bits in pure Rust, and RSA
    /// exponents above 33 bits.
    UnsupportedByBackend,
}

impl SkipReason {
    /// A stable code in `snake_case`, for logs, metrics and status pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::DuplicateMember => "duplicate_member",
            Self::WrongType => "wrong_type",
            Self::MissingMember => "missing_member",
            Self::InvalidEncoding => "invalid_encoding",
            Self::UnsupportedKeyType => "unsupported_key_type",
            Self::UnsupportedCurve => "unsupported_curve",
            Self::SymmetricKey => "symmetric_key",
            Self::PrivateMembers => "private_members",
            Self::NotForSignatures => "not_for_signatures",
            Self::KeyOps => "key_ops",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::RsaTooSmall => "rsa_too_small",
            Self::RsaTooLarge => "rsa_too_large",
            Self::RsaModulus => "rsa_modulus",
            Self::RsaExponent => "rsa_exponent",
            Self::CoordinateLength => "coordinate_length",
            Self::InvalidPoint => "invalid_point",
            Self::UnsupportedByBackend => "unsupported_by_backend",
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_is_shown_in_one_short_line_of_ascii() {
        let shown = |kid: &str| SkippedKey::new(Some(kid), SkipReason::KeyOps).kid.unwrap();
        assert_eq!(shown("2024-06 a+b/c=="), "2024-06 a+b/c==");
        assert_eq!(shown("a\nb\u{1b}[31m\u{e9}\u{202e}"), "a?b?[31m??");
        assert_eq!(shown(&"k".repeat(10_000)).len(), 64);
    }

    #[test]
    fn a_skipped_key_reads_as_one_phrase() {
        assert_eq!(SkippedKey::new(Some("a"), SkipReason::RsaTooSmall).to_string(), "\"a\": rsa_too_small");
        assert_eq!(SkippedKey::new(None, SkipReason::SymmetricKey).to_string(), "without kid: symmetric_key");
    }
}
