//! Two threads that do the same at the same time.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::Cores;

/// A second thread, on a core of its own, that sleeps until it is asked to play along.
///
/// Each of the two has its own copy of what is done and looks at its own clock; they share what their copies share.
#[derive(Debug)]
pub struct Duet<F> {
    mine: F,
    asked: Option<Sender<u64>>,
    answers: Receiver<Duration>,
    start: Arc<Barrier>,
    partner: Option<JoinHandle<()>>,
}

impl<F: FnMut(u64)> Duet<F> {
    /// With what the calling thread does and what the second one does; `None` where there is no second core for it.
    ///
    /// # Panics
    /// If the system has no more threads.
    pub fn new(cores: &Cores, mine: F, mut theirs: impl FnMut(u64) + Send + 'static) -> Option<Self> {
        let (asked, asks) = channel();
        let (answer, answers) = channel();
        let start = Arc::new(Barrier::new(2));
        let (cores, theirs_start) = (cores.clone(), Arc::clone(&start));
        let play = move || {
            let pinned = cores.pin(1);
            if answer.send(if pinned { Duration::ZERO } else { Duration::MAX }).is_err() || !pinned {
                return;
            }
            for n in asks {
                theirs_start.wait();
                let elapsed = timed(|| theirs(n));
                if answer.send(elapsed).is_err() {
                    return;
                }
            }
        };
        let partner = thread::Builder::new().spawn(play).expect("a second thread");
        let ready = answers.recv().is_ok_and(|answer| answer == Duration::ZERO);
        ready.then_some(Self { mine, asked: Some(asked), answers, start, partner: Some(partner) })
    }

    /// Both do it `n` times; the mean of what each of them took.
    ///
    /// # Panics
    /// If the second thread panicked.
    pub fn play(&mut self, n: u64) -> Duration {
        let asked = self.asked.as_ref().map(|asked| asked.send(n));
        assert!(matches!(asked, Some(Ok(()))), "the second thread listens");
        self.start.wait();
        let mine = timed(|| (self.mine)(n));
        (mine + self.answers.recv().expect("the second thread answers")) / 2
    }
}

impl<F> Drop for Duet<F> {
    fn drop(&mut self) {
        // Nobody asks any more, so it ends.
        self.asked = None;
        if let Some(partner) = self.partner.take() {
            let _ = partner.join();
        }
    }
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn both_do_it_as_often_as_asked() {
        let done = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
        let player = |index: usize| {
            let done = Arc::clone(&done);
            move |n| {
                done[index].fetch_add(n, Ordering::Relaxed);
            }
        };
        let Some(mut duet) = Duet::new(&Cores::available(), player(0), player(1)) else { return };
        duet.play(3);
        duet.play(4);
        drop(duet);
        assert_eq!([0, 1].map(|index: usize| done[index].load(Ordering::Relaxed)), [7, 7]);
    }
}
