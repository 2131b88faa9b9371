//! The list under a model checker, which chooses at each lock and each atomic who goes on.

use std::sync::Arc;

use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::thread;

use super::tests::{HOUR, Hands, ISSUER, noon, token};
use super::{Revocation, Revocations};
use crate::principal::{Caller, TrustedCaller};

/// Schedules of each of the two kinds: chosen evenly at each step, and with three changes of priority.
const SCHEDULES: usize = 10_000;

fn explore(model: impl Fn() + Send + Sync + 'static) {
    let model = Arc::new(model);
    let again = Arc::clone(&model);
    shuttle::check_random(move || model(), SCHEDULES);
    shuttle::check_pct(move || again(), SCHEDULES, 3);
}

fn is_revoked(revocations: &Revocations) -> bool {
    revocations.find(token("one")).is_some()
}

/// Each thread has a caller of its own made of the one token, as with the cache. Nothing that one of them notes while it is
/// revoked lets any of them in afterwards.
#[test]
fn what_threads_note_of_a_token_does_not_outlive_its_revocation() {
    explore(|| {
        let revocations = Revocations::with_clock(Hands::new());
        let first = caller();
        let done = Arc::new(AtomicBool::new(false));
        let readers = [(); 2].map(|()| {
            let (revocations, done) = (revocations.clone(), Arc::clone(&done));
            let own = Caller::new(Arc::clone(first.verified()));
            thread::spawn(move || {
                let was_done = done.load(Ordering::SeqCst);
                assert!(revocations.clear(&own).is_err() || !was_done);
                own
            })
        });
        revocations.revoke_token(ISSUER, "one", noon() + 9 * HOUR);
        done.store(true, Ordering::SeqCst);
        for reader in readers {
            assert!(revocations.clear(&reader.join().unwrap()).is_err());
        }
        assert!(revocations.clear(&Caller::new(Arc::clone(first.verified()))).is_err());
    });
}

fn caller() -> Arc<Caller> {
    let trusted = TrustedCaller::new(ISSUER, "alice").claim("jti", "one").build();
    Arc::clone(trusted.caller().unwrap())
}

/// A cache remembers that the token was not revoked, with the number from before it looked. Two revoke it at once: when
/// one of them is done, what is remembered no longer counts, and the token is found, also while entries are dropped.
#[test]
fn an_answer_that_is_remembered_is_out_of_date_when_the_token_is_revoked() {
    explore(|| {
        let hands = Hands::new();
        let revocations = Revocations::with_clock(hands.clone());
        revocations.revoke_token(ISSUER, "ended", noon());
        hands.advance(HOUR);
        let done = Arc::new(AtomicBool::new(false));
        let writers = [(); 2].map(|()| {
            let (revocations, done) = (revocations.clone(), Arc::clone(&done));
            thread::spawn(move || {
                revocations.revoke_token(ISSUER, "one", noon() + 9 * HOUR);
                done.store(true, Ordering::SeqCst);
            })
        });
        let (before, found) = (revocations.epoch(), is_revoked(&revocations));
        let is_done = done.load(Ordering::SeqCst);
        assert!(!is_done || found || revocations.epoch() != before);
        assert!(!is_done || is_revoked(&revocations));
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        assert!(is_revoked(&revocations) && (found || revocations.epoch() != before));
    });
}

/// Two revoke while a feed takes, and one of what it takes gets lost on the way: when the feed says that all up to a number
/// is shared, what has that number or a lower one was in what it shared.
#[test]
fn what_is_said_to_be_shared_was_taken_and_nothing_is_lost() {
    explore(|| {
        let revocations = Revocations::with_clock(Hands::new());
        let feed = revocations.feed(HOUR).unwrap();
        let revokers = ["one", "two"].map(|jti| {
            let revocations = revocations.clone();
            thread::spawn(move || (jti, revocations.add(&Revocation::token(ISSUER, jti, noon() + HOUR))))
        });
        let mut shared: Vec<String> = Vec::new();
        let mut claims = Vec::new();
        // The whole list first, then what has come since, then all of it again because something got lost.
        for loses in [false, false, true, false] {
            match feed.outgoing() {
                Some(_) if loses => feed.share_again(),
                Some(outgoing) => {
                    shared.extend(outgoing.revocations.iter().map(|revocation| revocation.value().to_owned()));
                    claims.push((outgoing.up_to, shared.clone()));
                }
                None => {}
            }
        }
        let revoked = revokers.map(|revoker| revoker.join().unwrap());
        for (up_to, shared) in claims {
            for (jti, number) in &revoked {
                assert!(*number > up_to || shared.iter().any(|shared| shared == jti));
            }
        }
        let last = feed.outgoing().map(|outgoing| outgoing.revocations).unwrap_or_default();
        shared.extend(last.iter().map(|revocation| revocation.value().to_owned()));
        assert!(revoked.iter().all(|(jti, _)| shared.iter().any(|shared| shared == jti)));
    });
}
