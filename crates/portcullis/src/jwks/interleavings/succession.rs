//! Keepers and owners that end, and keepers that are late.

use std::sync::Arc;
use std::time::Duration;

use super::explore;
use super::stage::{Reply, Stage};
use super::stand_ins::Runtime;
use crate::jwks::{RefreshError, WaitOutcome};

/// The clock stands: a successor takes over because those who wait are woken, not because they look again.
#[test]
fn a_fetch_that_dies_with_its_runtime_is_made_again_for_those_who_wait_elsewhere() {
    explore(|| async {
        let (stage, dies, lives) = (Stage::new(), Runtime::default(), Runtime::default());
        stage.issuer.reply(&[Reply::Hang]);
        dies.run(Arc::clone(&stage).demand()).await.unwrap();
        stage.issuer.has_answered(1).await;
        let requests = [(); 3].map(|()| lives.run(Arc::clone(&stage).request("a")));
        dies.shut_down();
        for request in requests {
            assert_eq!(request.await.unwrap(), Ok(()));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (2, 0));
    });
}

/// Also in those in which the keeper is just being started there.
#[test]
fn a_runtime_that_ends_at_any_step_holds_up_nobody_elsewhere() {
    explore(|| async {
        let (stage, dies, lives) = (Stage::new(), Runtime::default(), Runtime::default());
        let there = dies.run(Arc::clone(&stage).demand());
        let requests = [(); 2].map(|()| lives.run(Arc::clone(&stage).request("a")));
        dies.shut_down();
        for request in requests {
            assert_eq!(request.await.unwrap(), Ok(()));
        }
        there.await.unwrap();
        assert_eq!(stage.waiting(), 0);
    });
}

#[test]
fn a_client_that_panics_fails_the_attempt_for_all_and_the_next_one_is_made_after_a_pause() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        stage.issuer.reply(&[Reply::Panic]);
        let requests = [(); 3].map(|()| runtime.run(Arc::clone(&stage).request("a")));
        for request in requests {
            assert_eq!(request.await.unwrap(), Err("unavailable"));
        }
        let status = stage.keys.status();
        assert_eq!((status.last_error, status.consecutive_failures), (Some(RefreshError::Interrupted), 1));
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (1, 0));
        stage.clock.jump(Duration::from_secs(1));
        let later = [(); 2].map(|()| runtime.run(Arc::clone(&stage).request("a")));
        for request in later {
            assert_eq!(request.await.unwrap(), Ok(()));
        }
        assert_eq!((stage.issuer.fetches(), stage.waiting()), (2, 0));
    });
}

/// It joins the attempt that fails, or has the next one made: by a successor that nobody has started yet.
#[test]
fn a_refresh_that_is_asked_for_while_a_client_panics_has_an_end() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        stage.issuer.reply(&[Reply::Panic]);
        for refresh in [(); 3].map(|()| runtime.run(Arc::clone(&stage).refresh())) {
            assert!(matches!(refresh.await.unwrap(), WaitOutcome::Failed | WaitOutcome::Published));
        }
        assert_eq!(runtime.run(Arc::clone(&stage).refresh()).await.unwrap(), WaitOutcome::Published);
        assert_eq!(stage.waiting(), 0);
    });
}

#[test]
fn an_owner_who_goes_away_ends_the_keeper_and_every_wait() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        stage.issuer.reply(&[Reply::Hang]);
        let waits = runtime.run(Arc::clone(&stage).waits()).await.unwrap().map(|wait| runtime.run(wait));
        let client = stage.client.clone();
        drop(stage);
        for wait in waits {
            assert_eq!(wait.await.unwrap(), WaitOutcome::Failed);
        }
        runtime.is_idle().await;
        assert_eq!(client.strong_count(), 0, "nothing is left behind");
    });
}

/// Those who wait may just be starting a successor.
#[test]
fn an_owner_who_goes_away_while_a_runtime_ends_leaves_nobody_waiting_either() {
    explore(|| async {
        let (stage, dies, lives) = (Stage::new(), Runtime::default(), Runtime::default());
        let waits = dies.run(Arc::clone(&stage).waits()).await.unwrap().map(|wait| lives.run(wait));
        let client = stage.client.clone();
        let owner = lives.run(async move { drop(stage) });
        dies.shut_down();
        for wait in waits {
            assert!(matches!(wait.await.unwrap(), WaitOutcome::Failed | WaitOutcome::Published));
        }
        owner.await.unwrap();
        lives.is_idle().await;
        dies.is_idle().await;
        assert_eq!(client.strong_count(), 0, "nothing is left behind");
    });
}

/// PC-JWKS-4 turned round: the first keeper has its answer in hand, and is late; a successor has been started.
#[test]
fn an_answer_that_comes_late_never_replaces_a_newer_one() {
    explore(|| async {
        let (stage, late, driven) = (Stage::new(), Runtime::default(), Runtime::default());
        late.run(Arc::clone(&stage).demand()).await.unwrap();
        stage.issuer.has_answered(1).await;
        stage.issuer.publish(&["b"]);
        stage.clock.jump(Duration::from_secs(30));
        let reader = driven.run(Arc::clone(&stage).read(["a", "b"], 4));
        let request = driven.run(Arc::clone(&stage).request("b")).await.unwrap();
        reader.await.unwrap();
        assert_eq!(request.is_ok(), stage.has("b"));
        late.shut_down();
        late.is_idle().await;
        assert_eq!(request.is_ok(), stage.has("b"));
        assert_eq!(stage.waiting(), 0);
    });
}

#[test]
fn readers_see_keys_and_generations_that_only_go_forward() {
    explore(|| async {
        let (stage, runtime) = (Stage::new(), Runtime::default());
        let readers = [(); 2].map(|()| runtime.run(Arc::clone(&stage).read(["a", "b", "c"], 4)));
        let others = [(); 2].map(|()| runtime.run(Arc::clone(&stage).refresh()));
        for kid in ["b", "c"] {
            stage.issuer.publish(&[kid]);
            assert_eq!(runtime.run(Arc::clone(&stage).refresh()).await.unwrap(), WaitOutcome::Published);
        }
        for other in others {
            assert_eq!(other.await.unwrap(), WaitOutcome::Published);
        }
        for reader in readers {
            reader.await.unwrap();
        }
    });
}
