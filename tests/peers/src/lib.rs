//! Resource servers to be measured side by side: portcullis, and every peer that can be built, each with one route.
//!
//! A file of [`servers`] is the whole set-up of one peer, as its users would write it. What is measured, and how, is at the
//! top of `benches/peers/main.rs`.

mod asked;
mod claims;
pub mod contestants;
mod keys;
pub mod provider;
pub mod servers;
pub mod tokens;
mod versions;

pub use asked::{ActixService, Asked, Request, Server, runtime};
pub use claims::{Claims, OwnClaims};
pub use keys::{KeyServer, Trust};
pub use versions::{version_of, versions_of};
