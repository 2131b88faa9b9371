//! Key sets and discovery documents with something wrong.

mod discovery;
mod key;
mod key_set;
pub(crate) mod served;

pub use discovery::BadDiscovery;
pub use key::{BadKey, KeyCase};
pub use key_set::BadKeySet;

#[cfg(test)]
mod tests;
