//! The cache under comparison: whole suites of tests run without it, and with each hit held against a verification.

use std::env;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The environment variable that says so: `off`, or `compare`.
pub const VARIABLE: &str = "PORTCULLIS_TOKEN_CACHE";

static COMPARED: AtomicUsize = AtomicUsize::new(0);

fn asked_for(what: &str) -> bool {
    static ASKED: OnceLock<String> = OnceLock::new();
    ASKED.get_or_init(|| env::var(VARIABLE).unwrap_or_default()) == what
}

/// No authenticator has a cache, whatever was configured.
pub(crate) fn is_off() -> bool {
    asked_for("off")
}

/// A token that was verified and kept is looked up and verified again at once; a difference is a panic.
pub(crate) fn hits_are_compared() -> bool {
    asked_for("compare")
}

pub(crate) fn compared() {
    COMPARED.fetch_add(1, Ordering::Relaxed);
}

/// How many hits of this process were compared.
#[must_use]
pub fn comparisons() -> usize {
    COMPARED.load(Ordering::Relaxed)
}
