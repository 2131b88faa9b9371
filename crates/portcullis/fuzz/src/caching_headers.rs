//! What a key server's header fields make of a document's lifetime.
//!
//! Input: eight octets of our clock (seconds from 1970, signed), eight of the configured fresh time (seconds), then
//! lines: `c` `Cache-Control`, `e` `Expires`, `d` `Date`, `a` `Age`, `t` `ETag`, `y` `Content-Type`, each with its value
//! behind it. A line `-` begins the answer that revalidates the one before.

use std::time::Duration;

use portcullis::defaults::{MAX_KEYS_FRESH_FOR, MIN_KEYS_FRESH_FOR};
use portcullis::fetch::FetchResponse;
use portcullis::internals::caching::{self, Caching};

use crate::allocation::bounded;
use crate::clock::moment;

pub fn check(input: &[u8]) {
    let Some((clock, rest)) = input.split_first_chunk::<8>() else { return };
    let Some((configured, rest)) = rest.split_first_chunk::<8>() else { return };
    let Ok(lines) = std::str::from_utf8(rest) else { return };
    let Some(received) = moment(i64::from_le_bytes(*clock)) else { return };
    let configured = Duration::from_secs(u64::from_le_bytes(*configured));

    let mut held: Option<Caching> = None;
    for response in lines.split("\n-\n").map(response) {
        let stated = bounded(lines.len(), 8, || Caching::of(&response, received));
        let caching = held.map_or(stated, |held| held.renewed_by(stated));
        is_within_bounds(caching, response.age.as_deref(), configured);
        if stated.no_store() {
            assert_eq!(stated.fresh_for(None, configured), MIN_KEYS_FRESH_FOR);
            assert_eq!(caching, stated, "a revalidation says no-store in vain");
        }
        for date in [&response.expires, &response.date].into_iter().flatten() {
            reads_like_others(date);
        }
        if let Some(etag) = response.etag.as_deref().filter(|etag| caching::is_entity_tag(etag)) {
            can_be_sent_back(etag);
        }
        if let Some(content_type) = response.content_type.as_deref().filter(|_| caching::has_json_type(&response)) {
            let first = content_type.split([',', ';']).next().unwrap_or_default().trim();
            assert!(!first.eq_ignore_ascii_case("text/html"), "{content_type:?}");
        }
        held = Some(caching);
    }
    writes_like_others(i64::from_le_bytes(*clock));
}

fn response(lines: &str) -> FetchResponse {
    lines.split('\n').fold(FetchResponse::new(200, ""), |response, line| {
        let name = match line.as_bytes().first() {
            Some(b'c') => "Cache-Control",
            Some(b'e') => "expires",
            Some(b'd') => "DATE",
            Some(b'a') => "Age",
            Some(b't') => "ETag",
            Some(b'y') => "Content-Type",
            _ => return response,
        };
        response.with_header(name, &line[1..])
    })
}

/// Within the bounds, and no longer for having lain somewhere.
fn is_within_bounds(caching: Caching, age: Option<&str>, configured: Duration) {
    let fresh_for = caching.fresh_for(age, configured);
    let bounds = MIN_KEYS_FRESH_FOR..=MAX_KEYS_FRESH_FOR;
    assert!(bounds.contains(&fresh_for) && fresh_for <= caching.fresh_for(None, configured), "{fresh_for:?}");
}

/// A date that we and `httpdate` can both read is the same second to both.
fn reads_like_others(date: &str) {
    let Some(ours) = caching::unix_seconds(date) else { return };
    // The end of the year 9999, and the beginning of the first year there is.
    assert!((-62_167_219_200..=253_402_300_800).contains(&ours), "{date:?}");
    if let Ok(theirs) = httpdate::parse_http_date(date) {
        assert_eq!(moment(ours), Some(theirs), "{date:?}");
    }
}

/// What `httpdate` writes is read.
fn writes_like_others(seconds: i64) {
    if let Some(time) = (0..=253_402_300_799).contains(&seconds).then(|| moment(seconds)).flatten() {
        let date = httpdate::fmt_http_date(time);
        assert_eq!(caching::unix_seconds(&date), Some(seconds), "{date:?}");
    }
}

/// Visible ASCII in one pair of quotes, so that the next request is valid.
fn can_be_sent_back(etag: &str) {
    assert!(etag.bytes().all(|octet| octet.is_ascii_graphic()) && etag.matches('"').count() == 2, "{etag:?}");
    assert!(etag.ends_with('"') && (etag.starts_with('"') || etag.starts_with("W/\"")), "{etag:?}");
}
