//! A token that was found good, with all that this rests on.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::decoded::Decoded;
use crate::challenge::Answers;
use crate::claims::{ClaimsPolicy, ValidatedClaims};

/// What is known of a verified token. Immutable but for the claims types that are decoded from it later.
pub(crate) struct Verified {
    pub(crate) claims: ValidatedClaims,
    pub(crate) policy: Arc<ClaimsPolicy>,
    pub(crate) answers: Arc<Answers>,
    pub(super) decoded: Decoded,
    pub(crate) keys: KeysUsed,
    /// The cache has let it go: what still points to it should, too.
    pub(crate) let_go: AtomicBool,
}

/// The keys that a signature was good with: it has to be checked again when there are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeysUsed {
    /// The position of the issuer in the configuration.
    pub(crate) issuer: usize,
    /// The generation of its keys.
    pub(crate) generation: u64,
}

impl Verified {
    pub(crate) fn new(
        claims: ValidatedClaims,
        policy: Arc<ClaimsPolicy>,
        answers: Arc<Answers>,
        keys: KeysUsed,
    ) -> Self {
        Self { claims, policy, answers, decoded: Decoded::default(), keys, let_go: AtomicBool::new(false) }
    }
}
