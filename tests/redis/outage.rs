//! Redis goes, hangs, forgets, and comes back.

use std::time::Duration;

use portcullis::FeedState;
use portcullis::clock::Clock;
use portcullis::defaults::REVOCATIONS_USABLE_FOR;
use portcullis_redis::{RedisProblem, RevokeError};
use portcullis_tests::servers::RedisServer;

use crate::instance::{Hand, Instance, REVOKED, UNAVAILABLE, issuer, later, promptly, token, until};

async fn behind(instance: &Instance) {
    until(|| instance.shared.problem().is_some()).await;
}

fn state(instance: &Instance) -> FeedState {
    instance.list.feed_status().expect("a feed").state
}

/// What was confirmed is put back by those who know it, and what was not is sent then.
#[tokio::test]
async fn a_redis_that_comes_back_empty_costs_no_revocation_and_no_good_caller() {
    let Some(mut server) = RedisServer::start() else { return };
    let issuer = issuer();
    let (one, two) = (Instance::connect(&server.url(), &issuer).await, Instance::connect(&server.url(), &issuer).await);
    let [before, during, after, good] = ["before", "during", "after", "good"].map(|jti| token(&issuer, jti));
    one.shared.revoke_token(issuer.url(), "before", later()).await.unwrap();
    two.refuses(&before).await;
    server.kill();
    behind(&one).await;
    behind(&two).await;
    let refused = one.shared.revoke_token(issuer.url(), "during", later()).await.unwrap_err();
    assert!(matches!(refused, RevokeError::NotConfirmed(RedisProblem::Unreachable(_))), "{refused:?}");
    // Known here at once, there later; and nothing else changes for anybody.
    assert_eq!((one.decide(&during), two.decide(&during)), (REVOKED, Ok(())));
    for instance in [&one, &two] {
        instance.assert_accepts(&good);
        assert_eq!((instance.decide(&before), state(instance)), (REVOKED, FeedState::Behind));
    }
    server.start_again();
    two.refuses(&during).await;
    promptly(one.shared.in_step()).await.unwrap();
    promptly(two.shared.in_step()).await.unwrap();
    assert_eq!((state(&one), state(&two)), (FeedState::InStep, FeedState::InStep));
    two.shared.revoke_token(issuer.url(), "after", later()).await.unwrap();
    one.refuses(&after).await;
    // A third one, that has nothing but what Redis tells it.
    let three = Instance::connect(&server.url(), &issuer).await;
    for revoked in [&before, &during, &after] {
        assert_eq!(three.decide(revoked), REVOKED);
    }
    for instance in [&one, &two, &three] {
        instance.assert_accepts(&good);
    }
}

/// The connection stays, and with it the subscription: nothing but the count tells that all is gone.
#[tokio::test]
async fn data_that_is_lost_without_a_restart_is_put_back() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    let mut hand = Hand::on(&server.url()).await;
    let _: String = hand.ask("FLUSHALL").await;
    let back = async { while hand.ask::<u64>(&format!("ZCARD {}", crate::instance::ENTRIES)).await == 0 {} };
    promptly(back).await;
    let two = Instance::connect(&server.url(), &issuer).await;
    assert_eq!(two.decide(&token(&issuer, "t1")), REVOKED);
}

#[tokio::test]
async fn what_was_revoked_while_a_connection_was_broken_is_known_after_it() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let (one, two) = (Instance::connect(&server.url(), &issuer).await, Instance::connect(&server.url(), &issuer).await);
    let mut hand = Hand::on(&server.url()).await;
    for n in 0..20 {
        let jti = format!("t{n}");
        // All connections but the hand's own.
        let _: u64 = hand.ask("CLIENT KILL SKIPME yes").await;
        one.list.revoke_token(issuer.url(), &jti, later());
        two.refuses(&token(&issuer, &jti)).await;
    }
}

/// PC-REV-1
#[tokio::test]
async fn callers_are_refused_when_redis_was_away_for_too_long_and_not_a_moment_earlier() {
    let Some(mut server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    let (good, new, revoked) = (token(&issuer, "good"), token(&issuer, "new"), token(&issuer, "t1"));
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    one.assert_accepts(&good);
    server.kill();
    behind(&one).await;
    // The clock stood still all the time, so it is this long ago to the millisecond.
    issuer.clock().advance(REVOCATIONS_USABLE_FOR - Duration::from_millis(1));
    one.assert_accepts(&good);
    issuer.clock().advance(Duration::from_millis(1));
    assert_eq!([&good, &new, &revoked].map(|token| one.decide(token)), [UNAVAILABLE, UNAVAILABLE, REVOKED]);
    let refusal = one.auth.refuse(&one.auth.verify(&good).now().unwrap().unwrap_err());
    assert_eq!(refusal.status, 503);
    assert!(refusal.headers.iter().any(|(name, _)| *name == "retry-after"));
    server.start_again();
    promptly(one.shared.in_step()).await.unwrap();
    assert_eq!([&good, &new, &revoked].map(|token| one.decide(token)), [Ok(()), Ok(()), REVOKED]);
}

/// No error, no answer, no end: like a machine behind a cable that was pulled.
#[tokio::test]
async fn a_redis_that_hangs_is_one_that_is_away() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    server.hang(true);
    let refused = promptly(one.shared.revoke_token(issuer.url(), "t1", later())).await.unwrap_err();
    assert_eq!(refused, RevokeError::NotConfirmed(RedisProblem::TimedOut));
    behind(&one).await;
    assert_eq!(state(&one), FeedState::Behind);
    server.hang(false);
    promptly(one.shared.in_step()).await.unwrap();
    let two = Instance::connect(&server.url(), &issuer).await;
    assert_eq!(two.decide(&token(&issuer, "t1")), REVOKED);
}

/// What nobody knows yet cannot be decided, and nobody is told that a token is bad for it.
#[tokio::test]
async fn an_instance_that_starts_without_redis_refuses_until_redis_is_there() {
    let Some(mut server) = RedisServer::start() else { return };
    let issuer = issuer();
    let good = token(&issuer, "good");
    server.kill();
    let one = Instance::start(&server.url(), &issuer);
    assert_eq!(one.decide(&good), UNAVAILABLE);
    until(|| matches!(one.shared.problem(), Some(RedisProblem::Unreachable(_)))).await;
    assert_eq!(one.decide(&good), UNAVAILABLE);
    assert!(issuer.clock().monotonic().is_zero());
    server.start_again();
    promptly(one.shared.in_step()).await.unwrap();
    one.assert_accepts(&good);
}
