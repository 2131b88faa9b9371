//! What is wrong with a key, where it is, or what is beside it.

use portcullis::api_key::CredentialKind;
use portcullis_testing::KeyDefect;

use super::*;

/// PC-KEY-1, PC-KEY-4, ATK-84, RFC9110-11.6.1-a: nothing tells the 401s apart, not even from that to no key at all.
#[actix_web::test]
async fn every_bad_key_gets_the_same_answer() {
    let nothing = Scene::new().of(Route::Required, &[]).await;
    assert_eq!(nothing, unauthorized());
    for defect in KeyDefect::ALL {
        let scene = Scene::new();
        let bad = scene.keys.broken(*defect);
        let expected = if defect.expected_status() == 400 { refused(400, &[INVALID_REQUEST]) } else { nothing.clone() };
        for route in [Route::Required, Route::Optional, Route::Read] {
            assert_eq!(scene.of(route, &[("api-key", &bad)]).await, expected, "{defect} at {route:?}");
        }
    }
}

/// PC-KEY-4: bodies and descriptions are no more talkative.
#[actix_web::test]
async fn bad_keys_cannot_be_told_apart_by_what_a_talkative_configuration_says() {
    let mut answers = Vec::new();
    for defect in KeyDefect::ALL.iter().filter(|defect| defect.expected_status() == 401) {
        let scene = Scene::with(|config| config.describe_refusals().problem_details());
        let bad = scene.keys.broken(*defect);
        answers.push(scene.of(Route::Required, &[("api-key", &bad)]).await);
    }
    assert_eq!(answers[0].body, r#"{"type":"about:blank","title":"Unauthorized","status":401}"#);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

/// PC-KEY-1
#[actix_web::test]
async fn two_keys_are_refused_even_when_they_are_equal_or_one_is_empty() {
    let scene = Scene::new();
    let (key, other) = (scene.key(), scene.key());
    for beside in [key.text(), other.text(), "", "x"] {
        for head in [[key.text(), beside], [beside, key.text()]] {
            let head = head.map(|value| ("api-key", value));
            assert_eq!(scene.of(Route::Required, &head).await, refused(400, &[INVALID_REQUEST]), "{beside:?}");
        }
    }
    assert_eq!(scene.of(Route::Required, &[("api-key", &format!(" {}\t", key.text()))]).await.status, 200);
    let both = Scene::with(|config| {
        use portcullis::api_key::KeyPlace;
        config.api_key_place(KeyPlace::header("api-key")).api_key_place(KeyPlace::header("x-api-key"))
    });
    let key = both.key();
    let head = [("api-key", key.text()), ("x-api-key", key.text())];
    assert_eq!(both.of(Route::Required, &head).await, refused(400, &[INVALID_REQUEST]));
    assert_eq!(both.of(Route::Required, &head[1..]).await.status, 200);
}

/// PC-KEY-3
#[actix_web::test]
async fn a_token_beside_a_key_is_refused_unless_one_kind_is_preferred() {
    let plain = Scene::new();
    let good = |scene: &Scene| (format!("Bearer {}", scene.issuer.token().sign()), scene.key());
    let (token, key) = good(&plain);
    for (token, key) in [(&*token, key.text()), (&*token, "x"), (&*token, ""), ("Bearer x", key.text())] {
        let answer = plain.of(Route::Required, &[("authorization", token), ("api-key", key)]).await;
        assert_eq!(answer, refused(400, &[INVALID_REQUEST]), "{token} {key}");
    }
    for (kind, said) in [(CredentialKind::Token, "user"), (CredentialKind::ApiKey, "api_key")] {
        let scene = Scene::with(move |config| config.prefer(kind));
        let (token, key) = good(&scene);
        let both = |token: &str, key: &str| [("authorization", token.to_owned()), ("api-key", key.to_owned())];
        let answer = async |[(one, token), (other, key)]: [(&'static str, String); 2]| {
            scene.of(Route::Required, &[(one, &token), (other, &key)]).await
        };
        let accepted = answer(both(&token, key.text())).await;
        assert!(accepted.status == 200 && accepted.body.contains(&format!("\"{said}\"")), "{accepted:?}");
        // The other one is not looked at, and the preferred one is not passed over for being bad.
        let (bad_token, bad_key) = (answer(both("Bearer x", key.text())).await, answer(both(&token, "x")).await);
        let expected = match kind {
            CredentialKind::Token => (refused(401, &[INVALID_TOKEN, API_KEY]), 200),
            _ => (unauthorized(), 200),
        };
        let (bad, good) = if kind == CredentialKind::Token { (bad_token, bad_key) } else { (bad_key, bad_token) };
        assert_eq!((bad, good.status), expected, "{kind:?}");
        // Alone, each is as good as ever.
        assert_eq!(scene.of(Route::Required, &[("authorization", &token)]).await.status, 200);
        assert_eq!(scene.of(Route::Required, &[("api-key", key.text())]).await.status, 200);
    }
}

/// PC-KEY-3: the order is one of kinds, so it says nothing of two of a kind.
#[actix_web::test]
async fn two_keys_in_places_of_their_own_are_refused_whichever_kind_is_preferred() {
    use portcullis::api_key::KeyPlace;
    for kind in [CredentialKind::Token, CredentialKind::ApiKey] {
        let scene = Scene::with(move |config| {
            let places = config.api_key_place(KeyPlace::header("api-key"));
            places.api_key_place(KeyPlace::authorization_scheme("ApiKey")).prefer(kind)
        });
        let key = scene.key();
        let head = [("authorization", &*format!("ApiKey {}", key.text())), ("api-key", key.text())];
        assert_eq!(scene.of(Route::Required, &head).await, refused(400, &[INVALID_REQUEST]), "{kind:?}");
        for alone in head {
            assert_eq!(scene.of(Route::Required, &[alone]).await.status, 200, "{kind:?} {}", alone.0);
        }
    }
}

/// OAS-apiKey-a: where it is decides what it is taken for, and the store is not asked about the rest.
#[actix_web::test]
async fn a_key_that_is_sent_as_a_token_is_none_and_a_token_as_a_key_is_none() {
    let scene = Scene::new();
    let (token, key) = (scene.issuer.token().sign(), scene.key());
    assert!(token.len() <= portcullis::defaults::MAX_KEY_BYTES, "{}", token.len());
    let bearer = format!("Bearer {}", key.text());
    assert_eq!(scene.of(Route::Required, &[("authorization", &bearer)]).await, refused(401, &[INVALID_TOKEN, API_KEY]));
    for head in [("authorization", key.text()), ("authorization", &*token), ("api-key", &*token)] {
        assert_eq!(scene.of(Route::Required, &[head]).await, unauthorized(), "{}", head.0);
    }
    assert_eq!(scene.of(Route::Required, &[("api-key", &bearer)]).await, refused(400, &[INVALID_REQUEST]));
    let long = scene.issuer.token().scope(&"a ".repeat(512)).sign();
    assert_eq!(scene.of(Route::Required, &[("api-key", &long)]).await, refused(400, &[INVALID_REQUEST]));
    assert_eq!(scene.keys.store().look_ups(), 0);
}

/// What was found good in one place is not remembered as good in another.
#[actix_web::test]
async fn a_key_that_was_just_accepted_is_no_token_and_the_other_way_round() {
    let scene = Scene::new();
    let (token, key) = (scene.issuer.token().sign(), scene.key());
    let auth = scene.configured(scene.keys.api_keys()).build().expect("a good configuration");
    for driver in Driver::ALL {
        let mut statuses = Vec::new();
        for head in [
            ("api-key", key.text()),
            ("authorization", &*format!("Bearer {}", key.text())),
            ("authorization", &*format!("Bearer {token}")),
            ("api-key", &*token),
            ("api-key", key.text()),
        ] {
            statuses.push(driver.send(auth.clone(), Route::Required, &get("/", &[head])).await.status);
        }
        assert_eq!(statuses, [200, 401, 200, 401, 200], "{driver:?}");
    }
}

/// RFC6750-3.1-a: a scheme without a token is no word that could be a key, also where keys need no scheme.
#[actix_web::test]
async fn bearer_alone_is_no_key_where_keys_need_no_scheme() {
    let scene = Scene::with(|config| config.api_key_place(portcullis::api_key::KeyPlace::raw_authorization()));
    for alone in ["Bearer", "bearer", " Bearer\t", "Bearer "] {
        let answer = scene.of(Route::Required, &[("authorization", alone)]).await;
        assert_eq!(answer, refused(400, &[INVALID_REQUEST]), "{alone:?}");
    }
    let key = scene.key();
    for (word, status) in [("Bearers", 401), (key.text(), 200)] {
        assert_eq!(scene.of(Route::Required, &[("authorization", word)]).await.status, status, "{word}");
    }
}
