//! Signatures that are wrong in a way of their own.

use aws_lc_rs::digest;
use portcullis::Algorithm;

use super::header::by;
use crate::key::{Material, der, raw_rsa};
use crate::token::{Signing, TokenBuilder};

/// The order of P-256's base point.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
/// The order of Ed25519's base point, little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// `DigestInfo` of SHA-1 up to the hash (RFC 8017 §9.2, note 1).
const SHA1_INFO: &[u8] = &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// Signed by the issuer's key of that algorithm, in that way.
pub(super) fn signed(
    token: TokenBuilder,
    algorithm: Algorithm,
    signature: fn(&Signing<'_>) -> Vec<u8>,
) -> TokenBuilder {
    changed(by(token, algorithm), signature)
}

pub(super) fn changed(mut token: TokenBuilder, signature: fn(&Signing<'_>) -> Vec<u8>) -> TokenBuilder {
    token.signature = Some(signature);
    token
}

pub(super) fn flipped(signing: &Signing<'_>) -> Vec<u8> {
    let mut signature = signing.honest();
    let middle = signature.len() / 2;
    if let Some(octet) = signature.get_mut(middle) {
        *octet ^= 1;
    }
    signature
}

/// Honest, with R or S replaced.
pub(super) fn p256(signing: &Signing<'_>, r: Option<[u8; 32]>, s: Option<[u8; 32]>) -> Vec<u8> {
    let mut signature = signing.honest();
    if let Some(r) = r {
        signature[..32].copy_from_slice(&r);
    }
    if let Some(s) = s {
        signature[32..].copy_from_slice(&s);
    }
    signature
}

pub(super) fn p256_r_at_order(signing: &Signing<'_>) -> Vec<u8> {
    p256(signing, Some(P256_ORDER), None)
}

pub(super) fn p256_s_at_order(signing: &Signing<'_>) -> Vec<u8> {
    p256(signing, None, Some(P256_ORDER))
}

pub(super) fn ecdsa_der(signing: &Signing<'_>) -> Vec<u8> {
    signing.key.material().sign_der(signing.input).unwrap_or_default()
}

pub(super) fn ecdsa_swapped(signing: &Signing<'_>) -> Vec<u8> {
    let mut signature = signing.honest();
    signature.rotate_left(32);
    signature
}

/// As long as the signature should be and one octet off, at the front.
pub(super) fn shortened(signing: &Signing<'_>) -> Vec<u8> {
    signing.honest().split_off(1)
}

pub(super) fn lengthened(signing: &Signing<'_>) -> Vec<u8> {
    [&[0], signing.honest().as_slice()].concat()
}

/// The same residue, at or above the modulus.
pub(super) fn rsa_above_modulus(signing: &Signing<'_>) -> Vec<u8> {
    let Material::Rsa { n, .. } = &**signing.key.material() else { return Vec::new() };
    let mut signature = signing.honest();
    let mut carry = 0;
    for (octet, modulus) in signature.iter_mut().zip(n).rev() {
        let sum = u16::from(*octet) + u16::from(*modulus) + carry;
        (*octet, carry) = (sum as u8, sum >> 8);
    }
    // The sum may not fit; then the largest value that does is above the modulus too.
    if carry == 0 { signature } else { vec![0xff; n.len()] }
}

pub(super) fn rsa_sha1(signing: &Signing<'_>) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signing.input);
    rsa_padded(signing, |length| raw_rsa::pkcs1_padded(length, &[SHA1_INFO, hash.as_ref()].concat()))
}

/// The hash in front and rubbish behind it, where there should be filler in front and nothing behind.
pub(super) fn rsa_forged_padding(signing: &Signing<'_>) -> Vec<u8> {
    rsa_padded(signing, |length| {
        let info = raw_rsa::sha256_digest_info(signing.input);
        let mut encoded = [&[0, 1], [0xff; 8].as_slice(), &[0], &info].concat();
        encoded.resize(length, 0x5a);
        encoded
    })
}

/// The hash without the `DigestInfo` that names its algorithm.
pub(super) fn rsa_bare_hash(signing: &Signing<'_>) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA256, signing.input);
    rsa_padded(signing, |length| raw_rsa::pkcs1_padded(length, hash.as_ref()))
}

/// PSS with MGF1 and SHA-256 throughout (RFC 8017 §9.1.1), which under PS256 goes with a salt of 32 octets.
pub(super) fn pss(signing: &Signing<'_>, salt: &[u8]) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA256, signing.input);
    let inner = digest::digest(&digest::SHA256, &[&[0; 8], hash.as_ref(), salt].concat());
    rsa_padded(signing, |length| {
        let mut block = vec![0; length.saturating_sub(34 + salt.len())];
        block.push(1);
        block.extend_from_slice(salt);
        let mask = (0u32..).flat_map(|counter| {
            digest::digest(&digest::SHA256, &[inner.as_ref(), &counter.to_be_bytes()].concat()).as_ref().to_vec()
        });
        for (octet, mask) in block.iter_mut().zip(mask) {
            *octet ^= mask;
        }
        // The modulus has one bit more than the encoded message may have.
        if let Some(first) = block.first_mut() {
            *first &= 0x7f;
        }
        [block.as_slice(), inner.as_ref(), &[0xbc]].concat()
    })
}

fn rsa_padded(signing: &Signing<'_>, encode: impl FnOnce(usize) -> Vec<u8>) -> Vec<u8> {
    let Material::Rsa { private, n, .. } = &**signing.key.material() else { return Vec::new() };
    raw_rsa::sign(private, &encode(n.len())).unwrap_or_default()
}

/// S plus the order: the same point, another spelling (RFC 8032 §5.1.7 forbids it).
pub(super) fn ed25519_large_s(signing: &Signing<'_>) -> Vec<u8> {
    let mut signature = signing.honest();
    let mut carry = 0;
    for (octet, order) in signature[32..].iter_mut().zip(ED25519_ORDER) {
        let sum = u16::from(*octet) + u16::from(order) + carry;
        (*octet, carry) = (sum as u8, sum >> 8);
    }
    signature
}

pub(super) fn hmac_with_pem(signing: &Signing<'_>) -> Vec<u8> {
    signing.hmac(signing.key.public_key_pem())
}

pub(super) fn hmac_with_pem_without_newline(signing: &Signing<'_>) -> Vec<u8> {
    signing.hmac(signing.key.public_key_pem().trim_end())
}

pub(super) fn hmac_with_pkcs1_pem(signing: &Signing<'_>) -> Vec<u8> {
    match &**signing.key.material() {
        Material::Rsa { n, e, .. } => {
            signing.hmac(der::to_pem("RSA PUBLIC KEY", &der::sequence(&[der::unsigned(n), der::unsigned(e)])))
        }
        _ => hmac_with_pem(signing),
    }
}
