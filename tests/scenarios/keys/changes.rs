//! What is changed here counts here, at once.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use portcullis::Reason;
use portcullis::api_key::{AuditEvent, KeyError, KeyFilter, NewKey, Rights};
use portcullis_testing::TestKeys;

use super::{Stand, known, seconds};

#[tokio::test]
async fn a_known_key_that_is_changed_here_is_judged_anew_at_once() {
    let stand = Stand::new();
    let created = known(&stand).await;
    let (key, id) = (created.key.expose(), &*created.record.id);
    stand.keys.disable(id).await.unwrap();
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyDisabled));
    stand.keys.enable(id).await.unwrap();
    assert_eq!(stand.ask(key).await, Ok(()));
    stand.keys.grant(id, Rights::none().scope("other").role("clerk")).await.unwrap();
    let authentication = stand.send(key).await.unwrap();
    let caller = authentication.caller().unwrap();
    assert!(caller.has_scope("other") && !caller.has_scope("invoices:read") && caller.has_role("clerk"));
    stand.keys.revoke(id).await.unwrap();
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyRevoked));
    stand.keys.enable(id).await.unwrap();
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyRevoked), "for good");
}

#[tokio::test]
async fn all_keys_of_an_owner_or_of_an_environment_can_be_refused_at_once() {
    let stand = Stand::new();
    let create = |owner: &'static str, tenant: &'static str| stand.keys.create(NewKey::api_key(owner).tenant(tenant));
    let (mine, others) = (create("alice", "acme").await.unwrap(), create("alice", "other").await.unwrap());
    for key in [&mine, &others] {
        assert_eq!(stand.ask(key.key.expose()).await, Ok(()));
    }
    assert_eq!(stand.keys.revoke_owner(Some("acme"), "alice").await.unwrap(), std::slice::from_ref(&mine.record.id));
    assert_eq!(stand.ask(mine.key.expose()).await, Err(Reason::ApiKeyRevoked));
    assert_eq!(stand.ask(others.key.expose()).await, Ok(()));

    stand.clock.advance(seconds(1));
    let now = others.record.created_at + seconds(1);
    stand.keys.set_not_before(now).await.unwrap();
    assert_eq!(stand.ask(others.key.expose()).await, Err(Reason::ApiKeyRevoked));
    let new = stand.create().await;
    assert_eq!(stand.ask(new.key.expose()).await, Ok(()));
    assert_eq!(stand.keys.set_not_before(now - seconds(60)).await.unwrap(), now, "the later one stays");
    assert_eq!(stand.keys.not_before().await.unwrap(), Some(now));
}

/// A list of revocations takes keys, too: at once, those that are remembered as well; and one that is too old is 503.
#[tokio::test]
async fn a_key_on_the_list_of_revocations_is_refused() {
    use portcullis::{Authenticator, Revocations};
    let stand = Stand::new();
    let list = Revocations::with_clock(stand.clock.clone());
    let auth = Authenticator::api_keys_only(stand.keys.clone()).clock(stand.clock.clone());
    let auth = auth.revocations(list.clone()).build().unwrap();
    let (first, second) = (stand.create().await, stand.create().await);
    let ask = async |key: &str| {
        let outcome = auth.verify_api_key(key).await;
        outcome.map(drop).map_err(|error| (error.reason(), error.kid().map(str::to_owned)))
    };
    for _ in 0..2 {
        assert_eq!(ask(first.key.expose()).await, Ok(()));
    }
    let until = first.record.created_at + seconds(3600);
    for created in [&first, &second] {
        list.revoke_key(TestKeys::ENVIRONMENT, &created.record.id, until);
        let refused = Err((Reason::ApiKeyRevoked, Some(created.record.id.clone())));
        for _ in 0..2 {
            assert_eq!(ask(created.key.expose()).await, refused);
        }
    }
    let third = stand.create().await;
    list.revoke_key("acme_live", &third.record.id, until);
    assert_eq!(ask(third.key.expose()).await, Ok(()), "another environment's");
    let feed = list.feed(seconds(60)).unwrap();
    feed.in_step(feed.asking());
    assert_eq!(ask(third.key.expose()).await, Ok(()));
    stand.clock.advance(seconds(60));
    let stale = ask(third.key.expose()).await;
    assert_eq!(stale, Err((Reason::RevocationsUnavailable, Some(third.record.id.clone()))));
}

/// As where the connection is lost just then.
#[tokio::test]
async fn a_revocation_that_came_through_and_was_not_confirmed_counts_here() {
    let stand = Stand::new();
    let created = known(&stand).await;
    stand.store().lose_answers();
    assert!(matches!(stand.keys.revoke(&created.record.id).await, Err(KeyError::Store(_))));
    assert_eq!(stand.ask(created.key.expose()).await, Err(Reason::ApiKeyRevoked));
}

/// What a clock can say at most is good for an expiry; what it cannot say is a mistake.
#[tokio::test]
async fn times_at_the_end_of_the_clock_panic_nowhere() {
    let stand = Stand::new();
    let far = SystemTime::UNIX_EPOCH + seconds(u64::try_from(i64::MAX).unwrap());
    let created = stand.keys.create(NewKey::api_key("a").expires_at(far)).await.unwrap();
    assert_eq!(stand.ask(created.key.expose()).await, Ok(()));
    assert!(stand.keys.create(NewKey::api_key("a").expires_in(std::time::Duration::MAX)).await.is_err());
    let rotated = stand.keys.rotate(&created.record.id, seconds(10)).await.unwrap();
    assert!(stand.keys.set_not_before(far).await.is_err());
    for key in [&created, &rotated] {
        assert_eq!(stand.ask(key.key.expose()).await, Ok(()));
    }
    for (end, answer) in [(far, Ok(())), (SystemTime::UNIX_EPOCH, Err(Reason::ApiKeyExpired))] {
        stand.keys.expire(&rotated.record.id, Some(end)).await.unwrap();
        assert_eq!(stand.ask(rotated.key.expose()).await, answer);
    }
}

/// DL-20: no expiry in the past, no rights that are none, nothing half done; everything that is wrong at once.
#[tokio::test]
async fn a_key_that_cannot_be_is_refused_with_all_that_is_wrong() {
    let stand = Stand::new();
    let bad = NewKey::api_key("").name("n".repeat(201)).scope("é").expires_at(SystemTime::UNIX_EPOCH);
    let Err(KeyError::Invalid(problems)) = stand.keys.create(bad).await else { panic!("it was made") };
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert_eq!(stand.keys.list(&KeyFilter::all()).await.unwrap(), []);
    assert!(matches!(stand.keys.revoke("unknown").await, Err(KeyError::NotFound)));
    assert!(matches!(stand.keys.import("short", NewKey::api_key("a")).await, Err(KeyError::Invalid(_))));
}

/// Each change is told once, when it is certain, and no event has a key.
#[tokio::test]
async fn every_change_is_told_to_the_audit() {
    let told: Arc<Mutex<Vec<AuditEvent>>> = Arc::default();
    let sink = Arc::clone(&told);
    let stand = Stand::with(move |builder| {
        let sink = Arc::clone(&sink);
        builder.on_audit(move |event| sink.lock().unwrap().push(event.clone()))
    });
    let created = stand.create().await;
    let id = &created.record.id;
    stand.keys.acting_as("root").disable(id).await.unwrap();
    stand.keys.enable(id).await.unwrap();
    stand.keys.grant(id, Rights::none()).await.unwrap();
    stand.keys.expire(id, None).await.unwrap();
    let new = stand.keys.rotate(id, seconds(1)).await.unwrap();
    stand.keys.revoke(id).await.unwrap();
    stand.keys.revoke_owner(None, "billing").await.unwrap();
    stand.keys.set_not_before(created.record.created_at).await.unwrap();
    stand.store().fail();
    assert!(stand.keys.revoke(id).await.is_err());
    assert!(stand.keys.create(NewKey::api_key("billing")).await.is_err());
    let told = told.lock().unwrap();
    let actions: Vec<&str> = told.iter().map(|event| event.action.as_str()).collect();
    let expected = "created disabled enabled rights_changed expiry_set rotated revoked owner_revoked not_before_set";
    assert_eq!(actions.join(" "), expected);
    assert!(told[..7].iter().all(|event| event.key.as_ref() == Some(id) && event.owner.as_deref() == Some("billing")));
    let actors: Vec<Option<&str>> = told.iter().map(|event| event.actor.as_deref()).collect();
    assert_eq!(actors[..3], [None, Some("root"), None]);
    let text = format!("{told:?}");
    for key in [created.key.expose(), new.key.expose()] {
        let (_, secret) = key.rsplit_once('_').unwrap();
        assert!(!text.contains(secret), "{text}");
    }
}
