use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::tests::{HOUR, Hands, ISSUER, noon, token};
use super::*;
use crate::defaults::{MAX_REVOCATIONS_WAITING, REVOCATIONS_USABLE_FOR as USABLE_FOR};
use crate::principal::TrustedCaller;

const MILLI: Duration = Duration::from_millis(1);

/// A list at noon with a feed, and its clock.
fn fed() -> (Revocations, RevocationFeed, Hands) {
    let hands = Hands::new();
    let list = Revocations::with_clock(hands.clone());
    let feed = list.feed(USABLE_FOR).unwrap();
    (list, feed, hands)
}

fn one(jti: &str) -> Revocation {
    Revocation::token(ISSUER, jti, noon() + HOUR)
}

fn taken(feed: &RevocationFeed) -> Option<Vec<Revocation>> {
    feed.outgoing().map(|outgoing| outgoing.revocations)
}

fn state(list: &Revocations) -> Option<FeedState> {
    list.feed_status().map(|status| status.state)
}

/// The deadline that requests look at and the status that operators look at agree.
fn assert_usable(list: &Revocations, usable: bool) {
    let reason = list.check_age().err().map(|error| (error.reason(), error.retry_after()));
    let expected = (!usable).then_some((Reason::RevocationsUnavailable, Some(defaults::RETRY_AFTER)));
    assert_eq!(reason, expected);
    assert_eq!(list.feed_status().is_none_or(|status| status.is_usable()), usable);
}

#[test]
fn a_list_without_a_feed_is_never_too_old() {
    let hands = Hands::new();
    let list = Revocations::with_clock(hands.clone());
    hands.advance(100_000 * HOUR);
    assert_usable(&list, true);
    assert_eq!(list.feed_status(), None);
}

#[test]
fn a_list_with_a_feed_is_of_no_use_until_it_was_in_step_and_again_when_that_is_too_long_ago() {
    let (list, feed, hands) = fed();
    assert_usable(&list, false);
    assert_eq!(list.feed_status().unwrap().age, None);
    let asked = feed.asking();
    // The answer takes its time, and counts from when it was asked for.
    hands.advance(Duration::from_secs(10));
    feed.in_step(asked);
    assert_eq!(state(&list), Some(FeedState::InStep));
    hands.advance(USABLE_FOR - Duration::from_secs(10) - MILLI);
    assert_usable(&list, true);
    feed.behind(&"no answer");
    assert_eq!(state(&list), Some(FeedState::Behind));
    hands.advance(MILLI);
    assert_usable(&list, false);
    assert_eq!(list.feed_status().unwrap().age, Some(USABLE_FOR));
    feed.in_step(feed.asking());
    assert_usable(&list, true);
    // An answer to an earlier question takes nothing back.
    feed.in_step(asked);
    assert_eq!(list.feed_status().unwrap().age, Some(Duration::ZERO));
}

#[test]
fn a_feed_that_is_gone_leaves_the_list_to_grow_old_and_another_may_take_over() {
    let (list, feed, hands) = fed();
    assert_eq!(list.feed(USABLE_FOR).unwrap_err(), FeedError::HasOne);
    feed.in_step(feed.asking());
    drop(feed);
    assert_eq!(state(&list), Some(FeedState::Behind));
    assert_usable(&list, true);
    hands.advance(USABLE_FOR);
    assert_usable(&list, false);
    let second = list.feed(2 * USABLE_FOR).unwrap();
    assert_usable(&list, true);
    second.detach();
    hands.advance(100 * HOUR);
    assert_usable(&list, true);
    assert_eq!(state(&list), None);
}

#[test]
fn how_long_a_list_may_be_out_of_step_is_bounded() {
    let list = Revocations::new();
    let day = 24 * HOUR;
    for bad in [Duration::ZERO, Duration::from_secs(1) - MILLI, day + MILLI, Duration::MAX] {
        assert_eq!(list.feed(bad).unwrap_err(), FeedError::UsableFor);
    }
    for good in [Duration::from_secs(1), day] {
        list.feed(good).unwrap().detach();
    }
    assert_usable(&list, true);
}

/// What is certain stays certain: a client that shows a revoked token is not told to try again.
#[test]
fn a_token_that_is_known_to_be_revoked_is_refused_for_that_however_old_the_list_is() {
    let (list, feed, _) = fed();
    list.add(&one("one"));
    feed.in_step(feed.asking());
    drop(feed);
    let caller = TrustedCaller::new(ISSUER, "somebody").claim("jti", "one").build();
    assert_eq!(list.check(caller.caller().unwrap()).unwrap_err().reason(), Reason::TokenRevoked);
}

#[test]
fn what_was_revoked_here_is_outgoing_once_and_what_others_revoked_is_not() {
    let hands = Hands::new();
    let list = Revocations::with_clock(hands.clone());
    let early = list.add(&one("early"));
    let feed = list.feed(USABLE_FOR).unwrap();
    let outgoing = feed.outgoing().unwrap();
    assert_eq!((outgoing.revocations, outgoing.up_to), (vec![one("early")], early), "of before the feed");
    feed.apply(&[one("theirs")]);
    assert_eq!(taken(&feed), None);
    assert_eq!(list.find(token("theirs")), Some(RevocationKind::Token));
    list.revoke_token(ISSUER, "ours", noon() + HOUR);
    let last = list.add(&one("ours too"));
    let outgoing = feed.outgoing().unwrap();
    assert_eq!((outgoing.revocations, outgoing.up_to), (vec![one("ours"), one("ours too")], last));
    assert!(last > early);
    assert_eq!(taken(&feed), None);
}

#[test]
fn what_could_not_be_shared_is_outgoing_again_with_all_the_list() {
    let (list, feed, hands) = fed();
    feed.apply(&[one("theirs"), Revocation::token(ISSUER, "ended", noon())]);
    list.add(&one("ours"));
    assert!(feed.outgoing().is_some());
    feed.share_again();
    hands.advance(HOUR / 2);
    let all: HashSet<Revocation> = taken(&feed).unwrap().into_iter().collect();
    assert_eq!(all, HashSet::from([one("theirs"), one("ours")]), "what has ended is nobody's business");
    assert_eq!(taken(&feed), None);
}

#[test]
fn however_many_wait_memory_is_bounded_and_none_is_lost() {
    let (list, feed, _) = fed();
    assert!(feed.outgoing().is_some());
    let jti = |n: usize| n.to_string();
    for n in 0..MAX_REVOCATIONS_WAITING {
        list.add(&one(&jti(n)));
    }
    let in_order: Vec<Revocation> = (0..MAX_REVOCATIONS_WAITING).map(|n| one(&jti(n))).collect();
    assert_eq!(taken(&feed), Some(in_order));
    feed.apply(&[one("theirs")]);
    let mut last = None;
    for n in 0..3 * MAX_REVOCATIONS_WAITING {
        last = Some(list.add(&one(&jti(n))));
    }
    // One more than fits: all of the list, theirs too.
    let outgoing = feed.outgoing().unwrap();
    assert_eq!((outgoing.revocations.len(), Some(outgoing.up_to)), (3 * MAX_REVOCATIONS_WAITING + 1, last));
}

#[test]
fn a_feed_that_waits_is_woken_by_a_revocation_and_by_nothing_else() {
    let (list, feed, _) = fed();
    assert!(feed.outgoing().is_some());
    let mut wait = pin!(feed.has_outgoing());
    let mut context = Context::from_waker(Waker::noop());
    feed.apply(&[one("theirs")]);
    assert!(wait.as_mut().poll(&mut context).is_pending());
    list.add(&one("ours"));
    assert_eq!(wait.as_mut().poll(&mut context), Poll::Ready(()));
    assert!(feed.outgoing().is_some());
    assert!(pin!(feed.has_outgoing()).poll(&mut context).is_pending(), "a wake-up that is over");
}

#[test]
fn a_snapshot_says_what_was_revoked_with_the_later_times() {
    let (list, _feed, _) = fed();
    let later = noon() + 2 * HOUR;
    let all = [
        one("one"),
        Revocation::session(ISSUER, "s1", later),
        Revocation::client(ISSUER, "app", noon(), later),
        Revocation::key("prod", "k1", later),
    ];
    for revocation in &all {
        list.add(revocation);
    }
    list.revoke_subject(ISSUER, "alice", noon(), noon() + HOUR);
    list.revoke_subject(ISSUER, "alice", noon() - HOUR, later);
    let snapshot: HashSet<Revocation> = list.snapshot().into_iter().collect();
    let merged = Revocation::subject(ISSUER, "alice", noon(), later);
    assert_eq!(snapshot, all.into_iter().chain([merged]).collect());
    // Another list becomes the same by it, and nothing changes by it here.
    let other = Revocations::with_clock(Hands::new());
    for _ in 0..2 {
        for revocation in &snapshot {
            other.add(revocation);
        }
        assert_eq!(other.snapshot().into_iter().collect::<HashSet<_>>(), snapshot);
    }
}

/// What a cache lives by, for what comes from elsewhere: another number than before.
#[test]
fn what_a_feed_applies_is_counted_after_all_of_it_is_there() {
    let (list, feed, _) = fed();
    let before = list.epoch();
    feed.apply(&[one("one"), one("two")]);
    assert_eq!(list.epoch(), before + 2);
    feed.apply(&[one("one")]);
    assert_eq!(list.epoch(), before + 3, "whoever put it there may not have counted it yet");
}

#[cfg(feature = "tracing")]
#[test]
fn each_change_of_state_is_told_once_and_what_comes_from_a_feed_is_not_told_one_by_one() {
    let (list, feed, hands) = fed();
    let told = crate::telemetry::recorded::Recorded::start();
    let line = |level, message, rest| format!("{level} portcullis::revocations {message}: outcome={rest}");
    let too_old = "revocations are too old and callers are refused";
    for _ in 0..2 {
        feed.behind(&"no answer");
    }
    assert_eq!(told.take(""), [line("ERROR", too_old, "unavailable error=no answer")]);
    for _ in 0..2 {
        feed.in_step(feed.asking());
        feed.apply(&[one("one")]);
    }
    assert_eq!(told.take(""), [line("INFO", "revocations are in step", "in_step")]);
    hands.advance(Duration::from_secs(2));
    feed.report();
    for _ in 0..2 {
        feed.behind(&"no answer");
    }
    let behind = "revocations fell behind and still count";
    assert_eq!(told.take(""), [line("WARN", behind, "behind age_seconds=2 error=no answer")]);
    hands.advance(USABLE_FOR);
    feed.report();
    feed.report();
    assert_eq!(told.take(""), [line("ERROR", too_old, "unavailable age_seconds=302")]);
    feed.in_step(feed.asking());
    feed.skipped(&"not JSON");
    drop(feed);
    let ended = line("WARN", behind, "behind age_seconds=0 error=the feed has ended");
    let skipped = "WARN portcullis::revocations entry of the source skipped: error=not JSON".to_owned();
    assert_eq!(told.take(""), [line("INFO", "revocations are in step", "in_step"), skipped, ended]);
    list.feed(USABLE_FOR).unwrap().detach();
    assert_eq!(told.take(""), [""; 0]);
}
