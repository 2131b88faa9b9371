//! What a verification rests on, and so what has to be the same for it to be still worth something.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::claims::{NumericDate, Window};

/// With which keys a token was verified, when its dates are in order, and when it was last found not to be revoked.
pub(crate) struct Standing {
    keys: KeysUsed,
    window: Window,
    /// The state of the list of revocations at which it was found not to be on it.
    cleared_at: AtomicU64,
}

/// The keys that a signature was good with: it has to be checked again when there are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeysUsed {
    /// The position of the issuer in the configuration.
    pub(crate) issuer: usize,
    /// The generation of its keys.
    pub(crate) generation: u64,
}

impl Standing {
    pub(crate) fn new(keys: KeysUsed, window: Window, revocations: u64) -> Self {
        Self { keys, window, cleared_at: AtomicU64::new(revocations) }
    }

    pub(crate) fn keys(&self) -> KeysUsed {
        self.keys
    }

    pub(crate) fn is_in_time(&self, now: NumericDate) -> bool {
        self.window.contains(now)
    }

    /// Was it found not to be revoked when the list was in that state?
    pub(crate) fn is_cleared(&self, revocations: u64) -> bool {
        self.cleared_at.load(Ordering::Relaxed) == revocations
    }

    pub(crate) fn clear(&self, revocations: u64) {
        self.cleared_at.store(revocations, Ordering::Relaxed);
    }
}

impl Clone for Standing {
    fn clone(&self) -> Self {
        Self::new(self.keys, self.window, self.cleared_at.load(Ordering::Relaxed))
    }
}
