//! A token's parts: the compact form, the header, and the algorithms a header can name.

mod algorithm;
mod compact;
mod header;

pub(crate) use algorithm::AlgorithmSet;
pub use algorithm::{Algorithm, KeyKind};
pub(crate) use compact::CompactToken;
pub(crate) use header::{Header, KnownHeader, Typ};
