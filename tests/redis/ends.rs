//! When nobody needs it any more.

use std::time::{Duration, Instant};

use portcullis::FeedState;
use portcullis_redis::{RedisProblem, RevokeError};
use portcullis_tests::servers::RedisServer;

use crate::instance::{Hand, Instance, issuer, later, promptly, token};

/// How many connections there are beside the one that asks.
async fn connections(hand: &mut Hand) -> usize {
    hand.ask::<String>("CLIENT LIST").await.lines().count() - 1
}

#[tokio::test]
async fn the_task_and_its_connection_end_with_the_last_handle() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let mut hand = Hand::on(&server.url()).await;
    let Instance { list, shared, auth: _auth } = Instance::connect(&server.url(), &issuer).await;
    let clone = shared.clone();
    drop(shared);
    clone.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    assert_eq!(connections(&mut hand).await, 1);
    // Told although nobody waits for it.
    list.revoke_token(issuer.url(), "last", later());
    let dropped = Instant::now();
    drop(clone);
    promptly(async { while connections(&mut hand).await > 0 {} }).await;
    assert!(dropped.elapsed() < Duration::from_secs(1));
    assert_eq!(list.feed_status().unwrap().state, FeedState::Behind);
    let two = Instance::connect(&server.url(), &issuer).await;
    assert!(two.decide(&token(&issuer, "last")).is_err());
}

#[tokio::test]
async fn the_task_ends_with_the_last_handle_while_redis_is_away_or_hangs() {
    let Some(mut server) = RedisServer::start() else { return };
    let issuer = issuer();
    for hangs in [true, false] {
        let one = Instance::connect(&server.url(), &issuer).await;
        if hangs {
            server.hang(true)
        } else {
            server.kill()
        }
        one.list.revoke_token(issuer.url(), "t1", later());
        let list = one.list.clone();
        let dropped = Instant::now();
        drop(one);
        // Another feed is taken from the moment the task is gone.
        let next = async {
            loop {
                match list.feed(portcullis::defaults::REVOCATIONS_USABLE_FOR) {
                    Ok(feed) => return feed,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        };
        drop(promptly(next).await);
        assert!(dropped.elapsed() < Duration::from_secs(1));
        if hangs {
            server.hang(false)
        }
    }
}

#[test]
fn a_runtime_that_is_gone_is_told_to_who_revokes_and_the_list_grows_old() {
    let Some(server) = RedisServer::start() else { return };
    let issuer = issuer();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let one = first.block_on(Instance::connect(&server.url(), &issuer));
    drop(first);
    let refused = runtime().block_on(one.shared.revoke_token(issuer.url(), "t1", later()));
    assert_eq!(refused, Err(RevokeError::NotConfirmed(RedisProblem::Ended)));
    assert!(one.decide(&token(&issuer, "t1")).is_err());
    assert_eq!(one.list.feed_status().unwrap().state, FeedState::Behind);
}
