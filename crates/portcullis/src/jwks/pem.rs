//! A public key from PEM text (RFC 7468 §13, RFC 8017 §A.1.1).

use crate::crypto::CryptoBackend;
use crate::jwks::der::Der;
use crate::jwks::key::PublicKey;
use crate::jwks::{SkipReason, VerificationKey};
use crate::token::{Algorithm, AlgorithmSet, KeyKind};

/// Why PEM text is no verification key. None of the text is in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PemError {
    #[error("not PEM text; supply a block that begins with `-----BEGIN PUBLIC KEY-----`")]
    NotPem,
    #[error("the PEM text has `\\n` as two characters where its lines end; supply real line ends")]
    EscapedLineEnds,
    #[error("a private key; supply its public key only (`openssl pkey -in private.pem -pubout`)")]
    PrivateKey,
    #[error("a certificate; supply its public key (`openssl x509 -in cert.pem -noout -pubkey`)")]
    Certificate,
    #[error("more than one PEM block; supply one public key")]
    SeveralBlocks,
    #[error("text before or after the PEM block; supply the block only")]
    SurroundingText,
    #[error("a PEM block of another kind; supply `PUBLIC KEY` or `RSA PUBLIC KEY`")]
    OtherLabel,
    #[error("the content of the PEM block is not base64")]
    NotBase64,
    #[error("the content of the PEM block is not a public key in DER")]
    NotDer,
    #[error("a public key of a kind that is not supported; supply RSA, P-256, P-384, P-521 or Ed25519")]
    UnsupportedKind,
    #[error("the key cannot verify {0}; name an algorithm that fits it")]
    AlgorithmMismatch(Algorithm),
    #[error("the key cannot be used: {0}")]
    Unusable(SkipReason),
}

/// The one public key in `pem`, for that algorithm only. An empty `kid` counts as none.
pub(crate) fn from_pem(
    pem: &str,
    algorithm: Algorithm,
    kid: Option<&str>,
    backend: CryptoBackend,
) -> Result<VerificationKey, PemError> {
    let (label, content) = armour(pem)?;
    let der = base64_simd::STANDARD.decode_to_vec(content).map_err(|_| PemError::NotBase64)?;
    let public = match label {
        Label::PublicKey => subject_public_key_info(&der)?,
        Label::RsaPublicKey => rsa_public_key(&der)?,
    };
    if public.kind() != algorithm.key_kind() {
        return Err(PemError::AlgorithmMismatch(algorithm));
    }
    let algorithms = AlgorithmSet::EMPTY.with(algorithm);
    let mut keys = VerificationKey::public(kid, public, algorithms, true, backend).map_err(PemError::Unusable)?;
    keys.pop().ok_or(PemError::AlgorithmMismatch(algorithm))
}

enum Label {
    PublicKey,
    RsaPublicKey,
}

/// The label, and the base64 text without its white space.
fn armour(pem: &str) -> Result<(Label, String), PemError> {
    const BEGIN: &str = "-----BEGIN ";
    let pem = pem.trim_ascii();
    // First what somebody may have meant well: a key file with its parameters, a bundle with its chain.
    if pem.contains("PRIVATE KEY-----") {
        return Err(PemError::PrivateKey);
    }
    let (before, block) = pem.split_once(BEGIN).ok_or(PemError::NotPem)?;
    if pem.contains("CERTIFICATE-----") {
        return Err(PemError::Certificate);
    }
    if pem.contains("\\n") {
        return Err(PemError::EscapedLineEnds);
    }
    if block.contains(BEGIN) {
        return Err(PemError::SeveralBlocks);
    }
    let (label, rest) = block.split_once("-----").ok_or(PemError::NotPem)?;
    let (content, end) = rest.split_once("-----END ").ok_or(PemError::NotPem)?;
    let after = end.strip_prefix(label).and_then(|end| end.strip_prefix("-----")).ok_or(PemError::NotPem)?;
    if !before.is_empty() || !after.is_empty() {
        return Err(PemError::SurroundingText);
    }
    let label = match label {
        "PUBLIC KEY" => Label::PublicKey,
        "RSA PUBLIC KEY" => Label::RsaPublicKey,
        _ => return Err(PemError::OtherLabel),
    };
    Ok((label, content.chars().filter(|c| !c.is_ascii_whitespace()).collect()))
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// RFC 5280 §4.1: the algorithm with its parameters, then the key.
fn subject_public_key_info(der: &[u8]) -> Result<PublicKey, PemError> {
    let (identifier, mut parameters, key) = split_info(der).ok_or(PemError::NotDer)?;
    match identifier {
        RSA => {
            parameters.element(Der::NULL).filter(|null| null.is_empty()).ok_or(PemError::NotDer)?;
            parameters.end().ok_or(PemError::NotDer)?;
            rsa_public_key(key)
        }
        EC => {
            let curve = parameters.element(Der::OBJECT_IDENTIFIER).ok_or(PemError::UnsupportedKind)?;
            parameters.end().ok_or(PemError::NotDer)?;
            let curve = match curve {
                P256 => KeyKind::P256,
                P384 => KeyKind::P384,
                P521 => KeyKind::P521,
                _ => return Err(PemError::UnsupportedKind),
            };
            // Compressed points are out: nobody writes them, and every backend would have to agree on them.
            let coordinates = key.strip_prefix(&[0x04]).ok_or(PemError::UnsupportedKind)?;
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            PublicKey::ec(curve, x, y).map_err(PemError::Unusable)
        }
        ED25519 => {
            parameters.end().ok_or(PemError::NotDer)?;
            PublicKey::ed25519(key).map_err(PemError::Unusable)
        }
        _ => Err(PemError::UnsupportedKind),
    }
}

fn split_info(der: &[u8]) -> Option<(&[u8], Der<'_>, &[u8])> {
    let mut outer = Der::new(der);
    let mut info = outer.sequence()?;
    outer.end()?;
    let mut parameters = info.sequence()?;
    let identifier = parameters.element(Der::OBJECT_IDENTIFIER)?;
    let key = info.octets_of_bits()?;
    info.end()?;
    Some((identifier, parameters, key))
}

fn rsa_public_key(der: &[u8]) -> Result<PublicKey, PemError> {
    let (n, e) = split_rsa(der).ok_or(PemError::NotDer)?;
    PublicKey::rsa(n, e).map_err(PemError::Unusable)
}

fn split_rsa(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Der::new(der);
    let mut key = outer.sequence()?;
    outer.end()?;
    let (n, e) = (key.unsigned()?, key.unsigned()?);
    key.end()?;
    Some((n, e))
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests;
