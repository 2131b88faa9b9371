#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod api_key;
mod authenticator;
#[cfg(test)]
mod check;
mod clock;
mod defect;
mod document;
mod encoding;
mod fetch;
mod issuer;
mod journal;
mod key;
mod script;
mod server;
pub mod shape;
pub mod store_contract;
mod token;

pub use api_key::{IssuedKey, KeyBuilder, TestKeyStore, TestKeys};
pub use clock::ManualClock;
pub use defect::{Defect, KeyDefect, LogoutDefect, Oddity, ProfileDefect};
pub use document::{BadDiscovery, BadKey, BadKeySet, KeyCase};
pub use fetch::ScriptedFetch;
pub use issuer::{TestIssuer, TestIssuerBuilder};
pub use journal::{Journal, RecordedRequest};
pub use key::TestKey;
pub use script::{Answer, Script};
pub use server::{Endpoint, TestServer, TestServerBuilder, WellKnown};
pub use token::TokenBuilder;
