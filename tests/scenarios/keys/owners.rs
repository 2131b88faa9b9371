//! Personal access tokens: never more than their owner, and never what is kept from all of them.

use portcullis::api_key::{KeyError, NewKey, Rights};
use portcullis::{CallerKind, Reason};

use super::{Stand, seconds};

fn stand() -> Stand {
    Stand::with(|builder| {
        builder.personal_access_tokens_never(Rights::none().role("Administrator").scope("users:write"))
    })
}

fn all() -> Rights {
    Rights::none().scope("pieces:read users:write").role("Administrator").role("Inspector").group("quality")
}

/// DL-7: an administrator's token is no administrator, in what the handler decodes, either.
#[tokio::test]
async fn an_administrator_s_token_is_no_administrator() {
    let stand = stand();
    stand.owners().set(None, "alice", all());
    let new = NewKey::personal_access_token("alice").rights(all());
    let created = stand.keys.create(new).await.unwrap();
    for _ in 0..2 {
        let authentication = stand.send(created.key.expose()).await.unwrap();
        let caller = authentication.caller().unwrap();
        assert_eq!((caller.kind(), caller.subject()), (CallerKind::PersonalAccessToken, Some("alice")));
        assert_eq!((caller.owner(), caller.key_id()), (Some("alice"), Some(&*created.record.id)));
        assert_eq!(caller.roles().collect::<Vec<_>>(), ["Inspector"]);
        assert_eq!(caller.scopes().collect::<Vec<_>>(), ["pieces:read"]);
        assert_eq!(caller.groups().collect::<Vec<_>>(), ["quality"]);
        assert!(!caller.claims_json().contains("Administrator") && !caller.claims_json().contains("users:write"));
    }
    // A key of its own has what it was given.
    let created = stand.keys.create(NewKey::api_key("alice").rights(all())).await.unwrap();
    let authentication = stand.send(created.key.expose()).await.unwrap();
    assert!(authentication.caller().unwrap().has_role("Administrator"));
}

#[tokio::test]
async fn what_the_owner_loses_the_token_loses_within_the_bound() {
    let stand = stand();
    stand.owners().set(None, "bob", Rights::none().scope("pieces:read pieces:write"));
    let new = NewKey::personal_access_token("bob").scope("pieces:read pieces:write other");
    let created = stand.keys.create(new).await.unwrap();
    let scopes = async || {
        let authentication = stand.send(created.key.expose()).await.unwrap();
        authentication.caller().unwrap().scopes().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(scopes().await, "pieces:read pieces:write");
    stand.owners().set(None, "bob", Rights::none().scope("pieces:read"));
    stand.clock.advance(seconds(30));
    assert_eq!(scopes().await, "pieces:read");
    stand.owners().set(None, "bob", Rights::none().scope("pieces:read pieces:write"));
    stand.clock.advance(seconds(30));
    assert_eq!(scopes().await, "pieces:read pieces:write", "what the record grants is not lost");
}

/// HUB-10
#[tokio::test]
async fn the_tokens_of_an_owner_who_is_gone_are_refused() {
    let stand = stand();
    stand.owners().set(Some("acme"), "bob", Rights::none());
    let create = |tenant: &'static str| stand.keys.create(NewKey::personal_access_token("bob").tenant(tenant));
    let (here, there) = (create("acme").await.unwrap(), create("other").await.unwrap());
    assert_eq!(stand.ask(here.key.expose()).await, Ok(()));
    assert_eq!(stand.ask(there.key.expose()).await, Err(Reason::ApiKeyOwnerUnknown), "another tenant's bob");
    stand.owners().remove(Some("acme"), "bob");
    stand.clock.advance(seconds(30));
    assert_eq!(stand.ask(here.key.expose()).await, Err(Reason::ApiKeyOwnerUnknown));
}

#[tokio::test]
async fn without_anybody_to_ask_about_owners_there_are_no_personal_access_tokens() {
    use portcullis::api_key::{ApiKeys, DigestKey, MemoryKeyStore};
    let keys = ApiKeys::builder("acme_test", DigestKey::generate().unwrap(), MemoryKeyStore::new()).build().unwrap();
    let refused = keys.create(NewKey::personal_access_token("alice")).await;
    assert!(matches!(refused, Err(KeyError::Invalid(problems)) if problems.len() == 1));
}
