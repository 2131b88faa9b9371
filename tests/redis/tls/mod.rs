//! `rediss://`. The certificates beside this file are for 127.0.0.1 and for nothing but these tests, whose keys are public.

use std::time::Duration;

use portcullis::Revocations;
use portcullis_redis::{RedisProblem, StartError};
use portcullis_tests::servers::RedisServer;

use crate::instance::{Instance, issuer, later, promptly, quick, token};

const AUTHORITY: &str = include_str!("ca.pem");

fn server() -> Option<RedisServer> {
    RedisServer::start_with_tls(include_str!("server.pem"), include_str!("server.key"))
}

#[tokio::test]
async fn revocations_are_shared_over_tls_with_an_authority_of_ones_own() {
    let Some(server) = server() else { return };
    let issuer = issuer();
    let trusting = || quick(&server.url()).root_certificates(AUTHORITY);
    let one = Instance::with(trusting(), &issuer).await.unwrap();
    let two = Instance::with(trusting(), &issuer).await.unwrap();
    one.shared.revoke_token(issuer.url(), "t1", later()).await.unwrap();
    two.refuses(&token(&issuer, "t1")).await;
}

#[tokio::test]
async fn a_redis_that_does_not_prove_its_name_is_refused_and_so_is_one_without_tls() {
    let (Some(server), Some(plain)) = (server(), RedisServer::start()) else { return };
    let list = Revocations::new();
    // The system's authorities are read first, which takes a while in a build without optimisation.
    let patient = quick(&server.url()).timeout(Duration::from_secs(10));
    let error = promptly(patient.connect(&list)).await.unwrap_err();
    assert!(matches!(&error, StartError::Redis(RedisProblem::Unreachable(_))), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    let url = plain.url().replace("redis:", "rediss:");
    let error = promptly(quick(&url).root_certificates(AUTHORITY).connect(&list)).await.unwrap_err();
    assert!(matches!(&error, StartError::Redis(_)), "{error:?}");
    let error = quick(&url).root_certificates("no certificate").connect(&list).await.unwrap_err();
    assert!(matches!(&error, StartError::Url(_)), "{error:?}");
    assert_eq!(list.feed_status(), None);
}
