//! A metadata document into the place of the keys.
//!
//! Input: the issuer that is asked for, a line feed, the document.

use portcullis::internals::{discovery, location};
use serde_json::value::RawValue;

use crate::allocation::bounded;
use crate::{json_text, url_check};

pub fn check(input: &[u8]) {
    let mut parts = input.splitn(2, |octet| *octet == b'\n');
    let (Some(issuer), Some(document)) = (parts.next(), parts.next()) else { return };
    let Ok(issuer) = std::str::from_utf8(issuer) else { return };
    // The leaf of a map has room for eleven members, even with one.
    let Ok(jwks_uri) = bounded(document.len(), 256, || discovery::jwks_uri(document, issuer)) else { return };
    let text = std::str::from_utf8(document).expect("an accepted document is UTF-8");
    assert!(has_unique_names(text), "{text}");
    assert_eq!(json_text::string_member(text, "issuer").as_deref(), Some(issuer));
    assert_eq!(json_text::string_member(text, "jwks_uri"), Some(jwks_uri.clone()));
    // The next step of a fetch.
    if location::check_url(&jwks_uri, false).is_ok() {
        url_check::is_https(&jwks_uri);
    }
}

fn has_unique_names(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok_and(json_text::has_unique_names)
}
