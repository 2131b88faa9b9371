//! How long an answer of the store counts.

use portcullis::Reason;

use super::{Stand, known, seconds};

/// DL-6, IRP-8: what another instance revoked is refused here within the bound, whether the key is in use or not.
#[tokio::test]
async fn a_key_that_was_revoked_elsewhere_is_refused_within_the_bound() {
    for uses in [true, false] {
        let here = Stand::new();
        let there = here.elsewhere();
        let created = known(&here).await;
        let key = created.key.expose();
        there.keys.revoke(&created.record.id).await.unwrap();
        assert_eq!(there.ask(key).await, Err(Reason::ApiKeyRevoked), "at once where it was done");
        assert_eq!(here.decide(key), Ok(()), "not yet known here");
        for _ in 0..29 {
            here.clock.advance(seconds(1));
            if uses {
                here.ask(key).await.ok();
                here.settle().await;
            }
        }
        here.clock.advance(seconds(1));
        assert_eq!(here.ask(key).await, Err(Reason::ApiKeyRevoked));
    }
}

#[tokio::test]
async fn a_key_in_use_is_looked_up_in_the_background_and_never_waited_for() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let (key, id) = (created.key.expose(), &*created.record.id);
    assert_eq!(stand.store().look_ups_of(id), 1);
    for round in 1..=10 {
        stand.clock.advance(seconds(15));
        // Many requests, one look-up; all are answered at once.
        for _ in 0..100 {
            assert_eq!(stand.decide(key), Ok(()));
        }
        stand.settle().await;
        assert_eq!(stand.store().look_ups_of(id), 1 + round);
    }
}

#[tokio::test]
async fn a_key_that_was_not_used_for_long_is_looked_up_before_it_is_accepted() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.clock.advance(seconds(30));
    let waiting = stand.present(created.key.expose()).now().expect_err("the store is asked first");
    assert!(waiting.await.is_ok());
    assert_eq!(stand.store().look_ups_of(&created.record.id), 2);
}

/// DL-15
#[tokio::test]
async fn two_hundred_requests_with_a_new_key_are_one_look_up() {
    let stand = Stand::new();
    let created = stand.create().await;
    stand.store().hold();
    let waiting: Vec<_> = (0..200).map(|_| tokio::spawn(stand.present(created.key.expose()))).collect();
    stand.settle().await;
    assert_eq!(stand.store().look_ups_of(&created.record.id), 1);
    stand.store().mend();
    for answer in waiting {
        assert!(answer.await.unwrap().is_ok());
    }
    assert_eq!(stand.store().look_ups_of(&created.record.id), 1);
}

#[tokio::test]
async fn a_request_that_is_given_up_takes_nothing_with_it() {
    let stand = Stand::new();
    let created = stand.create().await;
    stand.store().hold();
    drop(stand.present(created.key.expose()));
    stand.settle().await;
    stand.store().mend();
    stand.settle().await;
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
    assert_eq!(stand.store().look_ups_of(&created.record.id), 1);
}

/// To the second, and with no leeway: the clock that judges dated it.
#[tokio::test]
async fn a_known_key_expires_when_it_says() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let end = created.record.created_at + seconds(10);
    stand.keys.expire(&created.record.id, Some(end)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    }
    stand.clock.advance(seconds(9));
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
    stand.clock.advance(seconds(1));
    assert_eq!(stand.decide(created.key.expose()), Err(Reason::ApiKeyExpired));
}

/// One table holds verified tokens and keys: what was found as the one is never the other.
#[tokio::test]
async fn a_known_key_is_no_token_and_a_known_token_is_no_key() {
    use portcullis::Algorithm;
    use portcullis_testing::TestIssuer;
    let stand = Stand::new();
    let issuer = TestIssuer::builder().algorithm(Algorithm::Ed25519).build();
    let keys = stand.keys.clone();
    let auth = issuer.authenticator_builder().api_keys(keys).build().unwrap();
    let created = stand.create().await;
    let token = issuer.token().sign();
    let ask = async |field: &'static str, value: String| {
        let head = [(field, value.as_bytes())];
        auth.authenticate(head.as_slice()).await.map(drop).map_err(|error| error.reason())
    };
    for _ in 0..3 {
        assert_eq!(ask("authorization", format!("Bearer {token}")).await, Ok(()));
        assert_eq!(ask("api-key", created.key.expose().to_owned()).await, Ok(()));
        assert_eq!(ask("api-key", token.clone()).await, Err(Reason::ApiKeyMalformed));
        let as_token = ask("authorization", format!("Bearer {}", created.key.expose())).await;
        assert_eq!(as_token, Err(Reason::TokenMalformed));
    }
    assert_eq!(stand.store().look_ups_of(&created.record.id), 1);
}
