//! Which URLs keys may be fetched from, against the parser that the HTTP client has.
//!
//! Input: the URL.

use portcullis::internals::{discovery, location};
use url::{Host, Url};

use crate::allocation::bounded;

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let strict = bounded(text.len(), 1, || location::check_url(text, false));
    let lenient = bounded(text.len(), 1, || location::check_url(text, true));
    if strict.is_ok() {
        assert_eq!(lenient, Ok(()), "the switch takes something away: {text}");
        is_https(text);
        is_asked_at_its_own_origin(text);
    } else if lenient.is_ok() {
        is_loopback(text);
    }
}

/// The other parser sees an `https` URL with the same host, no credentials and no fragment, or no URL at all.
pub fn is_https(text: &str) {
    let Some(url) = seen(text) else { return };
    assert_eq!(url.scheme(), "https", "{text}");
}

fn is_loopback(text: &str) {
    let Some(url) = seen(text) else { return };
    assert_eq!(url.scheme(), "http", "{text}");
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(here, "{text} leads to {:?}", url.host());
}

fn seen(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{text}");
    let (_, rest) = text.split_once("://").expect("an absolute URL");
    let authority = rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host.to_owned(),
        _ => authority,
    };
    match url.host() {
        // Numbers in odd forms become addresses; with https the certificate is for what was written.
        Some(Host::Ipv4(_)) => {}
        Some(Host::Ipv6(address)) => assert_eq!(host.trim_matches(['[', ']']).parse(), Ok(address), "{text}"),
        Some(Host::Domain(name)) => assert_eq!(name, host, "{text}"),
        None => panic!("{text} has no host"),
    }
    Some(url)
}

/// Metadata is asked for at the issuer's own scheme, host and port, at URLs that may be fetched from.
fn is_asked_at_its_own_origin(issuer: &str) {
    // Issuers with a query are refused as configuration.
    if issuer.contains('?') {
        return;
    }
    let urls = discovery::well_known_urls(issuer);
    assert!((2..=3).contains(&urls.len()), "{urls:?}");
    for url in urls {
        assert_eq!(location::check_url(&url, false), Ok(()), "{url}");
        assert!(url.contains("/.well-known/"), "{url}");
        if let (Ok(asked), Ok(issuer)) = (Url::parse(&url), Url::parse(issuer)) {
            assert_eq!(asked.origin(), issuer.origin(), "{url}");
        }
    }
}
