//! Test kit.
#![forbid(unsafe_code)]

mod clock;
mod encoding;
mod key;

pub use clock::ManualClock;
pub use key::TestKey;
