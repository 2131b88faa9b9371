//! Documents and answers that must not be used.

use super::*;
use crate::jwks::{DocumentError, RefreshError, UrlError};

async fn refresh_with(source: &Source, response: FetchResponse) -> Option<DocumentError> {
    source.answer(move |_| Reply::Now(Ok(response.clone())));
    source.keys.refresh().await;
    assert!(source.has("a"), "the old keys stay");
    match source.keys.status().last_error {
        Some(RefreshError::KeySet(error)) => Some(error),
        None => None,
        other => panic!("{other:?}"),
    }
}

/// PC-JWKS-4, ATK-65, ATK-66
#[tokio::test]
async fn a_bad_answer_replaces_nothing() {
    let source = Source::booted().await;
    for body in
        ["", "<html></html>", r#"{"keys":[]}"#, r#"{"keys":"x"}"#, r#"{"keys":[{"kty":"odd","kid":"b"}]}"#, "[]"]
    {
        let error = refresh_with(&source, FetchResponse::new(200, body)).await;
        assert!(matches!(error, Some(DocumentError::Keys(_))), "{body}: {error:?}");
    }
    let truncated = &document(&["b"])[..60];
    assert!(refresh_with(&source, FetchResponse::new(200, truncated)).await.is_some());
    let many: Vec<_> = (0..65).map(|kid| kid.to_string()).collect();
    let many = document(&many.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(refresh_with(&source, FetchResponse::new(200, many)).await.is_some());
    let deep = format!(r#"{{"keys":{}"#, "[".repeat(200_000));
    assert!(refresh_with(&source, FetchResponse::new(200, deep)).await.is_some());
    assert_eq!(refresh_with(&source, serving(&["a", "b"])).await, None, "while a good one does");
}

/// PC-JWKS-6
#[tokio::test]
async fn only_status_200_counts_and_redirects_are_failures() {
    let source = Source::booted().await;
    for status in [201, 204, 206, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503] {
        let error = refresh_with(&source, FetchResponse::new(status, document(&["b"]))).await;
        assert_eq!(error, Some(DocumentError::Status(status)));
    }
}

/// PC-JWKS-9
#[tokio::test]
async fn a_page_is_refused_by_its_type() {
    let source = Source::booted().await;
    let typed = |content_type: &str| {
        let mut response = serving(&["a", "b"]);
        response.content_type = Some(content_type.to_owned());
        response
    };
    assert_eq!(refresh_with(&source, typed("text/html")).await, Some(DocumentError::ContentType));
    for json in ["application/json", "application/json; charset=utf-8", "application/jwk-set+json"] {
        assert_eq!(refresh_with(&source, typed(json)).await, None, "{json}");
    }
}

/// PC-JWKS-5: also when the client behind us does not keep to the limits it was given.
#[tokio::test]
async fn size_and_time_are_bounded_whatever_the_client_does() {
    let source = Source::with(|config| config.max_document_bytes = 1000);
    source.boot().await;
    let padded = document(&["b"]) + &" ".repeat(1000);
    let error = refresh_with(&source, FetchResponse::new(200, padded)).await;
    assert_eq!(error, Some(DocumentError::Fetch(FetchError::TooLarge)));
    source.answer(|_| Reply::Hang);
    let wait = source.keys.refresh();
    source.clock.pass(seconds(5)).await;
    assert_ne!(wait.await, WaitOutcome::Published);
    let error = source.keys.status().last_error;
    assert_eq!(error, Some(RefreshError::KeySet(DocumentError::Fetch(FetchError::Timeout))));
    assert_eq!(source.open_fetches(), 0, "and the fetch is given up");
    assert!(source.has("a"));
}

/// ATK-59
#[tokio::test]
async fn nothing_is_sent_to_an_insecure_url() {
    for (url, flag, sent) in [
        ("http://login.example.com/keys", true, false),
        ("http://127.0.0.1:8080/keys", false, false),
        ("http://127.0.0.1:8080/keys", true, true),
    ] {
        let source = Source::with(|config| {
            config.location = Location::Url(url.to_owned());
            config.allow_loopback_http = flag;
        });
        let outcome = source.wait(None).await;
        assert_eq!(source.fetches() == 1, sent, "{url}");
        assert_eq!(outcome == WaitOutcome::Published, sent, "{url}");
        if !sent {
            let error = source.keys.status().last_error;
            assert_eq!(error, Some(RefreshError::KeySet(DocumentError::Url(UrlError::NotHttps))));
        }
    }
}

#[tokio::test]
async fn one_odd_key_is_skipped_and_reported() {
    let source = Source::booted().await;
    let body = document(&["a"]).replace("\"keys\":[", r#""keys":[{"kty":"AKP","kid":"pq"},"#);
    assert_eq!(refresh_with(&source, FetchResponse::new(200, body)).await, None);
    let status = source.keys.status();
    assert_eq!((status.keys, status.skipped.len()), (1, 1));
}
