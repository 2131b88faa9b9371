//! What one instance revokes.

use portcullis::clock::Clock;
use portcullis_tests::servers::RedisServer;

use crate::instance::{HOUR, Hand, Instance, STATE, issuer, later, promptly, quick, token, until};

/// PC-REV-1: at every other instance, in whose cache the token is.
#[tokio::test]
async fn what_one_instance_revokes_is_refused_at_the_others_whatever_it_is_revoked_by() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let (one, two) = (Instance::connect(&server.url(), &issuer).await, Instance::connect(&server.url(), &issuer).await);
    let (until, now) = (later(), issuer.clock().now());
    let with = |name: &'static str, value: &'static str| issuer.token().claim(name, value).sign();
    let by = [("jti", "t1"), ("sid", "s1"), ("sub", "alice"), ("client_id", "app")];
    let tokens = by.map(|(name, value)| with(name, value));
    let neighbour = issuer.token().claim("jti", "t2").claim("sid", "s2").subject("bob").claim("client_id", "b").sign();
    tokens.iter().chain([&neighbour]).for_each(|token| two.assert_accepts(token));
    one.shared.revoke_token(issuer.url(), "t1", until).await.unwrap();
    one.shared.revoke_session(issuer.url(), "s1", until).await.unwrap();
    one.shared.revoke_subject(issuer.url(), "alice", now + HOUR, until).await.unwrap();
    one.shared.revoke_client(issuer.url(), "app", now + HOUR, until).await.unwrap();
    one.shared.revoke_key("prod", "k1", until).await.unwrap();
    for token in &tokens {
        two.refuses(token).await;
    }
    crate::instance::until(|| two.knows_key("k1")).await;
    two.assert_accepts(&neighbour);
}

#[tokio::test]
async fn what_is_revoked_on_the_list_itself_is_shared_too_and_so_is_what_was_on_it_before() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let two = Instance::connect(&server.url(), &issuer).await;
    let one = Instance::start(&server.url(), &issuer);
    one.list.revoke_token(issuer.url(), "early", later());
    promptly(one.shared.in_step()).await.unwrap();
    one.list.revoke_token(issuer.url(), "late", later());
    for jti in ["early", "late"] {
        two.refuses(&token(&issuer, jti)).await;
    }
}

#[tokio::test]
async fn an_instance_that_starts_knows_what_was_revoked_before_it() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    // More than one page of them, so that it is read in several steps.
    for n in 0..2_000 {
        one.list.revoke_token(issuer.url(), &format!("t{n}"), later());
    }
    one.shared.revoke_token(issuer.url(), "last", later()).await.unwrap();
    let two = Instance::connect(&server.url(), &issuer).await;
    for jti in ["t0", "t999", "t1999", "last"] {
        assert!(two.decide(&token(&issuer, jti)).is_err(), "{jti}");
    }
    assert_eq!(two.list.len(), 2_001);
    two.assert_accepts(&token(&issuer, "other"));
}

#[tokio::test]
async fn instances_with_another_prefix_share_nothing() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    let other = Instance::with(quick(&server.url()).prefix("other"), &issuer).await.unwrap();
    let same = Instance::connect(&server.url(), &issuer).await;
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    same.refuses(&token(&issuer, "t1")).await;
    assert!(other.list.is_empty());
}

/// The message was lost on its way, so nothing says that there is something: but the count does.
#[tokio::test]
async fn a_missed_message_is_noticed_at_the_next_look() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    let t1 = token(&issuer, "t1");
    one.shared.revoke_token(issuer.url(), "t0", later()).await.unwrap();
    one.assert_accepts(&t1);
    let text = portcullis::Revocation::token(issuer.url(), "t1", later()).to_json().unwrap();
    let mut hand = Hand::on(&server.url()).await;
    let _: u64 = hand.ask(&format!("ZADD {} 9000000000000 {text}", crate::instance::ENTRIES)).await;
    let _: u64 = hand.ask(&format!("HINCRBY {STATE} version 1")).await;
    one.refuses(&t1).await;
    // What comes after it is followed by messages again.
    let two = Instance::connect(&server.url(), &issuer).await;
    two.shared.revoke_token(issuer.url(), "t2", later()).await.unwrap();
    one.refuses(&token(&issuer, "t2")).await;
}

/// PC-REV-2: nothing stays in Redis for good.
#[tokio::test]
async fn entries_end_in_redis_with_what_they_are_for() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let one = Instance::connect(&server.url(), &issuer).await;
    let mut hand = Hand::on(&server.url()).await;
    let real = std::time::SystemTime::now();
    // By the clock of Redis, which nobody can move.
    one.shared.revoke_token(issuer.url(), "ended", real - HOUR).await.unwrap();
    one.shared.revoke_token(issuer.url(), "short", real + HOUR).await.unwrap();
    let held: Vec<String> = hand.ask(&format!("ZRANGE {} 0 -1", crate::instance::ENTRIES)).await;
    assert!(held.len() == 1 && held[0].contains("short"), "{held:?}");
    for key in [crate::instance::ENTRIES, STATE] {
        let left: i64 = hand.ask(&format!("PTTL {key}")).await;
        let expected = 3_600_000 + 600_000;
        // Times are rounded up to whole milliseconds.
        assert!((expected - 60_000..=expected + 100).contains(&left), "{key}: {left}");
    }
    one.shared.revoke_token(issuer.url(), "long", real + 3 * HOUR).await.unwrap();
    let left: i64 = hand.ask(&format!("PTTL {}", crate::instance::ENTRIES)).await;
    assert!(left > 3 * 3_600_000, "{left}");
    until(|| one.list.len() == 3).await;
}
