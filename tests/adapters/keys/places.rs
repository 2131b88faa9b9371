//! Where keys may be, and what is not seen elsewhere.

use portcullis::api_key::{CookieDefence, ForeignFormat, KeyPlace, NewKey};
use portcullis_testing::ManualClock;

use super::*;

pub(super) fn basic(pair: &str) -> String {
    format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair))
}

struct Place {
    name: &'static str,
    place: KeyPlace,
    challenges: &'static [&'static str],
    send: fn(&str) -> Request,
}

fn all() -> [Place; 9] {
    let cookie = KeyPlace::dangerous_cookie("__Host-key", CookieDefence::custom_header("X-Requested-By"));
    let place = |name, place, challenges, send| Place { name, place, challenges, send };
    [
        place("api-key", KeyPlace::header("Api-Key"), &[BEARER, API_KEY], |key| get("/", &[("api-key", key)])),
        place("x-api-key", KeyPlace::header("X-API-Key"), &[BEARER, API_KEY], |key| get("/", &[("x-api-key", key)])),
        place("raw", KeyPlace::raw_authorization(), &[BEARER, API_KEY], |key| get("/", &[("authorization", key)])),
        place("scheme", KeyPlace::authorization_scheme("ApiKey"), &[BEARER, API_KEY], |key| {
            get("/", &[("authorization", &format!("APIKEY {key}"))])
        }),
        place("user", KeyPlace::basic_user(), &[BEARER, BASIC], |key| {
            get("/", &[("authorization", &basic(&format!("{key}:")))])
        }),
        place("password", KeyPlace::basic_password(), &[BEARER, BASIC], |key| {
            get("/", &[("authorization", &basic(&format!("anybody:{key}")))])
        }),
        place("bearer", KeyPlace::bearer_with_prefix("portcullis_test_"), &[BEARER], |key| {
            get("/", &[("authorization", &format!("Bearer {key}"))])
        }),
        place("query", KeyPlace::dangerous_query("api_key"), &[BEARER, API_KEY], |key| {
            get(&format!("/?a=1&api_key={key}"), &[])
        }),
        place("cookie", cookie, &[BEARER, API_KEY], |key| get("/", &[("cookie", &format!("__Host-key={key}"))])),
    ]
}

/// OAS-apiKey-a, RFC7617-2-b, RFC9110-11.6.1-a: 81 pairs of where a key is taken from and where it is.
#[actix_web::test]
async fn a_key_is_seen_in_its_place_and_nowhere_else() {
    for Place { name, place, challenges, send } in all() {
        let scene = Scene::with(move |config| config.api_key_place(place.clone()));
        let key = scene.key();
        assert_eq!(scene.of(Route::Required, &[]).await, refused(401, challenges), "{name}: nothing");
        for other in all().iter().filter(|other| other.name != name) {
            let answer = scene.answer(Route::Required, &(other.send)(key.text())).await;
            let mut expected = challenges.to_vec();
            if other.name == "bearer" {
                expected[0] = INVALID_TOKEN;
            }
            assert_eq!(answer, refused(401, &expected), "{} where it is {name}", other.name);
        }
        assert_eq!(scene.keys.store().look_ups(), 0, "{name}");
        let answer = scene.answer(Route::Required, &send(key.text())).await;
        assert!(answer.status == 200 && answer.body.contains(key.id()), "{name}: {answer:?}");
        // Tokens are taken beside it, but for where keys need no scheme.
        let token = format!("Bearer {}", scene.issuer.token().sign());
        assert_eq!(scene.of(Route::Required, &[("authorization", &token)]).await.status, 200, "{name}");
    }
}

/// RFC6648-3-a
#[actix_web::test]
async fn the_header_field_has_no_x_unless_it_is_given_one() {
    let scene = Scene::new();
    let key = scene.key();
    assert_eq!(scene.of(Route::Required, &[("x-api-key", key.text())]).await, unauthorized());
    assert_eq!(scene.of(Route::Required, &[("api-key", key.text())]).await.status, 200);
}

/// RFC7617-2-a
#[actix_web::test]
async fn basic_is_padded_base64_of_a_pair_that_the_first_colon_cuts() {
    let keys = |clock: ManualClock| TestKeys::configured(clock, |c| c.also_accept(ForeignFormat::prefixed("old:")));
    for (place, pair, bad) in [
        (KeyPlace::basic_user(), "{}:", [basic("{}:more"), basic(":{}"), basic("{\n}:"), basic(":")]),
        (KeyPlace::basic_password(), "me:{}", [basic("{}:"), basic("me:{\u{1}}"), basic("m\u{7f}:{}"), basic(":")]),
    ] {
        let mut scene = Scene::with(move |config| config.api_key_place(place.clone()));
        scene.keys = keys(scene.issuer.clock());
        let key = scene.key();
        let good = basic(&pair.replace("{}", key.text()));
        assert_eq!(scene.of(Route::Required, &[("authorization", &good)]).await.status, 200, "{pair}");
        for bad in bad {
            assert_eq!(scene.of(Route::Required, &[("authorization", &bad)]).await, refused(401, &[BEARER, BASIC]));
        }
        // Of whatever length a pair is, one of these lacks its padding.
        let unpadded = [0, 1, 2].map(|more| basic(&"k:".repeat(8)[..10 + more])).map(|one| one.replace('=', ""));
        let malformed = [format!("{good}="), "Basic *".to_owned(), basic("no colon"), "Basic".to_owned()];
        for malformed in unpadded.into_iter().filter(|one| (one.len() - 6) % 4 != 0).chain(malformed) {
            let answer = scene.of(Route::Required, &[("authorization", &malformed)]).await;
            assert_eq!(answer, refused(400, &[INVALID_REQUEST]), "{malformed}");
        }
        // Colons in a password are part of it; a user can have none.
        let old = "old:0123456789abcdef:ghij";
        scene.keys.api_keys().import(old, NewKey::api_key("billing")).await.expect("a key of that form");
        let answer = scene.of(Route::Required, &[("authorization", &basic(&pair.replace("{}", old)))]).await;
        assert_eq!(answer.status, if pair.starts_with("me") { 200 } else { 401 }, "{pair}");
    }
}

/// RFC6750-5.3-a: a browser sends cookies whoever makes it.
#[actix_web::test]
async fn a_cookie_counts_for_a_request_that_changes_something_only_with_its_defence() {
    let defence = || CookieDefence::custom_header("X-Requested-By");
    let scene = Scene::with(move |config| config.api_key_place(KeyPlace::dangerous_cookie("__Secure-key", defence())));
    let key = scene.key();
    let cookie = format!("theme=dark; __Secure-key={}", key.text());
    // Not HEAD, to which one framework gives no body and the others leave that to the server.
    for method in ["GET", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PURGE"] {
        let bare = Request { method, ..get("/", &[("cookie", &cookie)]) };
        let is_safe = ["GET", "OPTIONS", "TRACE"].contains(&method);
        let answer = scene.answer(Route::Required, &bare).await;
        assert_eq!(answer.status, if is_safe { 200 } else { 401 }, "{method}");
        assert!(is_safe || answer == unauthorized(), "{method}");
        let defended = Request { method, ..get("/", &[("cookie", &cookie), ("x-requested-by", "")]) };
        assert_eq!(scene.answer(Route::Required, &defended).await.status, 200, "{method}");
    }
    let twice = format!("{cookie}; __Secure-key=x");
    assert_eq!(scene.of(Route::Required, &[("cookie", &twice)]).await, refused(400, &[INVALID_REQUEST]));
    for other in ["__secure-key", "Secure-key", "x__Secure-key"] {
        let cookie = format!("{other}={}", key.text());
        assert_eq!(scene.of(Route::Required, &[("cookie", &cookie)]).await, unauthorized(), "{other}");
    }
}

/// What a query spells in another way is the same key, and twice is twice.
#[actix_web::test]
async fn a_query_is_decoded_before_it_is_looked_at() {
    let scene = Scene::with(|config| config.api_key_place(KeyPlace::dangerous_query("api_key")));
    let key = scene.key();
    let escaped = key.text().replace('_', "%5f");
    for (query, expected) in [
        (format!("api%5Fkey={escaped}"), None),
        (format!("api_key={escaped}&api_key={escaped}"), Some(refused(400, &[INVALID_REQUEST]))),
        ("api_key=".to_owned(), Some(unauthorized())),
        (format!("api_key={}%00", key.text()), Some(refused(400, &[INVALID_REQUEST]))),
        (format!("API_KEY={}", key.text()), Some(unauthorized())),
    ] {
        let answer = scene.answer(Route::Required, &get(&format!("/?{query}"), &[])).await;
        match expected {
            Some(expected) => assert_eq!(answer, expected, "{query}"),
            None => assert_eq!(answer.status, 200, "{query}"),
        }
    }
}
