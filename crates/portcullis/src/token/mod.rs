//! A token's parts.

mod algorithm;

pub use algorithm::{Algorithm, KeyKind};

pub(crate) use algorithm::AlgorithmSet;
