//! **Not public API.** Inner layers for this project's test vectors and fuzz targets, behind the feature `__internals`.
//! May change or go in any release. Everything in here calls what production calls and decides nothing itself.

pub mod jws;
