//! What happens to one key, or to one owner, is of no consequence for the keys of everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis::api_key::{KeyOwners, Rights, StoreError, StoreFuture};

use super::*;

/// A directory of users that can be switched off, the store of keys being well.
#[derive(Default)]
struct Directory(AtomicBool);

impl KeyOwners for Directory {
    fn find<'a>(&'a self, _: Option<&'a str>, _: &'a str) -> StoreFuture<'a, Option<Rights>> {
        let is_away = self.0.load(Ordering::SeqCst);
        Box::pin(async move { if is_away { Err(StoreError::unavailable("away")) } else { Ok(Some(Rights::none())) } })
    }
}

/// The store of keys answers all the time: a directory that does not is no outage of it.
#[tokio::test]
async fn a_directory_of_owners_that_is_away_lets_no_revoked_api_key_in() {
    let directory = Arc::new(Directory::default());
    let given = Arc::clone(&directory);
    let stand = Stand::with(move |builder| builder.owners(Arc::clone(&given)));
    let there = stand.elsewhere();
    let token = stand.keys.create(NewKey::personal_access_token("bob")).await.unwrap();
    assert_eq!(stand.ask(token.key.expose()).await, Ok(()));
    let created = known(&stand).await;
    there.keys.revoke(&created.record.id).await.unwrap();
    // Ten times the bound on revocations, and nobody used the key meanwhile.
    stand.clock.advance(seconds(300));
    directory.0.store(true, Ordering::SeqCst);
    stand.ask(token.key.expose()).await.ok();
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// Seconds ago, and the store would answer again: it has to be asked.
#[tokio::test]
async fn one_failed_look_up_lets_no_other_key_in_that_was_revoked_long_ago() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let (other, created) = (stand.create().await, known(&stand).await);
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(seconds(590));
    stand.store().fail();
    assert_eq!(stand.ask(other.key.expose()).await, Err(Reason::ApiKeysUnavailable));
    stand.store().mend();
    stand.clock.advance(seconds(4));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// A store that has answered since is none that is away.
#[tokio::test]
async fn after_an_answer_no_failure_of_before_bridges_anything() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let (other, third, created) = (stand.create().await, stand.create().await, known(&stand).await);
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(seconds(300));
    stand.store().fail();
    assert_eq!(stand.ask(other.key.expose()).await, Err(Reason::ApiKeysUnavailable));
    stand.store().mend();
    assert_eq!(stand.ask(third.key.expose()).await, Ok(()));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// One record that cannot be understood is no outage: its key is served while it is known, another is not bridged for it.
#[tokio::test]
async fn a_record_that_is_corrupt_counts_for_its_own_key_only() {
    let stand = Stand::new();
    let there = stand.elsewhere();
    let (spoilt, new, created) = (known(&stand).await, stand.create().await, known(&stand).await);
    for key in [&spoilt, &new] {
        stand.store().spoil(&key.record.id);
    }
    there.keys.revoke(&created.record.id).await.unwrap();
    stand.clock.advance(seconds(60));
    assert_eq!(stand.ask(spoilt.key.expose()).await, Ok(()));
    assert_eq!(stand.ask(new.key.expose()).await, Err(Reason::ApiKeysUnavailable));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
    stand.clock.advance(seconds(540));
    assert_eq!(stand.ask(spoilt.key.expose()).await, Err(Reason::ApiKeysUnavailable), "not for longer than any");
    stand.store().mend();
    for key in [&spoilt, &new] {
        assert_eq!(stand.ask(key.key.expose()).await, Ok(()));
    }
}

/// Who has none. There is no room for the look-ups of all keys in use at once, so they have to stay known.
#[tokio::test]
async fn revoking_the_keys_of_one_owner_refuses_nobody_else() {
    let stand = Stand::new();
    let mut keys = Vec::new();
    for _ in 0..1_000 {
        keys.push(known(&stand).await);
    }
    stand.keys.revoke_owner(None, "nobody").await.unwrap();
    // A store that takes a moment, as all but one in memory do.
    stand.store().hold();
    let mut waiting = Vec::new();
    for created in &keys {
        match stand.present(created.key.expose()).now() {
            Ok(answer) => assert_eq!(answer.map(drop).map_err(|error| error.reason()), Ok(())),
            Err(under_way) => waiting.push(under_way),
        }
    }
    stand.store().mend();
    for under_way in waiting {
        assert!(under_way.await.is_ok());
    }
}

/// The change cannot be made, and the others' keys have nothing to do with it: what is known of them is all there is.
#[tokio::test]
async fn revoking_an_owner_in_an_outage_refuses_nobody_else() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.store().fail();
    stand.clock.advance(seconds(60));
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    assert!(stand.keys.revoke_owner(None, "nobody").await.is_err());
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
}
