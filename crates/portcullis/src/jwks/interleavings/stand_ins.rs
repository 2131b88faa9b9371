//! What `sync` takes when a model checker is to choose who does the next step.
//!
//! Mutexes, atomics and tasks are shuttle's. Those of arc-swap and tokio are the real ones, with a point before each
//! operation at which another task may be chosen. That is sound because shuttle runs every task of a model on one
//! thread and changes from one to another at such points only: an operation that holds none is one atomic step, as it
//! is for those who use it (both crates promise that, and are checked for it themselves), and a lock inside of it is
//! free again before anybody else runs, so it can never block the thread. A point *after* an operation is not needed:
//! whatever of ours comes next has one before it.
//!
//! Shuttle knows one order of memory accesses only; what `Relaxed` allows beyond it is not explored.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;

use arc_swap::Guard;
use shuttle::future::{JoinHandle, spawn};
use shuttle::sync::atomic::{AtomicBool, Ordering};

pub(in crate::jwks) use shuttle::future::AbortHandle;
pub(in crate::jwks) use shuttle::sync::atomic::{AtomicU64, AtomicUsize};
pub(in crate::jwks) use shuttle::sync::{Mutex, MutexGuard};

/// Here another task may be chosen. Not `yield_now`, which asks for another one, and so hides the cases in which this
/// one goes on.
fn choose() {
    AtomicBool::new(false).load(Ordering::SeqCst);
}

pub(in crate::jwks) struct ArcSwapOption<T>(arc_swap::ArcSwapOption<T>);

impl<T> ArcSwapOption<T> {
    pub(in crate::jwks) fn empty() -> Self {
        Self(arc_swap::ArcSwapOption::empty())
    }

    pub(in crate::jwks) fn load(&self) -> Guard<Option<Arc<T>>> {
        choose();
        self.0.load()
    }

    pub(in crate::jwks) fn load_full(&self) -> Option<Arc<T>> {
        choose();
        self.0.load_full()
    }

    pub(in crate::jwks) fn store(&self, value: Option<Arc<T>>) {
        choose();
        self.0.store(value);
    }
}

pub(in crate::jwks) struct Notify(tokio::sync::Notify);

impl Notify {
    pub(in crate::jwks) fn new() -> Self {
        Self(tokio::sync::Notify::new())
    }

    pub(in crate::jwks) fn notify_one(&self) {
        choose();
        self.0.notify_one();
    }

    pub(in crate::jwks) fn notified(&self) -> tokio::sync::futures::Notified<'_> {
        choose();
        self.0.notified()
    }
}

pub(in crate::jwks) mod watch {
    use tokio::sync::watch;

    use super::choose;

    pub(in crate::jwks) struct Sender<T>(watch::Sender<T>);

    pub(in crate::jwks) struct Receiver<T>(watch::Receiver<T>);

    impl<T> Sender<T> {
        pub(in crate::jwks) fn new(value: T) -> Self {
            Self(watch::Sender::new(value))
        }

        pub(in crate::jwks) fn send_modify(&self, modify: impl FnOnce(&mut T)) {
            choose();
            self.0.send_modify(modify);
        }

        pub(in crate::jwks) fn subscribe(&self) -> Receiver<T> {
            choose();
            Receiver(self.0.subscribe())
        }
    }

    impl<T> Receiver<T> {
        pub(in crate::jwks) fn borrow_and_update(&mut self) -> watch::Ref<'_, T> {
            choose();
            self.0.borrow_and_update()
        }

        pub(in crate::jwks) async fn changed(&mut self) -> Result<(), watch::error::RecvError> {
            choose();
            self.0.changed().await
        }
    }
}

shuttle::thread_local! {
    static CURRENT: RefCell<Weak<Tasks>> = RefCell::new(Weak::new());
    /// Of this task: std's answer is for the one thread that all of them share.
    static PANICKING: Cell<bool> = Cell::new(false);
}

/// A runtime that can be shut down at any moment; its tasks end at their next await, as those of tokio's do.
#[derive(Default)]
pub(super) struct Runtime(Arc<Tasks>);

/// A lock of std's: never held at a point where another task may be chosen.
#[derive(Default)]
struct Tasks(std::sync::Mutex<Started>);

#[derive(Default)]
struct Started {
    shut_down: bool,
    tasks: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// A task of the model, such as a request.
    pub(super) fn run<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        spawn(within(&self.0, future))
    }

    pub(super) fn shut_down(&self) {
        choose();
        let tasks: Vec<_> = {
            let mut started = self.0.0.lock().unwrap();
            started.shut_down = true;
            started.tasks.iter().map(JoinHandle::abort_handle).collect()
        };
        tasks.iter().for_each(AbortHandle::abort);
    }

    /// Resolves when everything that the library has started here so far is over.
    pub(super) async fn is_idle(&self) {
        let tasks = std::mem::take(&mut self.0.0.lock().unwrap().tasks);
        for task in tasks {
            drop(task.await);
        }
    }
}

/// In place of tokio's.
pub(in crate::jwks) struct Handle(Arc<Tasks>);

impl Handle {
    pub(in crate::jwks) fn try_current() -> Result<Self, ()> {
        CURRENT.with(|current| current.borrow().upgrade()).map(Self).ok_or(())
    }

    pub(in crate::jwks) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Spawned {
        let task = spawn(within(&self.0, caught(future)));
        let abort = task.abort_handle();
        let mut started = self.0.0.lock().unwrap();
        if started.shut_down {
            drop(started);
            task.abort();
        } else {
            started.tasks.push(task);
        }
        Spawned(abort)
    }
}

fn within<T, F: Future<Output = T>>(runtime: &Arc<Tasks>, future: F) -> impl Future<Output = T> + use<T, F> {
    let runtime = Arc::downgrade(runtime);
    async move {
        CURRENT.with(|current| current.replace(runtime));
        future.await
    }
}

pub(in crate::jwks) struct Spawned(AbortHandle);

impl Spawned {
    pub(in crate::jwks) fn abort_handle(&self) -> AbortHandle {
        self.0.clone()
    }
}

pub(in crate::jwks) fn panicking() -> bool {
    PANICKING.with(Cell::get)
}

struct AsTold;

/// The panic of a client, which stays within the task of the keeper. Any other one fails the model.
pub(super) fn panic_as_told() -> ! {
    PANICKING.with(|panicking| panicking.set(true));
    resume_unwind(Box::new(AsTold))
}

async fn caught(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(panic) if panic.is::<AsTold>() => {
            PANICKING.with(|panicking| panicking.set(false));
            Poll::Ready(())
        }
        Err(panic) => resume_unwind(panic),
    })
    .await;
}
