//! What the owner of the keys, the keeper and those who wait synchronise with, and where a keeper's task goes.
//!
//! That is std, arc-swap and tokio, except in the tests of a build with `--cfg shuttle`: there all of it is replaced,
//! so that a model checker chooses who does the next step. See `interleavings`.

#[cfg(all(test, shuttle))]
pub(super) use super::interleavings::stand_ins::*;

#[cfg(not(all(test, shuttle)))]
pub(super) use {
    arc_swap::ArcSwapOption,
    std::sync::atomic::{AtomicU64, AtomicUsize},
    std::sync::{Mutex, MutexGuard},
    std::thread::panicking,
    tokio::runtime::Handle,
    tokio::sync::{Notify, watch},
    tokio::task::AbortHandle,
};
