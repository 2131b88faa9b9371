//! The README of the project is tested here, and what the tests and the runner of test vectors share is kept here.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod servers;
#[path = "vectors/runner/mod.rs"]
pub mod vectors;
