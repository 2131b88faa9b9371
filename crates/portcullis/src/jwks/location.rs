//! Which URLs keys may be fetched from.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Where an issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// At the `jwks_uri` of the issuer's metadata.
    Discover,
    /// At this URL.
    Url(String),
}

/// Why no request is ever sent to a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Not `https`, nor `http` to a loopback host with the switch for it.
    #[error("not an https URL")]
    NotHttps,
    /// A user name or password in it.
    #[error("a URL with credentials")]
    Credentials,
    /// No host, an odd one, an odd port, a fragment, or a character that does not belong into a URL.
    #[error("not an absolute URL with a host")]
    Malformed,
}

/// Holds `url` to: `https`, or `http` to a loopback host if that is allowed; a plain host and port; no credentials,
/// no fragment; visible ASCII without backslashes, so that every parser behind us sees the same host that we saw.
pub(crate) fn check_url(url: &str, allow_loopback_http: bool) -> Result<(), UrlError> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&byte)) {
        return Err(UrlError::Malformed);
    }
    let (scheme, rest) = url.split_once("://").ok_or(UrlError::Malformed)?;
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    if authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    let host = host(authority).ok_or(UrlError::Malformed)?;
    let allowed = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => allow_loopback_http && is_loopback(host),
        _ => false,
    };
    if allowed { Ok(()) } else { Err(UrlError::NotHttps) }
}

/// What may be shown of a path or a URL: nothing where it is a document or a key, pasted in the wrong place.
pub(crate) fn unless_pasted(text: &str) -> &str {
    let pasted = text.contains(['{', '\n']) || text.contains("-----");
    if pasted { "[not shown: a document or a key?]" } else { text }
}

/// What may be shown of a URL that is perhaps none: whatever could be a user name and a password is left out.
pub(crate) fn without_credentials(url: &str) -> Cow<'_, str> {
    let url = unless_pasted(url);
    let scheme = url.find("://").map(|end| end + 3);
    match url.rfind('@') {
        // To the last one, since a password need not be encoded as it should be. A name such as `a@b` is no secret.
        Some(at) if scheme.is_some() || url[..at].contains(':') => {
            let scheme = scheme.filter(|end| *end <= at).unwrap_or(0);
            format!("{}…{}", &url[..scheme], &url[at..]).into()
        }
        _ => url.into(),
    }
}

/// Whether a URL that passed [`check_url`] leads to this machine.
#[cfg(feature = "http-client")]
pub(crate) fn is_loopback_url(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    host(authority).is_some_and(is_loopback)
}

/// The host of `host[:port]`, if both are well-formed. An IPv6 address keeps its brackets.
fn host(authority: &str) -> Option<&str> {
    let end = match authority.strip_prefix('[') {
        Some(address) => address.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let port_is_fine = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    let host_is_fine = match ipv6(host) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    (port_is_fine && host_is_fine).then_some(host)
}

fn ipv6(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

fn is_loopback(host: &str) -> bool {
    match ipv6(host) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        // Only the dotted form: `127.1` and `0x7f000001` mean loopback to some parsers and a name to others.
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATK-55
    #[test]
    fn credentials_of_a_url_are_not_shown() {
        for (url, shown) in [
            ("https://login.example.com/t", "https://login.example.com/t"),
            ("https://user:secret@login.example.com/t", "https://…@login.example.com/t"),
            ("https://secret@login.example.com", "https://…@login.example.com"),
            ("https://user:se/cr@et@login.example.com/?a", "https://…@login.example.com/?a"),
            ("user:secret@login.example.com", "…@login.example.com"),
            ("user:secret@https://login.example.com", "…@https://login.example.com"),
            ("https://user:secret@", "https://…@"),
            ("service@example.com", "service@example.com"),
            ("urn:example:issuer", "urn:example:issuer"),
            (r#"{"keys":[{"d":"secret"}]}"#, "[not shown: a document or a key?]"),
            ("-----BEGIN PRIVATE KEY-----", "[not shown: a document or a key?]"),
            ("MII\nsecret", "[not shown: a document or a key?]"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(url), shown, "{url}");
        }
    }

    /// RFC8414-2-b, ATK-59
    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        use UrlError::{Credentials, Malformed, NotHttps};
        for (url, without_flag, with_flag) in [
            ("https://login.example.com/keys", Ok(()), Ok(())),
            ("HTTPS://login.example.com:8443/keys?a=b", Ok(()), Ok(())),
            ("https://login.example.com", Ok(()), Ok(())),
            ("https://127.0.0.1/keys", Ok(()), Ok(())),
            ("https://[2001:db8::1]:8443/keys", Ok(()), Ok(())),
            ("http://127.0.0.1:8080/keys", Err(NotHttps), Ok(())),
            ("http://127.8.9.1/keys", Err(NotHttps), Ok(())),
            ("http://[::1]:8080/keys", Err(NotHttps), Ok(())),
            ("http://localhost/keys", Err(NotHttps), Ok(())),
            ("http://login.example.com/keys", Err(NotHttps), Err(NotHttps)),
            ("http://localhost.example.com/keys", Err(NotHttps), Err(NotHttps)),
            ("http://127.0.0.1.example.com/keys", Err(NotHttps), Err(NotHttps)),
            ("http://127.1/keys", Err(NotHttps), Err(NotHttps)),
            ("http://0x7f000001/keys", Err(NotHttps), Err(NotHttps)),
            ("http://0.0.0.0/keys", Err(NotHttps), Err(NotHttps)),
            ("http://10.0.0.1/keys", Err(NotHttps), Err(NotHttps)),
            ("http://169.254.169.254/keys", Err(NotHttps), Err(NotHttps)),
            ("http://[::ffff:127.0.0.1]/keys", Err(NotHttps), Err(NotHttps)),
            ("ftp://localhost/keys", Err(NotHttps), Err(NotHttps)),
            ("file:///etc/keys", Err(Malformed), Err(Malformed)),
            ("https://user:secret@login.example.com/keys", Err(Credentials), Err(Credentials)),
            ("http://localhost@login.example.com/keys", Err(Credentials), Err(Credentials)),
            ("http://localhost\\@login.example.com/keys", Err(Malformed), Err(Malformed)),
            ("https:///keys", Err(Malformed), Err(Malformed)),
            ("https://login.example.com:port/keys", Err(Malformed), Err(Malformed)),
            ("https://login.example.com:99999/keys", Err(Malformed), Err(Malformed)),
            ("https://login.example.com/keys#1", Err(Malformed), Err(Malformed)),
            ("https://login.example.com/ keys", Err(Malformed), Err(Malformed)),
            ("https://login.example\t.com/keys", Err(Malformed), Err(Malformed)),
            ("https://login%2eexample.com/keys", Err(Malformed), Err(Malformed)),
            ("https://löcalhost/keys", Err(Malformed), Err(Malformed)),
            ("https://[::1/keys", Err(Malformed), Err(Malformed)),
            ("https://[login]/keys", Err(Malformed), Err(Malformed)),
            ("//login.example.com/keys", Err(Malformed), Err(Malformed)),
            ("/keys", Err(Malformed), Err(Malformed)),
            ("", Err(Malformed), Err(Malformed)),
        ] {
            assert_eq!(check_url(url, false), without_flag, "{url}");
            assert_eq!(check_url(url, true), with_flag, "{url} with the switch");
        }
    }
}
