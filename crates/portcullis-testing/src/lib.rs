//! Test kit.
#![forbid(unsafe_code)]

#[cfg(test)]
mod check;
mod clock;
mod defect;
mod document;
mod encoding;
mod issuer;
mod key;
pub mod shape;
mod token;

pub use clock::ManualClock;
pub use defect::{Defect, Oddity, ProfileDefect};
pub use document::{BadDiscovery, BadKey, BadKeySet, KeyCase};
pub use issuer::{TestIssuer, TestIssuerBuilder};
pub use key::TestKey;
pub use token::TokenBuilder;
