//! Keys that nobody has.

use portcullis::Reason;
use portcullis::api_key::{ApiKeys, DigestKey, ForeignFormat, MemoryKeyStore, NewKey};
use portcullis_testing::{KeyDefect, TestKeys};

use super::{Stand, known, seconds};

/// A well-formed key of the environment, made by somebody else.
async fn invented() -> String {
    let keys =
        ApiKeys::builder(TestKeys::ENVIRONMENT, DigestKey::generate().unwrap(), MemoryKeyStore::new()).build().unwrap();
    keys.create(NewKey::api_key("mallory")).await.unwrap().key.expose().to_owned()
}

/// ATK-84: no network call that an attacker can cause at will.
#[tokio::test]
async fn invented_keys_cause_no_look_up_at_all() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let before = stand.store().look_ups();
    for _ in 0..1_000 {
        assert_eq!(stand.decide(&invented().await), Err(Reason::ApiKeyUnknown));
    }
    assert_eq!(stand.store().look_ups(), before);
    assert_eq!(stand.keys.remembered(), (1, 0));
    assert_eq!(stand.decide(created.key.expose()), Ok(()));
}

/// The checksum is right, and the id is one of ours.
#[tokio::test]
async fn a_wrong_secret_for_a_right_id_is_refused_without_another_look_up() {
    let stand = Stand::new();
    let key = stand.test.broken(KeyDefect::SecretWrong);
    assert_eq!(stand.ask(&key).await, Err(Reason::ApiKeySecretWrong));
    for _ in 0..100 {
        assert_eq!(stand.decide(&key), Err(Reason::ApiKeySecretWrong));
    }
    assert_eq!(stand.store().look_ups(), 1);
}

fn with_foreign() -> Stand {
    Stand::with(|builder| builder.also_accept(ForeignFormat::prefixed("perm:")).cached_unknown_keys(1_000))
}

/// A foreign key has nothing to know a stranger by, so each costs one look-up in the time that it is remembered.
#[tokio::test]
async fn an_unknown_foreign_key_is_looked_up_once_in_its_time() {
    let stand = with_foreign();
    let key = "perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9v";
    for _ in 0..100 {
        assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyUnknown));
    }
    assert_eq!(stand.store().look_ups(), 1);
    stand.clock.advance(seconds(30));
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyUnknown));
    assert_eq!(stand.store().look_ups(), 2);
}

/// DL-16, HUB-3
#[tokio::test]
async fn a_flood_of_foreign_keys_is_bounded_and_pushes_no_live_key_out() {
    let stand = with_foreign();
    let created = known(&stand).await;
    let perm = "perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9vYmFyMQ";
    stand.keys.import(perm, NewKey::api_key("john.doe")).await.unwrap();
    assert_eq!(stand.ask(perm).await, Ok(()));
    let before = stand.store().look_ups();
    for n in 0..10_000 {
        let outcome = stand.ask(&format!("perm:{n:032}")).await;
        assert!(matches!(outcome, Err(Reason::ApiKeyUnknown | Reason::ApiKeysUnavailable)), "{outcome:?}");
    }
    // The clock stands still: what a second allows.
    assert_eq!(stand.store().look_ups() - before, 1_000 - 1);
    let (live, unknown) = stand.keys.remembered();
    assert_eq!(live, 2);
    assert!(unknown <= 1_100, "{unknown}");
    for key in [created.key.expose(), perm] {
        assert_eq!(stand.decide(key), Ok(()));
    }
}

/// What stands for them cannot be taken away by whoever names it.
#[tokio::test]
async fn invented_keys_cause_no_look_up_whatever_is_forgotten() {
    let stand = Stand::new();
    let decoy = "-".repeat(16);
    stand.keys.forget(&decoy);
    assert!(stand.keys.revoke(&decoy).await.is_err());
    stand.keys.revoke_owner(None, "billing").await.unwrap();
    let before = stand.store().look_ups();
    for _ in 0..10 {
        assert_eq!(stand.decide(&invented().await), Err(Reason::ApiKeyUnknown));
    }
    assert_eq!(stand.store().look_ups(), before);
}

/// A key that is remembered is none of the strangers, so they cannot use up its look-ups.
#[tokio::test]
async fn a_flood_of_foreign_keys_leaves_the_look_ups_of_known_ones() {
    let stand = with_foreign();
    let perm = "perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9vYmFyMQ";
    stand.keys.import(perm, NewKey::api_key("john.doe")).await.unwrap();
    assert_eq!(stand.ask(perm).await, Ok(()));
    stand.clock.advance(seconds(31));
    for n in 0..2_000 {
        stand.ask(&format!("perm:{n:032}")).await.unwrap_err();
    }
    assert_eq!(stand.ask(perm).await, Ok(()));
}

#[tokio::test]
async fn strangers_take_a_part_of_the_places_for_look_ups_only() {
    let stand = with_foreign();
    let created = stand.create().await;
    stand.store().hold();
    let mut waiting = Vec::new();
    for n in 0..500 {
        let key = format!("perm:{n:032}");
        waiting.extend(stand.present(&key).now().err());
    }
    assert_eq!(waiting.len(), 64);
    let good = stand.present(created.key.expose()).now().expect_err("it has a place");
    stand.store().mend();
    assert!(good.await.is_ok());
}

#[tokio::test]
async fn an_id_that_was_made_here_and_is_gone_is_remembered_as_unknown() {
    let stand = Stand::new();
    let other = Stand::new();
    // Made under the same secret, in a store that this one does not have.
    let created = other.create().await;
    for _ in 0..10 {
        assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyUnknown));
    }
    assert_eq!(stand.store().look_ups(), 1);
}
