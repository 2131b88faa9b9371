//! The three parts, and what signs them.

use portcullis::Algorithm;

use super::TokenBuilder;
use crate::issuer::TestIssuer;
use crate::key::{Material, TestKey};

/// A signed token before its parts are joined, each encoded.
pub(crate) struct Compact {
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) signature: String,
    pub(crate) issuer: TestIssuer,
}

impl Compact {
    pub(crate) fn join(&self) -> String {
        format!("{}.{}.{}", self.header, self.payload, self.signature)
    }
}

/// What is to be signed, for a defect that signs it in its own way.
pub(crate) struct Signing<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) key: &'a TestKey,
    pub(crate) token: &'a TokenBuilder,
}

impl Signing<'_> {
    pub(crate) fn honest(&self) -> Vec<u8> {
        self.key.sign(self.input)
    }

    /// With the current material, whatever algorithm its key is pinned to.
    pub(crate) fn with(&self, algorithm: Algorithm) -> Vec<u8> {
        self.key.material().sign(algorithm, self.input)
    }

    pub(crate) fn foreign(&self) -> Vec<u8> {
        self.token.foreign_key().sign(self.input)
    }

    /// HS256 under octets that are no secret.
    pub(crate) fn hmac(&self, secret: impl Into<Vec<u8>>) -> Vec<u8> {
        Material::Secret(secret.into()).sign(Algorithm::HS256, self.input)
    }
}
