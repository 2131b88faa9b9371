//! The load: a process of its own on the other core, so that it takes nothing from the server's.
//!
//! Every connection is a closed loop, one request after the answer to the one before, so the load ends when the time
//! is up, and never runs ahead of the server.

mod connection;
mod generator;
mod orders;

pub(crate) use generator::generate;
pub(crate) use orders::{Generator, Order};

/// The first argument of a process that generates load.
pub(crate) const ROLE: &str = "generate-load";

/// As many as wrk was given for the figures this was compared with.
pub(crate) const CONNECTIONS: usize = 32;
