//! How much a token is used, as the shared table has to know to choose what it lets go.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// One for each remembered token, read on each hit by whichever thread has it. Written seldom: the first few uses, then
/// once after each time that the token came up to be let go and was spared.
///
/// Threads may write over each other: then a use is not counted, or a chance is had twice.
#[derive(Default)]
pub(crate) struct Usage {
    /// Since it was verified, up to [`MAX_CHANCES`].
    uses: AtomicU8,
    /// How often it may still come up to be let go and be spared.
    chances: AtomicU8,
    let_go: AtomicBool,
}

/// A regular is spared up to seven times between two of its uses. Tokens of a flood that are used `n` times each are spared
/// `n` - 2 times, and so it takes about that many uses of each to push the regular out.
const MAX_CHANCES: u8 = 7;

impl Usage {
    /// Used once more, and not for having been verified: it has all its chances again, one for each use before this.
    pub(super) fn count(&self) {
        let before = self.uses.load(Ordering::Relaxed);
        if before < MAX_CHANCES {
            self.uses.store(before + 1, Ordering::Relaxed);
        }
        if self.chances.load(Ordering::Relaxed) < before {
            self.chances.store(before, Ordering::Relaxed);
        }
    }

    /// Whether there was a chance left to take.
    pub(super) fn take_chance(&self) -> bool {
        let chances = self.chances.load(Ordering::Relaxed);
        if chances > 0 {
            self.chances.store(chances - 1, Ordering::Relaxed);
        }
        chances > 0
    }

    /// The shared table has let it go: what still points to it should, too.
    pub(super) fn let_go(&self) {
        self.let_go.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_let_go(&self) -> bool {
        self.let_go.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// And has them again when it is used again. The first use after it was verified proves nothing yet.
    #[test]
    fn a_token_has_as_many_chances_as_it_had_uses_beyond_the_first() {
        for uses in 0..12_usize {
            let usage = Usage::default();
            (0..uses).for_each(|_| usage.count());
            let chances = |usage: &Usage| (0..100).take_while(|_| usage.take_chance()).count();
            assert_eq!(chances(&usage), usize::from(MAX_CHANCES).min(uses.saturating_sub(1)), "{uses} uses");
            assert_eq!(chances(&usage), 0);
            usage.count();
            assert_eq!(chances(&usage), usize::from(MAX_CHANCES).min(uses), "and one more after {uses}");
        }
    }
}
