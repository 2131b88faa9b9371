//! A token that was found good, with all that this rests on.

use std::sync::Arc;

use super::decoded::Decoded;
use super::standing::Standing;
use crate::cache::Usage;
use crate::challenge::Answers;
use crate::claims::{ClaimsPolicy, ValidatedClaims};

/// What is known of a verified token. Immutable but for the claims types that are decoded from it later, and
/// for what the cache notes of its use.
///
/// What every handler reads comes first: of thousands of tokens in turn, each line of memory is one that has to be waited
/// for.
#[repr(C)]
pub(crate) struct Verified {
    pub(super) decoded: Decoded,
    pub(crate) usage: Usage,
    pub(crate) policy: Arc<ClaimsPolicy>,
    pub(crate) answers: Arc<Answers>,
    pub(crate) claims: ValidatedClaims,
    pub(super) standing: Standing,
}

impl Verified {
    pub(crate) fn new(
        claims: ValidatedClaims,
        policy: Arc<ClaimsPolicy>,
        answers: Arc<Answers>,
        standing: Standing,
    ) -> Self {
        Self { decoded: Decoded::default(), usage: Usage::default(), policy, answers, claims, standing }
    }
}
