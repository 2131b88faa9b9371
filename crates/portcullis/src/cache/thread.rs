//! Whether this thread can still have something of its own, and whether another is still there.
//!
//! A thread that ends drops its thread-local values one after another, and some of them may want a token verified: an
//! application's last message, say. By then the number that [`ThreadLocal`] knows the thread by may be dropped already,
//! and asking for another one would panic, in a place where that ends the process.

use std::cell::{Cell, OnceCell};
use std::sync::{Arc, Weak};

use thread_local::ThreadLocal;

/// There for each thread that was given a number by [`may_have_its_own`] and still has it.
static NUMBERED: ThreadLocal<()> = ThreadLocal::new();

std::thread_local! {
    static HERE: Here = const { Here { was_numbered: Cell::new(false), life: OnceCell::new() } };
}

/// Known to be gone once it was dropped, unlike what has nothing to drop.
struct Here {
    was_numbered: Cell<bool>,
    life: OnceCell<Arc<()>>,
}

/// To be asked before anything is made for this thread; what was made before can be had without.
///
/// On a thread that asks for the first time it is `true`: whether others had a number there, and it is gone, cannot be known.
#[cold]
pub(super) fn may_have_its_own() -> bool {
    HERE.try_with(|here| {
        if here.was_numbered.replace(true) {
            return NUMBERED.get().is_some();
        }
        NUMBERED.get_or(|| ());
        true
    })
    .unwrap_or(false)
}

/// Tells others whether this thread has ended. From one that is about to, it says that it has.
#[cold]
pub(super) fn life() -> Weak<()> {
    HERE.try_with(|here| Arc::downgrade(here.life.get_or_init(Arc::default))).unwrap_or_default()
}
