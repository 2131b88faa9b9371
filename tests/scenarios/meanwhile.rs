//! Keys that change while a token is verified with them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

use portcullis::clock::Clock;
use portcullis::{Algorithm, Reason};
use portcullis_testing::{ManualClock, TestIssuer};

use crate::scene::{ask, minutes};

/// A clock by which something happens in the middle of what asks it for the time.
#[derive(Clone)]
struct Interrupting {
    clock: ManualClock,
    next: Arc<Mutex<Option<Interruption>>>,
}

struct Interruption {
    of: ThreadId,
    /// How often the time is asked for until then.
    after: usize,
    by: Box<dyn FnOnce() + Send>,
}

impl Interrupting {
    fn new(clock: ManualClock) -> Self {
        Self { clock, next: Arc::default() }
    }

    /// Does it when this thread asks for the time that many times from now.
    fn interrupt(&self, after: usize, by: impl FnOnce() + Send + 'static) {
        *self.next.lock().unwrap() = Some(Interruption { of: thread::current().id(), after, by: Box::new(by) });
    }

    /// Whether it has not happened.
    fn is_pending(&self) -> bool {
        self.next.lock().unwrap().is_some()
    }

    fn asked(&self) {
        let mut next = self.next.lock().unwrap();
        if let Some(interruption) = next.as_mut().filter(|next| next.of == thread::current().id()) {
            interruption.after -= 1;
        }
        let due = next.take_if(|next| next.after == 0);
        drop(next);
        due.into_iter().for_each(|due| (due.by)());
    }
}

impl fmt::Debug for Interrupting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interrupting")
    }
}

impl Clock for Interrupting {
    fn now(&self) -> SystemTime {
        self.asked();
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.asked();
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.clock.sleep(duration)
    }
}

/// ATK-62: what is remembered is bound to the keys that the signature was checked with, not to those that came meanwhile.
#[test]
fn a_token_whose_key_is_withdrawn_while_it_is_verified_is_refused_from_then_on() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let issuer = Arc::new(TestIssuer::builder().algorithm(Algorithm::Ed25519).build());
    let clock = Interrupting::new(issuer.clock());
    let auth = TestIssuer::trusting_all(&[&issuer]).clock(clock.clone()).build().unwrap();
    let ask = |token: &str| runtime.block_on(ask(&auth, token));
    assert_eq!(ask(&issuer.token().sign()), Ok(()));
    let mut accepted = 0;
    for moment in 1.. {
        issuer.clock().advance(minutes(1));
        let token = issuer.token().sign();
        let (issuer, auth, runtime) = (Arc::clone(&issuer), auth.clone(), runtime.handle().clone());
        clock.interrupt(moment, move || {
            issuer.rotate_without_overlap();
            // On another thread, since this one may be in the runtime already.
            thread::spawn(move || runtime.block_on(auth.refresh())).join().unwrap();
        });
        match ask(&token) {
            Ok(()) if clock.is_pending() => break,
            Ok(()) => accepted += 1,
            Err(reason) => assert_eq!(reason, Reason::KeyUnknown, "withdrawn before it was looked for"),
        }
        for _ in 0..2 {
            assert_eq!(
                ask(&token),
                Err(Reason::KeyUnknown),
                "withdrawn when the time was asked for the {moment}. time"
            );
        }
    }
    assert!(accepted > 0, "in no case after the signature was checked");
    drop(clock.next.lock().unwrap().take());
}
