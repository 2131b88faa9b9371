//! A personal access token has no more than its owner, and less than an administrator.

use portcullis::api_key::Rights;
use portcullis::{Principal, defaults};
use serde::Deserialize;

use super::*;

/// What an application may ask of the claims by itself.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    scp: Vec<String>,
}

#[actix_web::test]
async fn an_administrator_s_token_is_no_administrator() {
    let mut scene = Scene::new();
    scene.keys = TestKeys::configured(scene.issuer.clock(), |config| {
        config.personal_access_tokens_never(Rights::none().role("admin").scope("users:write"))
    });
    let rights = || Rights::none().role("admin").role("clerk").scope("users:write invoices:read");
    scene.keys.owners().set(None, "root", rights());
    let token = scene.keys.personal_access_token("root").role("admin").role("clerk").scope("users:write invoices:read");
    let token = token.create();
    let answer = scene.of(Route::Clerk, &[("api-key", token.text())]).await;
    assert!(answer.status == 200 && answer.body.contains(r#","invoices:read","clerk","personal_access_token","#));

    let auth = scene.configured(scene.keys.api_keys()).build().expect("a good configuration");
    let who = auth.authenticate(&[token.field()][..]).await.expect("a good token");
    let who: Principal<Claims> = who.principal().expect("claims that fit");
    assert_eq!(
        (&*who.claims().roles, &*who.claims().scp),
        (&["clerk".to_owned()][..], &["invoices:read".to_owned()][..])
    );
    assert!(!who.claims_json().contains("admin") && !who.claims_json().contains("users:write"));
    // It is kept from those tokens, and not from keys that were given it.
    let key = scene.keys.api_key("ops").role("admin").create();
    assert!(scene.of(Route::Required, &[("api-key", key.text())]).await.body.contains(r#""admin""#));
}

#[actix_web::test]
async fn what_the_owner_loses_the_token_loses_within_the_bound() {
    for driver in Driver::ALL {
        let scene = Scene::new();
        let owner = |rights: Rights| scene.keys.owners().set(None, "alice", rights);
        let clerk = || Rights::none().role("clerk").scope("invoices:read");
        owner(clerk());
        let token = scene.keys.personal_access_token("alice").role("clerk").role("lead").scope("invoices:read");
        let token = token.create();
        let auth = scene.configured(scene.keys.api_keys()).build().expect("a good configuration");
        let send = async |route| driver.send(auth.clone(), route, &get("/", &[("api-key", token.text())])).await;
        assert!(send(Route::Clerk).await.body.contains(r#","clerk","#), "{driver:?}");
        owner(Rights::none().scope("invoices:read"));
        scene.issuer.clock().advance(defaults::KEY_REVOCATION_WITHIN);
        assert_eq!(send(Route::Clerk).await, refused(403, &[DENIED]), "{driver:?}");
        assert_eq!(send(Route::Read).await.status, 200, "{driver:?}");
        owner(clerk());
        scene.issuer.clock().advance(defaults::KEY_REVOCATION_WITHIN);
        assert_eq!(send(Route::Clerk).await.status, 200, "{driver:?}");
        scene.keys.owners().remove(None, "alice");
        scene.issuer.clock().advance(defaults::KEY_REVOCATION_WITHIN);
        assert_eq!(send(Route::Clerk).await, unauthorized(), "{driver:?}");
    }
}
