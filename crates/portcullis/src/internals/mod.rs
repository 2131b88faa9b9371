//! **Not public API**, and no part of what the version number promises: single steps of the verification, for this
//! workspace's own fuzzing and test vectors. Every function hands on to production code and decides nothing itself.

pub mod cache;
pub mod caching;
pub mod credential;
pub mod discovery;
pub mod json;
pub mod jws;
pub mod key_set;
pub mod location;
