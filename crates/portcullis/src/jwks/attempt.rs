//! One attempt to fetch an issuer's keys: discovery if need be, then the key set.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::discovery;
use super::freshness::{self, Caching};
use super::key_set::KeySet;
use super::location::{Location, check_url};
use super::remote::RemoteConfig;
use super::snapshot::{KeySnapshot, Origin};
use super::status::{DocumentError, RefreshError};
use crate::clock::Clock;
use crate::defaults::MAX_KEYS_FRESH_FOR;
use crate::fetch::{Fetch, FetchError, FetchRequest, FetchResponse};
use crate::within::within;

const METADATA: &str = "application/json";
const KEY_SET: &str = "application/jwk-set+json, application/json";

/// Metadata that is older than this is read again, so that a key set that moved is found.
const METADATA_HOLDS_FOR: Duration = MAX_KEYS_FRESH_FOR;

/// An entity tag longer than this is not sent back.
const MAX_ETAG_BYTES: usize = 1024;

/// What discovery has taught so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Discovered {
    /// Which of the well-known URLs worked; tried first the next time.
    pub(super) form: usize,
    /// `jwks_uri`, and when it was read; `None` once it has failed.
    pub(super) jwks_uri: Option<(String, Duration)>,
}

/// What an attempt starts from.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) held: Option<Arc<KeySnapshot>>,
    pub(super) discovered: Discovered,
}

/// What an attempt brought home.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) keys: FetchedKeys,
    pub(super) origin: Origin,
    pub(super) caching: Caching,
    pub(super) fresh_for: Duration,
    /// When the key set was asked for: everything in it is at least as new as that.
    pub(super) requested_at: Duration,
    pub(super) requested_wall: SystemTime,
    pub(super) discovered: Discovered,
}

#[derive(Debug)]
pub(super) enum FetchedKeys {
    New(KeySet),
    /// 304: the ones we asked to be confirmed.
    Confirmed(Arc<KeySnapshot>),
}

/// The parts of a source that an attempt uses.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) config: &'a RemoteConfig,
    pub(super) fetch: &'a dyn Fetch,
    pub(super) clock: &'a dyn Clock,
}

impl Means<'_> {
    /// The whole attempt, in at most twice the fetch timeout.
    pub(super) async fn run(self, order: Order) -> Result<Fetched, RefreshError> {
        let bound = self.clock.sleep(self.config.fetch_timeout.saturating_mul(2));
        within(bound, self.steps(order)).await.unwrap_or(Err(RefreshError::TookTooLong))
    }

    async fn steps(self, order: Order) -> Result<Fetched, RefreshError> {
        let (url, discovered) = match &self.config.location {
            Location::Url(url) => (url.clone(), order.discovered),
            Location::Discover => self.discover(order.discovered).await.map_err(RefreshError::Discovery)?,
        };
        self.key_set(url, discovered, order.held).await.map_err(RefreshError::KeySet)
    }

    async fn discover(self, known: Discovered) -> Result<(String, Discovered), DocumentError> {
        let now = self.clock.monotonic();
        if let Some((url, _)) = known.jwks_uri.as_ref().filter(|(_, read_at)| now < *read_at + METADATA_HOLDS_FOR) {
            return Ok((url.clone(), known));
        }
        let urls = discovery::well_known_urls(&self.config.issuer);
        let rest = (0..urls.len()).filter(|form| *form != known.form);
        let mut first_error: Option<DocumentError> = None;
        for form in [known.form].into_iter().chain(rest) {
            let Some(url) = urls.get(form) else { continue };
            match self.metadata(url).await {
                Ok(jwks_uri) => {
                    let read_at = self.clock.monotonic();
                    return Ok((jwks_uri.clone(), Discovered { form, jwks_uri: Some((jwks_uri, read_at)) }));
                }
                // The other forms are at the same origin: it would be asked in vain.
                Err(DocumentError::Fetch(error)) if error != FetchError::TooLarge => return Err(error.into()),
                // A form that is simply not there tells less than one that is there and wrong.
                Err(error) => match &first_error {
                    None | Some(DocumentError::Status(_)) => first_error = Some(error),
                    Some(_) => {}
                },
            }
        }
        Err(first_error.unwrap_or(DocumentError::Status(404)))
    }

    async fn metadata(self, url: &str) -> Result<String, DocumentError> {
        let response = self.get(url, METADATA, None).await?;
        if response.status != 200 {
            return Err(DocumentError::Status(response.status));
        }
        require_json(&response)?;
        let jwks_uri = discovery::jwks_uri(&response.body, &self.config.issuer)?;
        check_url(&jwks_uri, self.config.allow_loopback_http)?;
        Ok(jwks_uri)
    }

    async fn key_set(
        self,
        url: String,
        discovered: Discovered,
        held: Option<Arc<KeySnapshot>>,
    ) -> Result<Fetched, DocumentError> {
        let held = held.filter(|held| held.origin.url == url && held.origin.etag.is_some());
        let etag = held.as_ref().and_then(|held| held.origin.etag.clone());
        let requested_at = self.clock.monotonic();
        let requested_wall = self.clock.now();
        let response = self.get(&url, KEY_SET, etag).await?;
        let stated = Caching::of(&response, requested_wall);
        let etag = response.etag.clone().filter(|etag| is_entity_tag(etag));
        let (keys, caching, etag) = match (response.status, held) {
            (200, _) => {
                require_json(&response)?;
                let keys = KeySet::parse(&response.body, &self.config.policy)
                    .map_err(|error| DocumentError::Keys(error.to_string()))?;
                (FetchedKeys::New(keys), stated, etag)
            }
            (304, Some(held)) => {
                let (caching, etag) = (held.caching.renewed_by(stated), etag.or_else(|| held.origin.etag.clone()));
                (FetchedKeys::Confirmed(held), caching, etag)
            }
            (status, _) => return Err(DocumentError::Status(status)),
        };
        let fresh_for = freshness::fresh_for(caching, response.age.as_deref(), self.config.fresh_for);
        let origin = Origin { url, etag };
        Ok(Fetched { keys, origin, caching, fresh_for, requested_at, requested_wall, discovered })
    }

    /// One request, held to its limits whatever the client behind it does.
    async fn get(self, url: &str, accept: &'static str, etag: Option<String>) -> Result<FetchResponse, DocumentError> {
        check_url(url, self.config.allow_loopback_http)?;
        let (timeout, max_bytes) = (self.config.fetch_timeout, self.config.max_document_bytes);
        let request = FetchRequest { url: url.to_owned(), accept, if_none_match: etag, timeout, max_bytes };
        let answer = within(self.clock.sleep(timeout), self.fetch.fetch(request)).await;
        let response = answer.unwrap_or(Err(FetchError::Timeout))?;
        if response.body.len() > max_bytes { Err(FetchError::TooLarge.into()) } else { Ok(response) }
    }
}

/// JSON, or a type that says nothing: file hosts and buckets serve key sets as `text/plain` or an octet stream, and
/// the document comes from a configured place and is parsed strictly anyway. A page (`text/html`) is what a
/// login wall or a proxy answers with, and is refused before it is looked at.
pub(crate) fn require_json(response: &FetchResponse) -> Result<(), DocumentError> {
    let Some(content_type) = &response.content_type else { return Ok(()) };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let accepted = match essence.split_once('/') {
        Some(("application", "json" | "octet-stream") | ("text", "plain") | ("binary", "octet-stream")) => true,
        // Two lines are joined by a comma: what ends like JSON then may begin like a page.
        Some((_, subtype)) => subtype.ends_with("+json") && subtype.bytes().all(is_type_name),
        None => essence.is_empty(),
    };
    if accepted { Ok(()) } else { Err(DocumentError::ContentType) }
}

/// The characters of media type names (RFC 6838 §4.2).
fn is_type_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte)
}

/// RFC 9110 §8.8.3, ASCII only: anything else would make the next request invalid, and so every later one.
pub(crate) fn is_entity_tag(etag: &str) -> bool {
    let opaque = etag.strip_prefix("W/").unwrap_or(etag);
    etag.len() <= MAX_ETAG_BYTES
        && opaque.len() >= 2
        && opaque.starts_with('"')
        && opaque.ends_with('"')
        && opaque[1..opaque.len() - 1].bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PC-JWKS-9
    #[test]
    fn json_and_types_that_say_nothing_are_read_and_pages_are_not() {
        let check = |content_type: Option<&str>| {
            let mut response = FetchResponse::new(200, "");
            response.content_type = content_type.map(str::to_owned);
            require_json(&response).is_ok()
        };
        assert!(check(None));
        for accepted in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/jwk-set+json",
            "application/vnd.example+json;v=1",
            "application/octet-stream",
            "binary/octet-stream",
            "text/plain; charset=utf-8",
            "",
        ] {
            assert!(check(Some(accepted)), "{accepted}");
        }
        for refused in
            ["text/html", "text/html; charset=utf-8", "application/xml", "application/jsonx", "json", "image/png"]
        {
            assert!(!check(Some(refused)), "{refused}");
        }
    }

    /// PC-JWKS-9: fields of two lines arrive as one.
    #[test]
    fn a_page_does_not_become_json_by_a_second_content_type() {
        let is_json = |lines: &[&str]| {
            let response = FetchResponse::new(200, "");
            let with = |response: FetchResponse, line: &&str| response.with_header("content-type", line);
            require_json(&lines.iter().fold(response, with)).is_ok()
        };
        assert!(is_json(&["application/jwk-set+json"]));
        assert!(!is_json(&["text/html", "application/jwk-set+json"]));
        assert!(!is_json(&["application/json", "application/json"]));
        assert!(!is_json(&["text/html\0a/b+json"]));
    }

    #[test]
    fn only_a_well_formed_entity_tag_is_sent_back() {
        for etag in ["\"a\"", "W/\"a-b\"", "\"\""] {
            assert!(is_entity_tag(etag), "{etag}");
        }
        let long = format!("\"{}\"", "a".repeat(MAX_ETAG_BYTES));
        for etag in ["", "a", "\"", "W/", "w/\"a\"", "\"a", "\"a\"b\"", "\"a\r\nX: y\"", "\"ä\"", &long] {
            assert!(!is_entity_tag(etag), "{etag}");
        }
    }
}
