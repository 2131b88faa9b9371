//! Where in the tables a token would be: 64 bits of a fast hash under a random seed. It finds and proves nothing; what is
//! found there has a [tag](super::tag) to be compared.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use foldhash::quality::FixedState;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(u64);

/// Gives addresses to tokens.
pub(super) struct Addresses(FixedState);

impl Addresses {
    pub(super) fn new() -> Self {
        // Seeded by the system's generator: std's way to its randomness.
        Self(FixedState::with_seed(RandomState::new().hash_one(0)))
    }

    pub(super) fn of(&self, token: &[u8]) -> Address {
        let mut hasher = self.0.build_hasher();
        hasher.write(token);
        Address(hasher.finish())
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Takes an [`Address`] for its own hash.
#[derive(Clone, Copy)]
pub(super) struct AsItIs;

pub(super) struct Bits(u64);

impl BuildHasher for AsItIs {
    type Hasher = Bits;

    fn build_hasher(&self) -> Bits {
        Bits(0)
    }
}

impl Hasher for Bits {
    fn finish(&self) -> u64 {
        self.0
    }

    /// Not what an address writes; folds in whatever it gets.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }
}
