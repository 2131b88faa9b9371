//! Finding the key set through the issuer's metadata.

use super::*;
use crate::jwks::{DocumentError, MetadataError, RefreshError, UrlError};

const OAUTH: &str = "https://login.example.com/.well-known/oauth-authorization-server/t";
const OPENID: &str = "https://login.example.com/t/.well-known/openid-configuration";
const OPENID_INSERTED: &str = "https://login.example.com/.well-known/openid-configuration/t";

fn metadata(issuer: &str, jwks_uri: &str) -> FetchResponse {
    FetchResponse::new(200, format!(r#"{{"issuer":"{issuer}","jwks_uri":"{jwks_uri}"}}"#))
}

/// A source whose server answers by URL, and everything else with 404.
fn source(pages: Vec<(&'static str, FetchResponse)>) -> Source {
    let source = Source::with(|config| config.location = Location::Discover);
    set(&source, pages);
    source
}

fn set(source: &Source, pages: Vec<(&'static str, FetchResponse)>) {
    let pages: BTreeMap<_, _> = pages.into_iter().collect();
    source.answer(move |request| {
        let page = pages.get(request.url.as_str()).cloned();
        Reply::Now(Ok(page.unwrap_or_else(|| FetchResponse::new(404, ""))))
    });
}

/// RFC8414-5-a
#[tokio::test]
async fn the_forms_are_tried_in_order_and_the_one_that_worked_is_remembered() {
    let source = source(vec![(OPENID, metadata(ISSUER, KEYS_URL)), (KEYS_URL, serving(&["a"]))]);
    source.boot().await;
    assert_eq!(source.urls(), [OAUTH, OPENID, KEYS_URL]);
    source.keys.refresh().await;
    assert_eq!(source.urls()[3..], [KEYS_URL]);
}

#[tokio::test]
async fn after_a_key_set_that_failed_discovery_is_done_again() {
    let source = source(vec![(OPENID, metadata(ISSUER, KEYS_URL)), (KEYS_URL, serving(&["a"]))]);
    source.boot().await;
    let moved = "https://keys.example.com/2";
    set(&source, vec![(OPENID, metadata(ISSUER, moved)), (moved, serving(&["b"]))]);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Failed);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Published);
    assert_eq!(source.urls()[3..], [KEYS_URL, OPENID, moved], "beginning with the form that worked");
    assert!(source.has("b"));
}

/// An entity tag belongs to one URL: sent to another, it could confirm keys that were never there.
#[tokio::test]
async fn the_entity_tag_of_one_key_set_is_not_sent_to_another() {
    let tagged = |kid: &str| {
        let mut response = serving(&[kid]);
        response.etag = Some("\"1\"".to_owned());
        response
    };
    let source = source(vec![(OPENID, metadata(ISSUER, KEYS_URL)), (KEYS_URL, tagged("a"))]);
    source.boot().await;
    source.keys.refresh().await;
    assert_eq!(source.last_request().if_none_match.as_deref(), Some("\"1\""), "to the same URL it is");
    let moved = "https://keys.example.com/2";
    set(&source, vec![(OPENID, metadata(ISSUER, moved)), (moved, tagged("b"))]);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Failed);
    assert_eq!(source.keys.refresh().await, WaitOutcome::Published);
    assert_eq!(source.last_request().if_none_match, None);
    assert!(source.has("b") && !source.has("a"));
}

#[tokio::test]
async fn metadata_is_read_again_after_a_day_though_the_old_key_set_answers() {
    let source = source(vec![(OAUTH, metadata(ISSUER, KEYS_URL)), (KEYS_URL, serving(&["a"]))]);
    source.boot().await;
    let moved = "https://keys.example.com/2";
    set(&source, vec![(OAUTH, metadata(ISSUER, moved)), (moved, serving(&["b"])), (KEYS_URL, serving(&["a"]))]);
    source.clock.pass(hours(24)).await;
    assert!(source.has("a"));
    source.clock.pass(minutes(10)).await;
    assert!(source.has("b"));
}

/// ATK-58, RFC8414-3.2-a, RFC8414-3.3-a
#[tokio::test]
async fn metadata_of_somebody_else_is_passed_over() {
    let mut page = metadata(ISSUER, KEYS_URL);
    page.content_type = Some("text/html".to_owned());
    for wrong in
        [metadata("https://login.example.com/t/", "https://evil.example.com/keys"), page, FetchResponse::new(200, "[]")]
    {
        let source = source(vec![
            (OAUTH, wrong.clone()),
            (OPENID, wrong),
            (OPENID_INSERTED, metadata(ISSUER, KEYS_URL)),
            (KEYS_URL, serving(&["a"])),
        ]);
        source.boot().await;
        assert_eq!(source.urls(), [OAUTH, OPENID, OPENID_INSERTED, KEYS_URL]);
    }
}

/// ATK-58
#[tokio::test]
async fn without_metadata_of_its_own_a_cold_source_stays_cold_and_a_warm_one_keeps_its_keys() {
    let other = metadata("https://login.example.com/other", KEYS_URL);
    let cold = source(vec![(OPENID, other.clone()), (KEYS_URL, serving(&["b"]))]);
    assert_eq!(cold.wait(None).await, WaitOutcome::Failed);
    let expected = Some(RefreshError::Discovery(DocumentError::Metadata(MetadataError::Issuer)));
    assert_eq!(cold.keys.status().last_error, expected, "told rather than the 404 of the other forms");

    let warm = source(vec![(OPENID, metadata(ISSUER, KEYS_URL)), (KEYS_URL, serving(&["a"]))]);
    warm.boot().await;
    set(&warm, vec![(OPENID, other), (KEYS_URL, FetchResponse::new(500, ""))]);
    warm.keys.refresh().await;
    warm.keys.refresh().await;
    assert_eq!(warm.keys.status().last_error, expected);
    assert!(warm.has("a"));
}

/// RFC8414-2-b, ATK-59
#[tokio::test]
async fn a_key_set_on_http_is_not_fetched() {
    let insecure = "http://login.example.com/keys";
    let source = source(vec![(OAUTH, metadata(ISSUER, insecure)), (insecure, serving(&["a"]))]);
    assert_eq!(source.wait(None).await, WaitOutcome::Failed);
    assert!(!source.urls().contains(&insecure.to_owned()));
    let expected = Some(RefreshError::Discovery(DocumentError::Url(UrlError::NotHttps)));
    assert_eq!(source.keys.status().last_error, expected);
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_asked_once() {
    let source = Source::with(|config| config.location = Location::Discover);
    source.go_down();
    assert_eq!(source.wait(None).await, WaitOutcome::Failed);
    assert_eq!(source.urls(), [OAUTH]);
}
