use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn get(fetch: &ScriptedFetch, url: &str) -> FetchFuture {
    fetch.respond(url.into(), "application/json", None, SECOND * 5, 64 * 1024)
}

fn setting() -> (TestIssuer, ScriptedFetch) {
    let issuer = TestIssuer::new();
    let fetch = ScriptedFetch::new(&issuer);
    (issuer, fetch)
}

#[tokio::test]
async fn the_documents_are_those_of_the_issuer_as_it_is_now() {
    let (issuer, fetch) = setting();
    for url in issuer.discovery_urls() {
        assert_eq!(get(&fetch, &url).await.unwrap().body, issuer.discovery().into_bytes());
    }
    issuer.rotate();
    let response = get(&fetch, &issuer.jwks_url()).await.unwrap();
    assert_eq!((response.status, response.body), (200, issuer.jwks().into_bytes()));
    assert_eq!(response.content_type.as_deref(), Some("application/json"));
    let elsewhere = get(&fetch, "https://evil.test/jwks").await;
    assert!(matches!(elsewhere, Err(FetchError::Connect(_))));
}

/// RFC9111-4.3.1-a
#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let (issuer, fetch) = setting();
    let url = issuer.jwks_url();
    let tag = get(&fetch, &url).await.unwrap().etag;
    let again = || fetch.respond(url.clone(), "application/json", tag.clone(), SECOND, 1000);
    let response = again().await.unwrap();
    assert_eq!((response.status, response.body.len()), (304, 0));
    assert_eq!(fetch.journal().requests()[1].value("if-none-match"), tag.as_deref());
    issuer.rotate();
    let response = fetch.respond(url.clone(), "application/json", tag.clone(), SECOND, 10_000).await.unwrap();
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn a_script_runs_its_times_and_then_serves() {
    let (issuer, fetch) = setting();
    let url = issuer.jwks_url();
    fetch.at(&url).times(2).status(503);
    fetch.at(&url).cache_control("max-age=60");
    for expected in [503, 503, 200] {
        assert_eq!(get(&fetch, &url).await.unwrap().status, expected);
    }
    assert_eq!(get(&fetch, &url).await.unwrap().cache_control.as_deref(), Some("max-age=60"));
    fetch.everywhere().fail();
    assert!(matches!(get(&fetch, &url).await, Err(FetchError::Connect(_))));
    assert_eq!(fetch.count(&url), 5);
}

#[tokio::test]
async fn what_hangs_is_answered_when_released_and_times_out_by_the_clock() {
    let (issuer, fetch) = setting();
    let url = issuer.jwks_url();
    fetch.at(&url).hang();
    let released = tokio::spawn(get(&fetch, &url));
    fetch.journal().reached(&url, 1).await;
    tokio::task::yield_now().await;
    fetch.at("https://other.test").serve();
    tokio::task::yield_now().await;
    assert!(!released.is_finished());
    fetch.at(&url).release();
    assert_eq!(released.await.unwrap().unwrap().status, 200);

    fetch.at(&url).hang();
    let late = tokio::spawn(get(&fetch, &url));
    while issuer.clock().sleepers() == 0 {
        tokio::task::yield_now().await;
    }
    issuer.clock().advance(SECOND * 5);
    assert_eq!(late.await.unwrap().unwrap_err(), FetchError::Timeout);
}

#[tokio::test]
async fn slowness_is_measured_by_the_issuers_clock() {
    let (issuer, fetch) = setting();
    fetch.everywhere().slow(SECOND * 3);
    let slow = tokio::spawn(get(&fetch, &issuer.jwks_url()));
    while issuer.clock().sleepers() < 2 {
        tokio::task::yield_now().await;
    }
    issuer.clock().advance(SECOND * 3);
    assert_eq!(slow.await.unwrap().unwrap().status, 200);
}

/// PC-JWKS-5
#[tokio::test]
async fn a_body_over_the_limit_is_too_large() {
    let (issuer, fetch) = setting();
    fetch.everywhere().times(1).huge(64 * 1024);
    assert_eq!(get(&fetch, &issuer.jwks_url()).await.unwrap().body.len(), 64 * 1024);
    fetch.everywhere().times(1).huge(64 * 1024 + 1);
    assert_eq!(get(&fetch, &issuer.jwks_url()).await.unwrap_err(), FetchError::TooLarge);
    fetch.everywhere().endless(Duration::ZERO);
    assert_eq!(get(&fetch, &issuer.jwks_url()).await.unwrap_err(), FetchError::TooLarge);
}

#[tokio::test]
async fn several_issuers_are_served_side_by_side() {
    let (one, two) = (TestIssuer::new(), TestIssuer::builder().url("https://two.test").seed(1).build());
    let fetch = ScriptedFetch::for_issuers([&one, &two]);
    for issuer in [&one, &two] {
        assert_eq!(get(&fetch, &issuer.jwks_url()).await.unwrap().body, issuer.jwks().into_bytes());
    }
}
