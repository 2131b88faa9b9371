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

/// A state that the list never has.
const NEVER: u64 = u64::MAX;

impl Standing {
    pub(crate) fn new(keys: KeysUsed, window: Window) -> Self {
        Self { keys, window, cleared_at: AtomicU64::new(NEVER) }
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
        Self { keys: self.keys, window: self.window, cleared_at }
    }
}
