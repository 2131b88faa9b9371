//! The tables of all threads, one for each that looked a token up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use thread_local::ThreadLocal;

use super::front::{Front, Gone};
use super::thread;
use crate::defaults;

pub(super) struct Fronts {
    of_threads: ThreadLocal<Apart<Mutex<Front>>>,
    /// Of the shared table.
    capacity: usize,
    /// Tokens that left the shared table, for whatever reason.
    gone: AtomicU64,
    /// Whose table is looked through next.
    turn: AtomicUsize,
}

/// On cache lines of its own, two of them since processors fetch them in pairs: what threads have for themselves lies side
/// by side, and each hit writes to it.
#[repr(align(128))]
struct Apart<T>(T);

impl Fronts {
    pub(super) fn new(capacity: usize) -> Self {
        Self { of_threads: ThreadLocal::new(), capacity, gone: AtomicU64::new(0), turn: AtomicUsize::new(0) }
    }

    /// This thread's own table; `None` while another thread looks through it or reads its count, and when this one is about
    /// to end.
    pub(super) fn here(&self) -> Option<MutexGuard<'_, Front>> {
        let front = self.of_threads.get().or_else(|| {
            let make = || Apart(Mutex::new(Front::new(self.capacity)));
            thread::may_have_its_own().then(|| self.of_threads.get_or(make))
        });
        match front?.0.try_lock() {
            Ok(front) => Some(front),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Changes this thread's own table, and drops what came out of it only when it is unlocked again.
    pub(super) fn unlocked(&self, change: impl FnOnce(&mut Front) -> Gone) {
        let gone = self.here().map(|mut front| change(&mut front));
        drop(gone);
    }

    pub(super) fn hits(&self) -> u64 {
        self.of_threads.iter().map(|front| lock(front).hits()).sum()
    }

    /// So many more have left the shared table. Now and then one thread has to let go of those, in turn: whoever asks pays
    /// for one table at most, and each had its turn within a part of the capacity, or once as many are gone as there are
    /// threads, if that is more.
    pub(super) fn count_gone(&self, gone: u64) {
        let before = self.gone.fetch_add(gone, Ordering::Relaxed);
        let threads = self.of_threads.iter().size_hint().0.max(1);
        let every = (self.capacity / defaults::TOKENS_LET_GO_PART / threads).max(1) as u64;
        if before / every != (before + gone) / every {
            self.sweep_next(threads);
        }
    }

    /// Without it a thread's table would keep alive what the shared one has let go.
    fn sweep_next(&self, threads: usize) {
        let next = |turn: usize| Some(if turn + 1 < threads { turn + 1 } else { 0 });
        let (Ok(turn) | Err(turn)) = self.turn.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        if let Some(front) = self.of_threads.iter().nth(turn) {
            let gone = lock(front).sweep();
            drop(gone);
        }
    }
}

fn lock(front: &Apart<Mutex<Front>>) -> MutexGuard<'_, Front> {
    front.0.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;

    use super::*;

    /// A pair of cache lines is 128 octets.
    #[test]
    fn what_two_threads_write_to_lies_on_different_cache_lines() {
        const THREADS: usize = 8;
        let fronts = &Fronts::new(100);
        let all_there = &Barrier::new(THREADS);
        let place = || std::ptr::from_ref(&*fronts.here().expect("nobody else has it")).addr();
        let note = || {
            let place = place();
            // Or another thread would get the number of one that has ended.
            all_there.wait();
            place
        };
        let places: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(note)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let lines: BTreeSet<_> = places.iter().map(|place| place / 128).collect();
        assert_eq!(lines.len(), THREADS, "{places:x?}");
        assert!(places.iter().all(|place| place % 128 + size_of::<Front>() <= 128), "{places:x?}");
    }

    /// Nothing in there panics, but what does must not take the thread's table away, nor the process.
    #[test]
    fn a_table_whose_thread_panicked_with_it_is_used_and_looked_through_like_any_other() {
        let fronts = Fronts::new(16);
        let panics = || {
            let _front = fronts.here().expect("nobody else has it");
            panic!("on purpose");
        };
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert!(fronts.of_threads.get().expect("made above").0.is_poisoned());
        assert!(fronts.here().is_some());
        assert_eq!(fronts.hits(), 0);
        fronts.count_gone(1);
    }
}
