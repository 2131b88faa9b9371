//! HMAC-SHA-256, to make what API keys are compared with.

use super::CryptoBackend;

/// A key for HMAC-SHA-256.
pub(crate) struct MacKey(Backend);

enum Backend {
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(Box<aws_lc_rs::hmac::Key>),
    #[cfg(feature = "rust-crypto")]
    RustCrypto(Box<hmac::Hmac<sha2::Sha256>>),
}

impl MacKey {
    /// `None` when that backend is not compiled in.
    pub(crate) fn new(backend: CryptoBackend, key: &[u8]) -> Option<Self> {
        match backend {
            #[cfg(feature = "aws-lc-rs")]
            CryptoBackend::AwsLcRs => {
                let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
                Some(Self(Backend::AwsLcRs(Box::new(key))))
            }
            #[cfg(feature = "rust-crypto")]
            CryptoBackend::RustCrypto => {
                let key = <hmac::Hmac<sha2::Sha256> as hmac::Mac>::new_from_slice(key).ok()?;
                Some(Self(Backend::RustCrypto(Box::new(key))))
            }
            #[allow(unreachable_patterns, reason = "unless a backend is left out")]
            _ => {
                let _ = key;
                None
            }
        }
    }

    /// Over all parts, one after another.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        match &self.0 {
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs(key) => {
                let mut context = aws_lc_rs::hmac::Context::with_key(key);
                parts.iter().for_each(|part| context.update(part));
                let tag = context.sign();
                let mut mac = [0; 32];
                mac.copy_from_slice(tag.as_ref());
                mac
            }
            #[cfg(feature = "rust-crypto")]
            Backend::RustCrypto(key) => {
                use hmac::Mac;
                let mut mac = key.clone();
                parts.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().into()
            }
            #[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
            _ => unreachable!("no key can be made: {}", parts.len()),
        }
    }
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;

    /// RFC 4231 §4.3
    #[test]
    fn the_published_vector_comes_out_however_it_is_cut() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        for backend in CryptoBackend::available() {
            let key = MacKey::new(backend, b"Jefe").unwrap();
            for parts in [&[&b"what do ya want for nothing?"[..]][..], &[b"what do ya want ", b"", b"for nothing?"]] {
                let hex: String = key.mac(parts).iter().map(|octet| format!("{octet:02x}")).collect();
                assert_eq!(hex, expected, "{backend:?}");
            }
        }
    }
}
