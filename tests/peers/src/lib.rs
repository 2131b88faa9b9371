//! Resource servers to be measured side by side: portcullis, and every peer that can be built, each with one route.
//!
//! A file of [`servers`] is the whole set-up of one peer, as its users would write it. What is measured, and how, is at the
//! top of `benches/peers/main.rs`.

mod asked;
mod claims;
mod contestants;
mod field;
mod framework;
mod keys;
pub mod provider;
pub mod servers;
pub mod tokens;
mod versions;

pub use asked::{ActixService, Asked, Request, Server};
pub use claims::{Claims, OwnClaims};
pub use contestants::{Checked, Contestant, Refresh};
pub use field::contestants;
pub use framework::Framework;
pub use keys::{KeyServer, Trust};
pub use versions::{version_of, versions_of};
