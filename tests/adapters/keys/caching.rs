//! Answers that shared caches must not keep.

use portcullis::api_key::{CookieDefence, KeyPlace};

use super::*;

/// RFC9110-16.4.2-a: caches know `Authorization` (RFC 9111 §3.5), and no other place of a key.
#[actix_web::test]
async fn answers_to_a_key_from_outside_authorization_are_private() {
    type Send = fn(&str) -> (String, &'static str, String);
    let cookie = KeyPlace::dangerous_cookie("__Host-key", CookieDefence::custom_header("x-requested-by"));
    let places: [(&str, KeyPlace, bool, Send); 7] = [
        ("header", KeyPlace::header("api-key"), true, |key| ("/".into(), "api-key", key.into())),
        ("query", KeyPlace::dangerous_query("key"), true, |key| (format!("/?key={key}"), "accept", "*/*".into())),
        ("cookie", cookie, true, |key| ("/".into(), "cookie", format!("a=b; __Host-key={key}"))),
        ("raw", KeyPlace::raw_authorization(), false, |key| ("/".into(), "authorization", key.into())),
        ("scheme", KeyPlace::authorization_scheme("ApiKey"), false, |key| {
            ("/".into(), "authorization", format!("apikey {key}"))
        }),
        ("prefix", KeyPlace::bearer_with_prefix("portcullis_test_"), false, |key| {
            ("/".into(), "authorization", format!("Bearer {key}"))
        }),
        ("basic", KeyPlace::basic_user(), false, |key| {
            ("/".into(), "authorization", super::places::basic(&format!("{key}:")))
        }),
    ];
    for (name, place, is_hidden, send) in places {
        let scene = Scene::with(move |config| config.api_key_place(place.clone()));
        let key = scene.key();
        let (target, field, value) = send(key.text());
        for (route, said, hidden) in [
            (Route::Required, &[][..], &["private"][..]),
            (Route::NoStore, &["no-store"], &["no-store"]),
            (Route::Public, &["public, max-age=60"], &["public, max-age=60", "private"]),
            (Route::Private, &["private"], &["private"]),
        ] {
            let answer = scene.answer(route, &get(&target, &[(field, &value)])).await;
            assert_eq!(answer.status, 200, "{name}: {answer:?}");
            let cached = answer.fields.iter().filter(|(name, _)| name == "cache-control").map(|(_, value)| &**value);
            assert_eq!(cached.collect::<Vec<_>>(), if is_hidden { hidden } else { said }, "{name} at {route:?}");
        }
        let token = format!("Bearer {}", scene.issuer.token().sign());
        if name != "raw" {
            let answer = scene.of(Route::Public, &[("authorization", &token)]).await;
            assert!(answer.fields.contains(&("cache-control".to_owned(), "public, max-age=60".to_owned())), "{name}");
            assert_eq!(answer.fields.len(), 2, "{name}: {answer:?}");
        }
    }
}
