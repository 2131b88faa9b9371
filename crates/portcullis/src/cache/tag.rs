//! What proves that a token is the one that was verified: 128 bits under a key that is drawn when the authenticator is
//! built, and never leaves it.
//!
//! With AWS-LC it is the authentication tag of AES-128-GCM over the token as associated data, without any plaintext: a
//! universal hash under a secret key, for which two different tokens of 16 KiB have the same tag with a probability of
//! at most 2^-118, whoever chose them (NIST SP 800-38D, appendix A). What makes a repeated nonce dangerous elsewhere is
//! that tags are seen; these are not, not even one bit of them. Without AWS-LC it is SipHash-2-4 with 128 bits.

#[cfg(feature = "aws-lc-rs")]
pub(super) use with_aes_gcm::TagKey;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
pub(super) use with_siphash::TagKey;
#[cfg(not(any(feature = "rust-crypto", feature = "aws-lc-rs")))]
pub(super) use without_backend::TagKey;

/// Compared as a whole. Not in constant time: to learn anything from how long a comparison takes one would have to
/// know tags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u128);

#[cfg(feature = "aws-lc-rs")]
mod with_aes_gcm {
    use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use aws_lc_rs::rand;

    use super::Tag;

    pub(in crate::cache) struct TagKey(LessSafeKey);

    impl TagKey {
        pub(in crate::cache) fn new() -> Option<Self> {
            let mut key = [0; 16];
            rand::fill(&mut key).ok()?;
            UnboundKey::new(&AES_128_GCM, &key).ok().map(LessSafeKey::new).map(Self)
        }

        pub(in crate::cache) fn tag(&self, token: &[u8]) -> Option<Tag> {
            let nonce = Nonce::assume_unique_for_key([0; 12]);
            let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(token), &mut []).ok()?;
            tag.as_ref().try_into().ok().map(u128::from_le_bytes).map(Tag)
        }
    }
}

#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
mod with_siphash {
    use std::hash::{BuildHasher, Hasher, RandomState};

    use siphasher::sip128::{Hasher128, SipHasher24};

    use super::Tag;

    pub(in crate::cache) struct TagKey(SipHasher24);

    impl TagKey {
        pub(in crate::cache) fn new() -> Option<Self> {
            // Keyed by the system's generator: std's way to its randomness.
            let random = RandomState::new();
            Some(Self(SipHasher24::new_with_keys(random.hash_one(0), random.hash_one(1))))
        }

        pub(in crate::cache) fn tag(&self, token: &[u8]) -> Option<Tag> {
            let mut hasher = self.0;
            hasher.write(token);
            Some(Tag(hasher.finish128().as_u128()))
        }
    }
}

/// No authenticator can be built, so there is nothing to remember.
#[cfg(not(any(feature = "rust-crypto", feature = "aws-lc-rs")))]
mod without_backend {
    use super::Tag;

    pub(in crate::cache) struct TagKey(());

    impl TagKey {
        pub(in crate::cache) fn new() -> Option<Self> {
            None
        }

        pub(in crate::cache) fn tag(&self, _: &[u8]) -> Option<Tag> {
            None
        }
    }
}
