//! A bound on what reading an input may allocate.

use std::alloc::System;

use cap::Cap;

// The C side of the cryptography allocates for itself and is not counted.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// Beyond what grows with the input: error texts, fixed buffers.
const FIXED: usize = 64 * 1024;

/// Runs `read`, which may hold at most `factor` times `len` octets on the heap at any time. More is an abort.
pub fn bounded<T>(len: usize, factor: usize, read: impl FnOnce() -> T) -> T {
    let limit = HEAP.allocated() + factor * len + FIXED;
    HEAP.set_limit(limit).expect("above what is allocated");
    let outcome = read();
    HEAP.set_limit(usize::MAX).expect("no limit");
    outcome
}

/// What `read` leaves on the heap for as long as its outcome lives.
pub fn retained<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let before = HEAP.allocated();
    let outcome = read();
    (outcome, HEAP.allocated().saturating_sub(before))
}
