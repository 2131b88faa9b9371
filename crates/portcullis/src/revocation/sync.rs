//! What those who revoke and those who look share: std's locks and atomics, or those of a model checker. See
//! `interleavings`.

#[cfg(all(test, shuttle))]
pub(super) use shuttle::sync::{
    Mutex, MutexGuard, RwLock, RwLockWriteGuard,
    atomic::{AtomicU64, AtomicUsize},
};

#[cfg(not(all(test, shuttle)))]
pub(super) use std::sync::{
    Mutex, MutexGuard, RwLock, RwLockWriteGuard,
    atomic::{AtomicU64, AtomicUsize},
};
