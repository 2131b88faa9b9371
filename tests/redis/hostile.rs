//! What no instance puts into Redis.

use portcullis::Revocation;
use portcullis_redis::{RedisProblem, RevokeError, StartError};
use portcullis_tests::servers::RedisServer;

use crate::instance::{CHANNEL, ENTRIES, Hand, Instance, issuer, later, promptly, quick, token, until};

fn junk() -> Vec<Vec<u8>> {
    let text = Revocation::token("https://issuer.test/", "x", std::time::SystemTime::UNIX_EPOCH).to_json().unwrap();
    vec![
        b"junk".to_vec(),
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        text.replace(r#""v":1"#, r#""v":2"#).into_bytes(),
        text.replace("x", &"x".repeat(5000)).into_bytes(),
        vec![b'{'; 1_000_000],
    ]
}

#[tokio::test]
async fn junk_in_redis_is_passed_over_and_what_is_beside_it_counts() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let mut hand = Hand::on(&server.url()).await;
    let good = Revocation::token(issuer.url(), "t1", later()).to_json().unwrap();
    for (n, junk) in junk().into_iter().chain([good.into_bytes()]).enumerate() {
        let _: u64 = hand.run(redis::cmd("ZADD").arg(ENTRIES).arg(9_000_000_000_000_u64 + n as u64).arg(junk)).await;
    }
    for score in ["inf", "1.5", "9e300"] {
        let _: u64 = hand.ask(&format!("ZADD {ENTRIES} {score} junk{score}")).await;
    }
    let one = Instance::connect(&server.url(), &issuer).await;
    assert_eq!(one.list.len(), 1);
    assert!(one.decide(&token(&issuer, "t1")).is_err());
    // It does not keep anything else from working.
    one.shared.revoke_token(issuer.url(), "t2", later()).await.unwrap();
    let two = Instance::connect(&server.url(), &issuer).await;
    assert!(two.decide(&token(&issuer, "t2")).is_err());
}

#[tokio::test]
async fn junk_on_the_channel_is_passed_over_and_the_next_message_counts() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let (one, two) = (Instance::connect(&server.url(), &issuer).await, Instance::connect(&server.url(), &issuer).await);
    let mut hand = Hand::on(&server.url()).await;
    one.shared.revoke_token(issuer.url(), "t0", later()).await.unwrap();
    let forged = Revocation::token("https://issuer.test/", "y", later()).to_json().unwrap();
    let forged = format!("other 99 {forged}").into_bytes();
    for junk in junk().into_iter().chain([b"a 1 b".to_vec(), b"a b c".to_vec(), forged]) {
        let _: u64 = hand.run(redis::cmd("PUBLISH").arg(CHANNEL).arg(junk)).await;
    }
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    two.refuses(&token(&issuer, "t1")).await;
    assert_eq!((one.shared.problem(), two.shared.problem()), (None, None));
}

#[tokio::test]
async fn more_than_is_allowed_is_neither_read_nor_added() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let few = || quick(&server.url()).max_entries(10);
    let one = Instance::with(few(), &issuer).await.unwrap();
    for n in 0..10 {
        one.shared.revoke_token(issuer.url(), &format!("t{n}"), later()).await.unwrap();
    }
    let two = Instance::with(few(), &issuer).await.unwrap();
    assert_eq!(two.list.len(), 10);
    let refused = promptly(one.shared.revoke_token(issuer.url(), "t10", later())).await.unwrap_err();
    assert_eq!(refused, RevokeError::NotConfirmed(RedisProblem::TooMany(10)));
    assert!(one.decide(&token(&issuer, "t10")).is_err(), "it counts here");
    // One that is allowed more takes it, and then there is too much for the others.
    let three = Instance::connect(&server.url(), &issuer).await;
    three.shared.revoke_token(issuer.url(), "t11", later()).await.unwrap();
    let error = Instance::with(few(), &issuer).await.err().unwrap();
    assert_eq!(error, StartError::Redis(RedisProblem::TooMany(10)));
    let mut hand = Hand::on(&server.url()).await;
    assert_eq!(hand.ask::<u64>(&format!("ZCARD {ENTRIES}")).await, 11);
}

#[tokio::test]
async fn names_that_are_something_else_in_redis_are_told() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    let mut hand = Hand::on(&server.url()).await;
    let _: String = hand.ask(&format!("SET {ENTRIES} text")).await;
    let problem = RedisProblem::Refused("WRONGTYPE".into());
    until(|| one.shared.problem() == Some(problem.clone())).await;
    let error = Instance::with(quick(&server.url()), &issuer).await.err().unwrap();
    assert_eq!(error, StartError::Redis(problem));
    let _: u64 = hand.ask(&format!("DEL {ENTRIES}")).await;
    promptly(one.shared.in_step()).await.unwrap();
}

#[tokio::test]
async fn a_revocation_that_cannot_be_sent_counts_here_and_keeps_no_other_back() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let (one, two) = (Instance::connect(&server.url(), &issuer).await, Instance::connect(&server.url(), &issuer).await);
    let long = "x".repeat(4097);
    let refused = one.shared.revoke_token(issuer.url(), &long, later()).await;
    assert_eq!(refused, Err(RevokeError::Unfit));
    assert!(one.decide(&token(&issuer, &long)).is_err());
    let longest = "y".repeat(4096);
    one.shared.revoke_token(issuer.url(), &longest, later()).await.unwrap();
    two.refuses(&token(&issuer, &longest)).await;
    assert_eq!(two.list.len(), 1);
}
