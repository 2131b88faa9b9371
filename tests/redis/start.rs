//! What an operator is told when it cannot begin.

use std::time::Duration;

use portcullis::{FeedError, Revocations};
use portcullis_redis::{RedisProblem, RedisRevocations, StartError};
use portcullis_tests::servers::RedisServer;

use crate::instance::{Instance, issuer, later, promptly, quick, token};

/// A list that could not be connected is one without a feed.
fn assert_untouched(list: &Revocations) {
    assert_eq!(list.feed_status(), None);
}

#[tokio::test]
async fn a_wrong_password_is_told_at_the_start_and_shown_nowhere() {
    let Some(server) = RedisServer::start_with(&["--requirepass", "s3cret"]) else { return };
    let list = Revocations::new();
    let with = |userinfo: &str| server.url().replace("redis://", &format!("redis://{userinfo}"));
    for wrong in [":wr0ng@", "nobody:wr0ng@", ""] {
        let url = with(wrong);
        let builder = RedisRevocations::builder(&url);
        assert!(!format!("{builder:?}").contains("wr0ng"));
        let error = builder.connect(&list).await.unwrap_err();
        assert!(matches!(error, StartError::Redis(RedisProblem::NotAllowed(_))), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("wr0ng"), "{error:?}");
        assert_untouched(&list);
    }
    let shared = RedisRevocations::connect(&with(":s3cret@"), &list).await.unwrap();
    assert!(!format!("{shared:?}").contains("s3cret"), "{shared:?}");
    let issuer = issuer();
    let (one, two) = (with(":s3cret@"), with("default:s3cret@"));
    let (one, two) = (Instance::connect(&one, &issuer).await, Instance::connect(&two, &issuer).await);
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    two.refuses(&token(&issuer, "t1")).await;
}

/// The list of commands in the README is enough, and less is told.
#[tokio::test]
async fn a_user_that_may_do_what_the_readme_says_is_enough_and_one_that_may_not_is_told() {
    let readme = include_str!("../../crates/portcullis-redis/README.md");
    let rights: Vec<&str> = readme
        .split(['`', ' ', '\n'])
        .filter(|word| word.starts_with('+') && word.len() > 1 || word.starts_with("~{") || word.starts_with("&{"))
        .collect();
    assert!(rights.len() > 15 && rights[0] == "+eval", "{rights:?}");
    let user = |name, rights| [&["--user", name, "on", ">pass", "resetchannels"][..], rights].concat();
    let users = [user("enough", &rights[..]), user("less", &rights[1..])].concat();
    let Some(server) = RedisServer::start_with(&users) else { return };
    let issuer = issuer();
    let with = |name: &str| server.url().replace("redis://", &format!("redis://{name}:pass@"));
    let one = Instance::connect(&with("enough"), &issuer).await;
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    let error = Instance::with(quick(&with("less")), &issuer).await.err().unwrap();
    assert_eq!(error, StartError::Redis(RedisProblem::NotAllowed("NOPERM".into())));
}

#[tokio::test]
async fn a_redis_that_is_not_there_or_not_one_is_told_at_the_start() {
    let list = Revocations::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    // Takes the connection, and says nothing.
    let error = promptly(quick(&url).connect(&list)).await.unwrap_err();
    assert_eq!(error, StartError::Redis(RedisProblem::TimedOut));
    drop(listener);
    let error = promptly(quick(&url).connect(&list)).await.unwrap_err();
    assert!(matches!(error, StartError::Redis(RedisProblem::Unreachable(_))), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert_untouched(&list);
}

#[tokio::test]
async fn an_address_or_a_setting_that_cannot_be_right_is_told_without_trying() {
    let list = Revocations::new();
    let bad =
        ["", "127.0.0.1", "http://127.0.0.1", "redis://", "redis://:pa/ss@127.0.0.1", "redis://h:99999", "redis://h/x"];
    for url in bad {
        let error = RedisRevocations::builder(url).start(&list).unwrap_err();
        assert!(matches!(error, StartError::Url(_)), "{url}: {error:?}");
        assert!(!error.to_string().contains("pa/ss"));
    }
    let builder = || RedisRevocations::builder("redis://127.0.0.1:1");
    let zero = Duration::ZERO;
    let settings = [
        builder().look_every(zero),
        builder().reload_every(zero),
        builder().timeout(zero),
        builder().max_entries(0),
        builder().prefix(""),
        builder().prefix("a{b}"),
    ];
    for setting in settings {
        assert!(matches!(setting.start(&list), Err(StartError::Setting { .. })));
    }
    let error = builder().usable_for(zero).start(&list).unwrap_err();
    assert_eq!(error, StartError::List(FeedError::UsableFor));
    assert_untouched(&list);
    let first = builder().start(&list).unwrap();
    assert_eq!(builder().start(&list).unwrap_err(), StartError::List(FeedError::HasOne));
    drop(first);
}

#[test]
fn a_start_outside_of_a_runtime_is_told() {
    let list = Revocations::new();
    let error = RedisRevocations::builder("redis://127.0.0.1:1").start(&list).unwrap_err();
    assert_eq!(error, StartError::NoRuntime);
    assert_untouched(&list);
}
