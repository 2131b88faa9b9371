//! What a verification rests on, and so what has to be the same for it to be still worth something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::api_key::KnownKey;
use crate::claims::{NumericDate, Window};
use crate::credential::CredentialKind;

/// What a credential was found good with, when its dates are in order, and when it was last found not to be revoked.
pub(crate) struct Standing {
    basis: Basis,
    window: Window,
    /// The state of the list of revocations at which it was found not to be on it.
    cleared_at: AtomicU64,
}

/// What it was found good with.
#[derive(Clone)]
pub(crate) enum Basis {
    /// A signature by one of an issuer's keys: it has to be checked again when there are others.
    Signature {
        /// The position of the issuer in the configuration.
        issuer: u32,
        /// The generation of its keys.
        generation: u64,
    },
    /// What is known of an API key.
    ApiKey(Arc<KnownKey>),
    /// The application's own word.
    Trusted,
}

impl Basis {
    /// The kind of credential; there is none behind the application's word.
    pub(crate) fn kind(&self) -> Option<CredentialKind> {
        match self {
            Self::Signature { .. } => Some(CredentialKind::Token),
            Self::ApiKey(_) => Some(CredentialKind::ApiKey),
            Self::Trusted => None,
        }
    }
}

/// A state that the list never has.
const NEVER: u64 = u64::MAX;

impl Standing {
    pub(crate) fn new(basis: Basis, window: Window) -> Self {
        Self { basis, window, cleared_at: AtomicU64::new(NEVER) }
    }

    pub(crate) fn basis(&self) -> &Basis {
        &self.basis
    }

    pub(crate) fn is_in_time(&self, now: NumericDate) -> bool {
        self.window.contains(now)
    }

    /// Was it found not to be revoked when the list was in that state?
    pub(crate) fn is_cleared(&self, revocations: u64) -> bool {
        self.cleared_at.load(Ordering::Relaxed) == revocations
    }

    pub(super) fn clear(&self, revocations: u64) {
        self.cleared_at.store(revocations, Ordering::Relaxed);
    }

    pub(super) fn was_ever_cleared(&self) -> bool {
        !self.is_cleared(NEVER)
    }
}

impl Clone for Standing {
    fn clone(&self) -> Self {
        let cleared_at = AtomicU64::new(self.cleared_at.load(Ordering::Relaxed));
        Self { basis: self.basis.clone(), window: self.window, cleared_at }
    }
}
