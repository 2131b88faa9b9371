//! The issuer changes its keys.

use portcullis::{Algorithm, Reason};
use portcullis_testing::TestKey;

use crate::scene::{Scene, minutes, promptly, seconds};

/// OIDCC-10.1.1-a
#[tokio::test]
async fn a_rotation_with_overlap_refuses_nobody() {
    let scene = Scene::started().await;
    let old = scene.token();
    scene.issuer.rotate();
    for second in 0..20 * 60 {
        assert_eq!(scene.ask(&old).await, Ok(()), "second {second}");
        assert_eq!(scene.ask(&scene.token()).await, Ok(()), "second {second}");
        scene.pass(seconds(1)).await;
    }
    // The first one, one for the new kid, and at least two that were due.
    assert!((4..=5).contains(&scene.fetches()), "{}", scene.fetches());
    assert_eq!(scene.status().keys, 2);
}

#[tokio::test]
async fn a_rotation_that_was_announced_costs_no_fetch() {
    let scene = Scene::new();
    scene.issuer.publish_next_key();
    scene.start().await;
    let old = scene.token();
    scene.issuer.rotate();
    assert_eq!((scene.decide(&old), scene.decide(&scene.token())), (Ok(()), Ok(())));
    assert_eq!(scene.fetches(), 1);
}

/// OIDCC-10.1.1-a, PC-JWKS-4
#[tokio::test]
async fn a_rotation_without_overlap_costs_one_fetch_and_ends_the_old_key() {
    let scene = Scene::started().await;
    let old = scene.token();
    scene.issuer.rotate_without_overlap();
    assert_eq!(scene.decide(&old), Ok(()), "nothing has told us yet");
    let new = scene.token();
    assert_eq!(scene.ask(&new).await, Ok(()));
    assert_eq!(scene.fetches(), 2);
    assert_eq!(scene.decide(&new), Ok(()));
    assert_eq!(scene.ask(&old).await, Err(Reason::KeyUnknown));
    assert_eq!(scene.status().keys, 1);
}

/// An issuer that names its keys in no way: only a signature that fails can show that the key was replaced. Whoever shows
/// it does not wait, and a stream of bad signatures costs no more than one of invented `kid`s.
#[tokio::test]
async fn a_key_without_kid_that_was_replaced_is_found_after_a_signature_that_failed() {
    let scene = Scene::new();
    let unnamed = || scene.issuer.jwks().replace(&format!("\"kid\":\"{}\",", scene.issuer.current_kid()), "");
    let token = || scene.issuer.token().without_header("kid").sign();
    scene.keys().json(unnamed());
    assert!(!unnamed().contains("kid"), "{}", unnamed());
    assert_eq!(scene.ask(&token()).await, Ok(()));

    scene.issuer.rotate_without_overlap();
    scene.keys().json(unnamed());
    assert_eq!(scene.decide(&token()), Err(Reason::SignatureInvalid));
    scene.pass(seconds(0)).await;
    assert_eq!((scene.decide(&token()), scene.fetches()), (Ok(()), 2));

    let forged = scene.issuer.token().without_header("kid").signed_by(&TestKey::foreign(Algorithm::Ed25519));
    let forged = forged.without_header("kid").sign();
    for _ in 0..100 {
        assert_eq!(scene.decide(&forged), Err(Reason::SignatureInvalid));
        scene.pass(seconds(1)).await;
    }
    assert!(scene.fetches() <= 2 + 4 * 2, "{} fetches", scene.fetches());
}

/// Neither the first fetch nor one that found its key makes the next rotation wait.
#[tokio::test]
async fn rotations_in_quick_succession_are_each_found_at_once() {
    let scene = Scene::started().await;
    for rotation in 1..=10 {
        scene.issuer.rotate_without_overlap();
        assert_eq!(scene.ask(&scene.token()).await, Ok(()));
        assert_eq!(scene.fetches(), 1 + rotation);
    }
}

/// PC-JWKS-4
#[tokio::test]
async fn a_withdrawn_key_is_refused_after_the_next_refresh_without_anybody_asking() {
    let scene = Scene::new();
    let first_kid = scene.issuer.current_kid();
    let old = scene.token();
    scene.issuer.rotate();
    scene.start().await;
    assert_eq!(scene.decide(&old), Ok(()));
    assert!(scene.issuer.withdraw(&first_kid));
    scene.pass(minutes(7)).await;
    assert_eq!((scene.decide(&old), scene.fetches()), (Ok(()), 1), "still the same keys");
    scene.pass(minutes(2)).await;
    assert_eq!(scene.fetches(), 2);
    assert_eq!(scene.ask(&old).await, Err(Reason::KeyUnknown));
    assert_eq!(scene.decide(&scene.token()), Ok(()), "the other key stays");
}

/// PC-JWKS-4
#[tokio::test]
async fn a_withdrawn_key_is_refused_at_once_when_the_application_refreshes() {
    let scene = Scene::new();
    let first_kid = scene.issuer.current_kid();
    let old = scene.token();
    scene.issuer.rotate();
    scene.start().await;
    scene.issuer.withdraw(&first_kid);
    promptly(scene.auth.refresh()).await;
    assert_eq!(scene.ask(&old).await, Err(Reason::KeyUnknown));
    assert_eq!(scene.decide(&scene.token()), Ok(()));
}

/// The reserve for a `kid` that keeps coming back.
#[tokio::test]
async fn a_rotation_right_after_thirty_invented_kids_is_found_within_seconds() {
    let scene = Scene::started().await;
    for invented in 0..30 {
        let token = scene.issuer.token().kid(&format!("invented-{invented}")).sign();
        assert_eq!(scene.ask(&token).await, Err(Reason::KeyUnknown));
    }
    assert_eq!(scene.fetches(), 2, "the budget is spent");
    scene.issuer.rotate();
    let mut quarters = 0;
    while scene.ask(&scene.token()).await != Ok(()) {
        quarters += 1;
        // One second to be seen to come back, and two more where it shares its place in the memory of kids.
        assert!(quarters <= 14, "not found within seconds");
        scene.pass(seconds(1) / 4).await;
    }
    assert_eq!(scene.fetches(), 3);
}

#[tokio::test]
async fn a_rotation_right_after_invented_kids_is_found_when_the_budget_is_back_even_if_its_token_came_once() {
    let scene = Scene::started().await;
    let invented = scene.issuer.token().kid("invented").sign();
    assert_eq!(scene.ask(&invented).await, Err(Reason::KeyUnknown));
    scene.issuer.rotate();
    let token = scene.token();
    assert_eq!(scene.decide(&token), Err(Reason::KeyUnknown));
    scene.pass(seconds(30)).await;
    assert_eq!((scene.fetches(), scene.decide(&token)), (3, Ok(())), "without waiting");
}
