//! Where nothing need be presented, and where only keys are taken.

use portcullis::TrustedCaller;
use portcullis_testing::KeyDefect;

use super::*;

/// A guest is who presented nothing, never who presented something bad.
#[actix_web::test]
async fn a_guest_calls_where_nothing_was_presented_and_is_sent_away_where_that_is_too_little() {
    let guest = || TrustedCaller::new("https://api.test", "guest").scope("catalogue:read");
    let scene = Scene::with(move |config| config.guest(guest()));
    let body = r#"["guest",null,"catalogue:read","","guest",null,null,"",null,null]"#;
    let answer = scene.of(Route::Optional, &[]).await;
    assert_eq!(answer, Answer::new(200, [("content-type", &b"application/json"[..])].into_iter(), body.as_bytes()));
    for (route, challenge) in [
        (Route::OptionalUsers, BEARER.to_owned()),
        (Route::OptionalRead, format!("{BEARER}, scope=\"invoices:read\"")),
        (Route::Required, BEARER.to_owned()),
    ] {
        assert_eq!(scene.of(route, &[]).await, refused(401, &[&challenge, API_KEY]), "{route:?}");
    }
    for defect in KeyDefect::ALL {
        let bad = scene.keys.broken(*defect);
        let answer = scene.of(Route::Optional, &[("api-key", &bad)]).await;
        assert_eq!(answer.status, defect.expected_status(), "{defect}");
    }
    let key = scene.keys.api_key("billing").create();
    assert!(scene.of(Route::Optional, &[("api-key", key.text())]).await.body.contains("\"api_key\""));
    let wrong_place = scene.of(Route::Optional, &[("authorization", &format!("Bearer {}", key.text()))]).await;
    assert_eq!(wrong_place, refused(401, &[INVALID_TOKEN, API_KEY]));
}

#[actix_web::test]
async fn a_guest_with_rights_has_them() {
    let scene = Scene::with(|config| config.guest(TrustedCaller::new("https://api.test", "g").scope("invoices:read")));
    assert_eq!(scene.of(Route::OptionalRead, &[]).await.status, 200);
    assert_eq!(scene.of(Route::OptionalUsers, &[]).await.status, 401);
}

/// Without an issuer there is no token to be had, and none is asked for.
#[actix_web::test]
async fn where_only_keys_are_taken_no_token_is_offered_or_accepted() {
    let scene = Scene::new();
    let key = scene.keys.api_key("billing").scope("invoices:read").create();
    let token = format!("Bearer {}", scene.issuer.token().sign());
    for driver in Driver::ALL {
        let auth = scene.keys.authenticator();
        let send = async |route, head: &[(&'static str, &str)]| driver.send(auth.clone(), route, &get("/", head)).await;
        let unauthorized = refused(401, &[API_KEY]);
        assert_eq!(send(Route::Required, &[]).await, unauthorized, "{driver:?}");
        assert_eq!(send(Route::Required, &[("authorization", &token)]).await, unauthorized, "{driver:?}");
        assert_eq!(send(Route::Required, &[("api-key", "x")]).await, unauthorized, "{driver:?}");
        assert_eq!(send(Route::Read, &[("api-key", key.text())]).await.status, 200, "{driver:?}");
        let denied = refused(403, &["ApiKey realm=\"api\", error=\"insufficient_scope\""]);
        assert_eq!(send(Route::Users, &[("api-key", key.text())]).await, denied, "{driver:?}");
        assert_eq!(send(Route::Optional, &[]).await.body, "null", "{driver:?}");
    }
}
