//! The built-in HTTPS client.

use std::error::Error as _;
use std::fmt::{self, Write as _};
use std::time::Duration;

use reqwest::header::{ACCEPT, AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName};
use reqwest::header::{HeaderValue, IF_NONE_MATCH};
use reqwest::{Certificate, Client, ClientBuilder, Proxy, Url, redirect, retry};

use crate::defaults;
use crate::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::jwks::is_loopback_url;

/// Longest description of a failure.
const MAX_DESCRIPTION: usize = 300;

/// Fetches over HTTPS, with the certificate authorities that the platform trusts.
///
/// Follows no redirects, keeps no cookies, sends no credentials, asks for no content encoding, and opens a new
/// connection for each fetch: fetches are minutes apart, and an idle connection would die with the runtime that
/// opened it. A proxy is taken from `HTTPS_PROXY` and its relatives unless the builder says otherwise; none has a way
/// to this machine's loopback, so what is there is always connected to directly.
#[derive(Clone)]
pub struct HttpFetch {
    client: Client,
    loopback: Client,
}

impl HttpFetch {
    /// With every default.
    ///
    /// # Errors
    ///
    /// [`HttpFetchError::Client`], if TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, HttpFetchError> {
        Self::builder().build()
    }

    /// To set a proxy, certificate authorities, or the connect timeout.
    pub fn builder() -> HttpFetchBuilder {
        HttpFetchBuilder {
            connect_timeout: defaults::CONNECT_TIMEOUT,
            proxy: ProxyChoice::Environment,
            roots: Vec::new(),
            only_these_roots: false,
            user_agent: concat!("portcullis/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl fmt::Debug for HttpFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpFetch")
    }
}

/// Made by [`HttpFetch::builder`].
#[derive(Clone)]
#[must_use]
pub struct HttpFetchBuilder {
    connect_timeout: Duration,
    proxy: ProxyChoice,
    roots: Vec<Vec<u8>>,
    only_these_roots: bool,
    user_agent: String,
}

#[derive(Clone)]
enum ProxyChoice {
    Environment,
    None,
    Url(String),
}

impl HttpFetchBuilder {
    /// Time to connect, TLS included; 2 seconds by default. The whole fetch is bounded by the timeout of the request.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sends everything but requests to loopback through this proxy, such as `http://user:password@proxy.example.com:3128`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Connects directly, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::None;
        self
    }

    /// Trusts the certificate authorities in this PEM text too, beside the platform's.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Trusts only what [`root_certificate_pem`](Self::root_certificate_pem) brought, and not the platform's.
    pub fn only_given_root_certificates(mut self) -> Self {
        self.only_these_roots = true;
        self
    }

    /// The `User-Agent`; `portcullis/` and the version by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`HttpFetchError`]: the first setting that is not usable.
    pub fn build(self) -> Result<HttpFetch, HttpFetchError> {
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| HttpFetchError::UserAgent)?;
        let mut roots = Vec::new();
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem).map_err(|_| HttpFetchError::RootCertificate)?;
            if found.is_empty() {
                return Err(HttpFetchError::RootCertificate);
            }
            roots.extend(found);
        }
        if self.only_these_roots && roots.is_empty() {
            return Err(HttpFetchError::RootCertificate);
        }
        // Decoding is switched off by name: another crate of the program may have switched it on for everybody.
        let plain = || {
            let builder = Client::builder()
                .user_agent(user_agent.clone())
                .connect_timeout(self.connect_timeout)
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .pool_max_idle_per_host(0)
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate();
            match self.only_these_roots {
                true => builder.tls_certs_only(roots.clone()),
                false => builder.tls_certs_merge(roots.clone()),
            }
        };
        let made = |builder: ClientBuilder| builder.build().map_err(|error| HttpFetchError::Client(describe(error)));
        let loopback = made(plain().no_proxy())?;
        let client = match self.proxy {
            ProxyChoice::Environment => made(plain())?,
            ProxyChoice::None => loopback.clone(),
            ProxyChoice::Url(url) => made(plain().proxy(Proxy::all(url).map_err(|_| HttpFetchError::Proxy)?))?,
        };
        Ok(HttpFetch { client, loopback })
    }
}

impl fmt::Debug for HttpFetchBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy's URL may hold a password.
        f.debug_struct("HttpFetchBuilder").field("connect_timeout", &self.connect_timeout).finish_non_exhaustive()
    }
}

/// Why an [`HttpFetch`] cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpFetchError {
    /// The proxy's URL cannot be read. It is not repeated here, because it may hold a password.
    #[error("the proxy is not a URL")]
    Proxy,
    /// A text without a certificate in PEM form, or none at all where only given ones are to be trusted.
    #[error("no certificate in the PEM text")]
    RootCertificate,
    /// A `User-Agent` that is not a header value.
    #[error("the user agent is not a header value")]
    UserAgent,
    /// TLS could not be set up.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

impl Fetch for HttpFetch {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let client = if is_loopback_url(&request.url) { &self.loopback } else { &self.client }.clone();
        Box::pin(async move { fetch(&client, request).await })
    }
}

async fn fetch(client: &Client, request: FetchRequest) -> Result<FetchResponse, FetchError> {
    let url = Url::parse(&request.url).map_err(|_| FetchError::Other("the URL cannot be read".to_owned()))?;
    if !url.username().is_empty() || url.password().is_some() {
        // They would be sent as Basic credentials.
        return Err(FetchError::Other("the URL holds credentials".to_owned()));
    }
    let mut get = client.get(url).timeout(request.timeout).header(ACCEPT, request.accept);
    if let Some(etag) = request.if_none_match {
        get = get.header(IF_NONE_MATCH, etag);
    }
    let mut response = get.send().await.map_err(failure)?;
    let mut body = Vec::new();
    if response.content_length().is_some_and(|length| length > request.max_bytes as u64) {
        return Err(FetchError::TooLarge);
    }
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if chunk.len() > request.max_bytes - body.len() {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let headers = response.headers();
    Ok(FetchResponse {
        status: response.status().as_u16(),
        content_type: field(headers, &CONTENT_TYPE),
        cache_control: field(headers, &CACHE_CONTROL),
        expires: field(headers, &EXPIRES),
        date: field(headers, &DATE),
        age: field(headers, &AGE),
        etag: field(headers, &ETAG),
        body,
    })
}

/// The value of a field; several lines joined, and lines that are not ASCII left out.
fn field(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    if lines.is_empty() { None } else { Some(lines.join(", ")) }
}

fn failure(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        FetchError::Timeout
    } else if error.is_connect() {
        FetchError::Connect(describe(error))
    } else {
        FetchError::Other(describe(error))
    }
}

/// The chain of causes in one line, without any URL.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    if text.contains("://") {
        return "no details, because they name a URL".to_owned();
    }
    match text.char_indices().nth(MAX_DESCRIPTION) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests;
