//! A store that does not answer.

use portcullis::defaults;

use super::*;

/// Nobody is let in for it and nobody is blamed: a key that is known is served, the others have to come back.
#[actix_web::test]
async fn without_its_store_a_known_key_is_served_and_an_unknown_one_is_a_503() {
    for driver in Driver::ALL {
        let scene = Scene::new();
        let (known, unknown) = (scene.key(), scene.key());
        let auth = scene.configured(scene.keys.api_keys()).build().expect("a good configuration");
        let send = async |key: &str| driver.send(auth.clone(), Route::Required, &get("/", &[("api-key", key)])).await;
        let clock = scene.issuer.clock();
        assert_eq!(send(known.text()).await.status, 200, "{driver:?}");
        scene.keys.store().fail();
        assert_eq!(send(unknown.text()).await, refused(503, &[]), "{driver:?}");
        for _ in 0..3 {
            clock.advance(defaults::KEY_REVOCATION_WITHIN);
            assert_eq!(send(known.text()).await.status, 200, "{driver:?}");
        }
        clock.advance(defaults::STALE_API_KEYS_FOR);
        assert_eq!(send(known.text()).await, refused(503, &[]), "{driver:?}");
        // What can be told without it is told.
        assert_eq!(send(&scene.keys.broken(portcullis_testing::KeyDefect::Invented)).await.status, 401, "{driver:?}");
        scene.keys.store().mend();
        for key in [&known, &unknown] {
            assert_eq!(send(key.text()).await.status, 200, "{driver:?}");
        }
    }
}

/// Whoever waits for a store that hangs is answered when its time is up, wherever it waits.
#[actix_web::test]
async fn a_store_that_hangs_is_waited_for_no_longer_than_its_time() {
    for driver in Driver::ALL {
        let scene = Scene::new();
        let key = scene.key();
        scene.keys.store().hang();
        let auth = scene.configured(scene.keys.api_keys()).build().expect("a good configuration");
        let text = key.text().to_owned();
        let waiting =
            actix_web::rt::spawn(
                async move { driver.send(auth, Route::Required, &get("/", &[("api-key", &text)])).await },
            );
        while scene.keys.store().look_ups() == 0 {
            tokio::task::yield_now().await;
        }
        scene.issuer.clock().advance(defaults::KEY_STORE_TIMEOUT);
        assert_eq!(waiting.await.expect("no panic"), refused(503, &[]), "{driver:?}");
    }
}
