//! How key sets and discovery documents are fetched: the seam, and the built-in HTTPS client behind it.

#[cfg(feature = "http-client")]
mod http;

#[cfg(feature = "http-client")]
pub use self::http::{HttpFetch, HttpFetchBuilder, HttpFetchError};

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::defaults;

/// The future that [`Fetch::fetch`] returns.
pub type FetchFuture = Pin<Box<dyn Future<Output = Result<FetchResponse, FetchError>> + Send>>;

/// An HTTP client for key sets and discovery documents.
///
/// Implement it to bring your own client (a proxy, a private certificate authority, a connection you already
/// have). An implementation sends one `GET` with no credentials and no cookies, follows no redirects (a 3xx is
/// returned as it is), keeps to [`FetchRequest::timeout`], and stops reading after [`FetchRequest::max_bytes`].
/// The library checks status, size and content again; the https rule is applied before `fetch` is called.
pub trait Fetch: Debug + Send + Sync + 'static {
    /// Sends one request. Dropping the future abandons it.
    fn fetch(&self, request: FetchRequest) -> FetchFuture;
}

/// One `GET` that the library wants made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FetchRequest {
    /// An absolute URL; always one that was configured or discovered, never taken from a token.
    pub url: String,
    /// Value for the `Accept` field.
    pub accept: &'static str,
    /// Value for `If-None-Match`: the entity tag of the document already held.
    pub if_none_match: Option<String>,
    /// Give up after this long, connecting and reading included.
    pub timeout: Duration,
    /// Give up when the body, after any decoding, is longer than this.
    pub max_bytes: usize,
}

impl FetchRequest {
    /// A plain `GET` of that URL with the default limits: to try out an implementation of [`Fetch`].
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            accept: "application/json",
            if_none_match: None,
            timeout: defaults::FETCH_TIMEOUT,
            max_bytes: defaults::MAX_DOCUMENT_BYTES,
        }
    }
}

/// What came back. Only the fields the library reads.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct FetchResponse {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, if any.
    pub content_type: Option<String>,
    /// `Cache-Control`; several lines joined with `, `.
    pub cache_control: Option<String>,
    /// `Expires`, an HTTP date.
    pub expires: Option<String>,
    /// `Date`, an HTTP date.
    pub date: Option<String>,
    /// `Age`, in seconds.
    pub age: Option<String>,
    /// `ETag`, quotes included.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl FetchResponse {
    /// A response with a status and a body, and no header fields.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }
}

impl FetchResponse {
    /// Takes over a header field, if it is one that the library reads; the name in any case. Pass all of them, so that
    /// caching and revalidation work.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let field = match name.to_ascii_lowercase().as_str() {
            "content-type" => &mut self.content_type,
            "cache-control" => &mut self.cache_control,
            "expires" => &mut self.expires,
            "date" => &mut self.date,
            "age" => &mut self.age,
            "etag" => &mut self.etag,
            _ => return self,
        };
        match field {
            Some(lines) => *lines = format!("{lines}, {value}"),
            None => *field = Some(value.to_owned()),
        }
        self
    }
}

/// Why a fetch came back with nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection: name resolution, refused, unreachable, or TLS.
    #[error("connection failed: {0}")]
    Connect(String),
    /// No complete answer within [`FetchRequest::timeout`].
    #[error("timed out")]
    Timeout,
    /// The body went over [`FetchRequest::max_bytes`].
    #[error("answer larger than the limit")]
    TooLarge,
    /// Anything else that ended the exchange early.
    #[error("exchange failed: {0}")]
    Other(String),
}
