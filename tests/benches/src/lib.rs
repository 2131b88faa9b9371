//! What the benchmarks share: the harness, the form of their results, tokens and the things that are measured.
//!
//! A benchmark is a program in `benches/` that reads like its table: rows are closures that run `n` iterations
//! ([`Table`]), and results are printed and written as JSON ([`Report`]).

pub mod apps;
mod arguments;
mod at_once;
pub mod budget;
mod claims;
mod cores;
mod duet;
mod key;
pub mod keys;
mod machine;
mod mint;
mod peer;
mod published;
mod raw;
pub mod report;
mod rotation;
pub mod setting;
mod table;
mod tokens;
pub mod valgrind;

pub use arguments::Arguments;
pub use at_once::at_once;
pub use claims::{Claims, Tenant};
pub use cores::Cores;
pub use duet::Duet;
pub use key::SigningKey;
pub use machine::Machine;
pub use mint::{Mint, take_apart};
pub use peer::Peer;
pub use published::Published;
pub use raw::RawKey;
pub use report::Report;
pub use rotation::Rotation;
pub use table::{Round, Samples, Table};
pub use tokens::Tokens;
