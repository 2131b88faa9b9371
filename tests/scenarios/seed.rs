//! Keys carried over from one process to the next.

use portcullis::clock::Clock;
use portcullis::{Authenticator, ExportedKeys, KeyState, Reason};
use portcullis_testing::{ManualClock, ScriptedFetch, TestIssuer};

use crate::scene::{Scene, assert_unavailable, decide, hours, minutes, refusal, runtime, seconds, settle};

/// Another process of the same application: a clock of its own that agrees only on the time of day.
struct NextProcess {
    clock: ManualClock,
    fetch: ScriptedFetch,
    auth: Authenticator,
}

impl NextProcess {
    fn starting(first: &Scene, keys: ExportedKeys) -> Self {
        let clock = ManualClock::starting_at(first.clock.now());
        let fetch = ScriptedFetch::new(&first.issuer);
        let builder = Authenticator::builder(first.issuer.url(), first.issuer.audience()).seed(keys);
        let auth = builder.clock(clock.clone()).fetch_with(fetch.clone()).build().unwrap();
        Self { clock, fetch, auth }
    }
}

/// As written to a file and read back.
fn exported(first: &Scene) -> ExportedKeys {
    ExportedKeys::from_json(&first.auth.export_keys().to_json()).unwrap()
}

#[test]
fn a_second_process_verifies_its_first_token_without_a_fetch_and_without_a_runtime() {
    let first = Scene::new();
    runtime().block_on(first.start());
    let keys = exported(&first);
    assert_eq!(keys.issuers().collect::<Vec<_>>(), [first.issuer.url()]);
    first.clock.advance(hours(3));
    let second = NextProcess::starting(&first, keys);
    assert!(second.auth.is_ready());
    assert_eq!(decide(&second.auth, &first.token()), Ok(()));
    assert_eq!(second.fetch.journal().total(), 0);
    let status = second.auth.status().remove(0);
    assert_eq!((status.age, status.state), (Some(hours(3)), KeyState::Stale), "as old as they are");
    assert_eq!(
        second.auth.verify(&first.token()).now().unwrap().unwrap().caller().unwrap().issuer(),
        first.issuer.url()
    );
}

#[tokio::test]
async fn seeded_keys_are_refreshed_at_once_in_the_background_and_a_withdrawn_one_is_found_out() {
    let first = Scene::started().await;
    let keys = exported(&first);
    let old = first.token();
    first.issuer.rotate_without_overlap();
    first.clock.advance(minutes(30));
    let second = NextProcess::starting(&first, keys);
    assert_eq!(decide(&second.auth, &old), Ok(()), "nobody waits");
    settle().await;
    assert_eq!(second.fetch.count(&first.issuer.jwks_url()), 1);
    assert_eq!(decide(&second.auth, &first.token()), Ok(()));
    assert_eq!(crate::scene::ask(&second.auth, &old).await, Err(Reason::KeyUnknown));
    assert_eq!(second.auth.status()[0].age, Some(seconds(0)));
}

/// PC-JWKS-3: the bound on stale keys counts from their fetch, not from the start.
#[tokio::test]
async fn seeded_keys_expire_at_the_age_they_came_with() {
    let first = Scene::started().await;
    let keys = exported(&first);
    first.clock.advance(hours(23));
    let second = NextProcess::starting(&first, keys);
    second.fetch.everywhere().fail();
    crate::scene::pass(&second.clock, hours(1) - seconds(1)).await;
    let token = first.issuer.token().expires_in(hours(2)).sign();
    assert_eq!(decide(&second.auth, &token), Ok(()));
    crate::scene::pass(&second.clock, seconds(1)).await;
    assert_unavailable(&refusal(&second.auth, &token).await);
}

#[tokio::test]
async fn a_seed_that_is_too_old_or_of_another_issuer_is_ignored() {
    let first = Scene::started().await;
    let keys = exported(&first);
    first.clock.advance(hours(24));
    let late = NextProcess::starting(&first, keys.clone());
    assert_eq!(late.auth.status()[0].state, KeyState::Waiting);
    late.fetch.everywhere().fail();
    assert_unavailable(&refusal(&late.auth, &first.token()).await);

    let other = TestIssuer::builder().url("https://other.test").build();
    let fetch = ScriptedFetch::new(&other);
    let builder = Authenticator::builder(other.url(), other.audience()).seed(keys).clock(other.clock());
    let auth = builder.fetch_with(fetch).build().unwrap();
    assert_eq!(auth.status()[0].state, KeyState::Waiting);
    assert_eq!(crate::scene::ask(&auth, &other.token().sign()).await, Ok(()), "it fetches its own");
}

/// RFC9111-5.2.2-a
#[tokio::test]
async fn keys_that_their_server_wants_written_nowhere_are_not_exported() {
    let scene = Scene::new();
    scene.keys().cache_control("no-store");
    scene.start().await;
    assert_eq!(scene.auth.export_keys().issuers().count(), 0);
}
