//! Tokens that name a key which has only just been published.

use std::sync::Arc;

use super::explore;
use super::stage::Stage;
use super::stand_ins::Runtime;
use crate::jwks::WaitOutcome;

/// PC-JWKS-1: whoever asks looks, demands, and looks again while others do, and while the keys are put in place.
#[test]
fn a_key_that_is_published_is_found_by_all_who_ask_for_it_at_once() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        assert_eq!(runtime.run(Arc::clone(&stage).request("a")).await.unwrap(), Ok(()));
        stage.issuer.publish(&["a", "b"]);
        let requests = [(); 3].map(|()| runtime.run(Arc::clone(&stage).request("b")));
        for request in requests {
            assert_eq!(request.await.unwrap(), Ok(()));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (2, 0));
    });
}

/// A fetch that was answered too early says nothing about the key: the next one who asks is not told that it was.
#[test]
fn a_key_that_is_published_during_a_fetch_is_found_by_the_second_request_at_the_latest() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        assert_eq!(runtime.run(Arc::clone(&stage).request("a")).await.unwrap(), Ok(()));
        let refresh = runtime.run(Arc::clone(&stage).refresh());
        let requests = [(); 2].map(|()| {
            let stage = Arc::clone(&stage);
            runtime.run(async move {
                stage.issuer.publish(&["a", "b"]);
                let first = Arc::clone(&stage).request("b").await;
                assert!(matches!(first, Ok(()) | Err("unknown")), "{first:?}");
                assert_eq!(stage.request("b").await, Ok(()));
            })
        });
        for request in requests {
            request.await.unwrap();
        }
        assert_eq!(refresh.await.unwrap(), WaitOutcome::Published);
        assert_eq!(stage.waiting(), 0);
    });
}
