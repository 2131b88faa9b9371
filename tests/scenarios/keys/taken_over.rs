//! Keys that another system made.

use portcullis::api_key::{ForeignFormat, KeyError};

use super::*;

const PERM: &str = "perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9vYmFyMQ";

fn stand() -> Stand {
    Stand::with(|builder| builder.also_accept(ForeignFormat::prefixed("perm:")))
}

/// HUB-2, HUB-3: one that was taken over is good, and what differs in one character is not.
#[tokio::test]
async fn an_imported_key_is_good_and_its_neighbours_are_not() {
    let stand = stand();
    let perm = "perm:am9obi5kb2U=.TmlnaHRseSBleHBvcnQ=.Zm9vYmFyMQ";
    let record = stand.keys.import(perm, NewKey::api_key("john.doe").scope("issues:read")).await.unwrap();
    let authentication = stand.send(perm).await.unwrap();
    let caller = authentication.caller().unwrap();
    assert_eq!((caller.owner(), caller.key_id()), (Some("john.doe"), Some(&*record.id)));
    assert!(!record.id.contains("am9o") && !format!("{record:?}").contains("Zm9v"));
    for other in ["perm:cm9vdA==.TmlnaHRseSBleHBvcnQ=.Zm9vYmFyMQ", "perm:am9obi5kb2U=.TmlnaHRseSBleHBvcnQ=.Zm9vYmFyMg"]
    {
        assert_eq!(stand.ask(other).await, Err(Reason::ApiKeyUnknown), "{other}");
    }
    for other in ["perm:", "PERM:am9obi5kb2U=.TmlnaHRseSBleHBvcnQ=.Zm9vYmFyMQ"] {
        assert_eq!(stand.decide(other), Err(Reason::ApiKeyMalformed), "{other}");
    }
}

/// Here; elsewhere when it is not remembered as unknown any more.
#[tokio::test]
async fn a_key_that_was_refused_before_it_was_imported_is_good_at_once() {
    let stand = stand();
    assert_eq!(stand.ask(PERM).await, Err(Reason::ApiKeyUnknown));
    stand.keys.import(PERM, NewKey::api_key("john.doe")).await.unwrap();
    assert_eq!(stand.ask(PERM).await, Ok(()));
}

/// With them all that is known of keys is forgotten: that there are none, too.
#[tokio::test]
async fn what_is_known_as_unknown_is_forgotten_with_a_change_of_many_keys() {
    let stand = stand();
    let there = stand.elsewhere();
    assert_eq!(stand.ask(PERM).await, Err(Reason::ApiKeyUnknown));
    let record = there.keys.import(PERM, NewKey::api_key("john.doe")).await.unwrap();
    assert_eq!(stand.decide(PERM), Err(Reason::ApiKeyUnknown), "for as long as that is remembered");
    stand.keys.set_not_before(record.created_at).await.unwrap();
    assert_eq!(stand.keys.remembered(), (0, 0));
    assert_eq!(stand.ask(PERM).await, Ok(()));
}

/// It would be looked for by the id in it, and never be found; also where a foreign form fits all of ours.
#[tokio::test]
async fn a_key_of_our_own_form_is_not_imported() {
    let stand = Stand::with(|builder| builder.also_accept(ForeignFormat::prefixed(TestKeys::ENVIRONMENT)));
    let created = Stand::new().create().await;
    let key = created.key.expose();
    let refused = stand.keys.import(key, NewKey::api_key("billing")).await;
    assert!(
        matches!(refused, Err(KeyError::Invalid(problems)) if problems.len() == 1 && problems[0].contains("create"))
    );
    assert_eq!(stand.ask(key).await, Err(Reason::ApiKeyUnknown));
    // One that only begins so is none of ours.
    let other = key.replace('_', "-").replacen('-', "_", 1);
    assert!(other.starts_with(TestKeys::ENVIRONMENT));
    stand.keys.import(&other, NewKey::api_key("billing")).await.unwrap();
    assert_eq!(stand.ask(&other).await, Ok(()));
}
