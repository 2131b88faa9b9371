//! Those who wait, and those who go away.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::explore;
use super::stage::{Reply, Stage};
use super::stand_ins::Runtime;
use crate::defaults::MAX_WAITING_REQUESTS;
use crate::jwks::{Demand, WaitOutcome};

/// PC-JWKS-1
#[test]
fn requests_that_come_together_make_one_fetch_and_all_find_its_keys() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let requests = [(); 4].map(|()| runtime.run(Arc::clone(&stage).request("a")));
        for request in requests {
            assert_eq!(request.await.unwrap(), Ok(()));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, 0));
    });
}

/// PC-JWKS-1, PC-JWKS-3
#[test]
fn requests_that_come_together_share_the_failure_of_one_fetch_as_well() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        stage.issuer.reply(&[Reply::Fail]);
        let requests = [(); 4].map(|()| runtime.run(Arc::clone(&stage).request("a")));
        for request in requests {
            assert_eq!(request.await.unwrap(), Err("unavailable"));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, 0));
    });
}

/// Each joins the attempt in flight or starts the next one, just as one ends or the keeper falls asleep.
#[test]
fn nobody_who_comes_just_as_an_attempt_ends_waits_for_ever() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let refreshes = [(); 3].map(|()| {
            let stage = Arc::clone(&stage);
            runtime.run(async move {
                for _ in 0..2 {
                    assert_eq!(stage.keys.refresh().await, WaitOutcome::Published);
                    assert!(stage.has("a"), "what is told to be published is there");
                }
            })
        });
        for refresh in refreshes {
            refresh.await.unwrap();
        }
        assert!((2..=7).contains(&stage.issuer.fetches()));
        assert_eq!(stage.waiting(), 0);
    });
}

#[test]
fn requests_cancelled_at_any_step_take_neither_the_fetch_nor_a_place_with_them() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let cancelled = [(); 3].map(|()| runtime.run(Arc::clone(&stage).request("a")));
        let stays = runtime.run(Arc::clone(&stage).request("a"));
        cancelled.iter().for_each(|request| request.abort());
        assert_eq!(stays.await.unwrap(), Ok(()));
        for request in cancelled {
            assert!(matches!(request.await, Ok(Ok(())) | Err(_)));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, 0));
    });
}

/// Never polled at all: the place is taken by then.
#[test]
fn a_wait_that_is_dropped_at_once_gives_its_place_back() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let dropped = [(); 3].map(|()| {
            let stage = Arc::clone(&stage);
            runtime.run(async move { drop(stage.keys.demand(Some("a"))) })
        });
        let stays = runtime.run(Arc::clone(&stage).request("a"));
        for request in dropped {
            request.await.unwrap();
        }
        assert_eq!(stays.await.unwrap(), Ok(()));
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, 0));
    });
}

#[test]
fn no_more_wait_than_there_are_places_and_the_others_are_told_so() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let places = &stage.keys.shared().waiting;
        places.store(MAX_WAITING_REQUESTS - 2, Ordering::Relaxed);
        let crowd = [(); 4].map(|()| {
            let stage = Arc::clone(&stage);
            runtime.run(async move {
                let demand = stage.keys.demand(None);
                assert!(stage.waiting() <= MAX_WAITING_REQUESTS);
                match demand {
                    Demand::Wait(wait) => assert_eq!(wait.await, WaitOutcome::Published),
                    other => assert!(matches!(other, Demand::Unavailable { .. }), "{other:?}"),
                }
            })
        });
        for request in crowd {
            request.await.unwrap();
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, MAX_WAITING_REQUESTS - 2));
    });
}
