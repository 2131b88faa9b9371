//! Single steps of the verification, for this workspace's own fuzzing and vector tests: not public API, and no part
//! of what the version number promises. Every function hands on to production code and decides nothing itself.

pub mod caching;
pub mod credential;
pub mod discovery;
pub mod json;
pub mod key_set;
pub mod location;
