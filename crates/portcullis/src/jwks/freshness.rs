//! How long a key set counts as fresh: RFC 9111 §4.2 and §5, for a private cache of one document.
//!
//! Keys are application state, so HTTP decides only when they are looked at again; how long they may be *used* while
//! their server cannot be reached is our own bound (RFC 9111 §6).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::http_date;
use crate::defaults;
use crate::fetch::FetchResponse;

/// What a server said about caching its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Caching {
    /// How long the document is fresh from the moment it was generated; `None` if the server said nothing.
    pub(crate) lifetime: Option<Duration>,
    /// `no-store`: the document must not be written anywhere.
    pub(crate) no_store: bool,
}

impl Caching {
    /// Reads `Cache-Control`, `Expires` and `Date`; `received` stands in for a missing `Date`.
    pub(crate) fn of(response: &FetchResponse, received: SystemTime) -> Self {
        let control = response.cache_control.as_deref().map(Directives::parse).unwrap_or_default();
        let by_date = || response.expires.as_deref().map(|expires| until(expires, response.date.as_deref(), received));
        let lifetime = if control.revalidate { Some(Duration::ZERO) } else { control.max_age.or_else(by_date) };
        Self { lifetime, no_store: control.no_store }
    }

    /// What holds after a 304 that came with these fields: they replace the stored ones, if there are any
    /// (RFC 9111 §4.3.4).
    pub(crate) fn renewed_by(self, revalidation: Self) -> Self {
        match revalidation.lifetime {
            Some(_) => revalidation,
            None => self,
        }
    }
}

/// The fresh time left to a document that is `age` old: `configured` if its server said nothing, within the bounds
/// of [`defaults`] either way. Counted from the moment the request was sent, which takes off the request's delay.
pub(crate) fn fresh_for(caching: Caching, age: Option<&str>, configured: Duration) -> Duration {
    // An age that is not a number says nothing (RFC 9111 §5.1).
    let age = age.and_then(|age| delta_seconds(age.split(',').next().unwrap_or_default().trim()));
    let lifetime = caching.lifetime.map_or(configured, |stated| stated.saturating_sub(age.unwrap_or_default()));
    lifetime.clamp(defaults::MIN_KEYS_FRESH_FOR, defaults::MAX_KEYS_FRESH_FOR)
}

/// `Expires` minus `Date`. A date that cannot be read is in the past (RFC 9111 §5.3).
fn until(expires: &str, date: Option<&str>, received: SystemTime) -> Duration {
    let received = received.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let date = date.and_then(http_date::unix_seconds).unwrap_or(received);
    let expires = http_date::unix_seconds(expires).unwrap_or(i64::MIN);
    Duration::from_secs(u64::try_from(expires.saturating_sub(date)).unwrap_or(0))
}

#[derive(Debug, Default)]
struct Directives {
    /// The most restrictive of the values given; zero for one that is not a number (RFC 9111 §4.2.1).
    max_age: Option<Duration>,
    revalidate: bool,
    no_store: bool,
}

impl Directives {
    fn parse(field: &str) -> Self {
        let mut found = Self::default();
        for directive in members(field) {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" => found.revalidate = true,
                "no-store" => (found.revalidate, found.no_store) = (true, true),
                "max-age" => {
                    let value = value.trim();
                    // The quoted form is to be accepted, though nobody should send it (RFC 9111 §5.2).
                    let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
                    let age = delta_seconds(bare).unwrap_or_default();
                    found.max_age = Some(found.max_age.map_or(age, |other| other.min(age)));
                }
                // `s-maxage` is for shared caches, which we are not (RFC 9111 §5.2.2.10).
                _ => {}
            }
        }
        found
    }
}

/// The members of a comma-separated list; commas inside quotes do not separate.
fn members(field: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    field.split(move |character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    })
}

/// RFC 9111 §1.2.2: digits only, and what does not fit is as large as it gets.
fn delta_seconds(text: &str) -> Option<Duration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = UNIX_EPOCH;
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const IN_AN_HOUR: &str = "Sun, 06 Nov 1994 09:49:37 GMT";

    fn seconds(control: Option<&str>, expires: Option<&str>, date: Option<&str>, age: Option<&str>) -> u64 {
        let mut response = FetchResponse::new(200, "");
        response.cache_control = control.map(str::to_owned);
        response.expires = expires.map(str::to_owned);
        response.date = date.map(str::to_owned);
        fresh_for(Caching::of(&response, NOW), age, defaults::KEYS_FRESH_FOR).as_secs()
    }

    /// RFC9111-4.2.1-a, RFC9111-4.2.1-b, RFC9111-1.2.2-a, RFC9111-5.2.2-a, ATK-68
    #[test]
    fn cache_control_decides_within_our_bounds() {
        for (control, expected) in [
            ("max-age=300", 300),
            ("public, max-age=300, must-revalidate", 300),
            ("MAX-AGE = 300", 300),
            ("max-age=\"300\"", 300),
            ("private=\"a,max-age=70\", max-age=300", 300),
            ("max-age=300, s-maxage=7200", 300),
            ("s-maxage=7200", 600),
            ("public", 600),
            ("", 600),
            ("max-age=0", 60),
            ("max-age=1", 60),
            ("max-age=86401", 86_400),
            ("max-age=99999999999999999999999999", 86_400),
            ("max-age=abc", 60),
            ("max-age=-1", 60),
            ("max-age=+300", 60),
            ("max-age=3e2", 60),
            ("max-age", 60),
            ("max-age=300, max-age=120", 120),
            ("max-age=300, max-age=abc", 60),
            ("max-age=300, no-cache", 60),
            ("No-Store", 60),
            ("no-cache=\"set-cookie\", max-age=300", 60),
        ] {
            assert_eq!(seconds(Some(control), None, None, None), expected, "{control:?}");
        }
    }

    /// RFC9111-4.2.1-a, RFC9111-5.3-a
    #[test]
    fn expires_counts_from_date_and_only_without_max_age() {
        for (control, expires, date, expected) in [
            (None, Some(IN_AN_HOUR), Some(DATE), 3600),
            (Some("max-age=120"), Some(IN_AN_HOUR), Some(DATE), 120),
            (Some("public"), Some(IN_AN_HOUR), Some(DATE), 3600),
            (None, Some(DATE), Some(IN_AN_HOUR), 60),
            (None, Some("0"), Some(DATE), 60),
            (None, Some("-1"), None, 60),
            (None, Some("Thu, 01 Jan 1970 00:05:00 GMT"), None, 300),
            (None, Some("Thu, 01 Jan 1970 00:05:00 GMT"), Some("yesterday"), 300),
            (None, Some("Fri, 31 Dec 9999 23:59:59 GMT"), Some(DATE), 86_400),
        ] {
            assert_eq!(seconds(control, expires, date, None), expected, "{control:?} {expires:?} {date:?}");
        }
    }

    /// RFC9111-4.2.3-a
    #[test]
    fn the_age_of_the_answer_is_taken_off() {
        for (age, expected) in [
            ("100", 200),
            ("0", 300),
            ("299", 60),
            ("9999999999999999999999", 60),
            ("-5", 300),
            ("x", 300),
            ("100, 1", 200),
        ] {
            assert_eq!(seconds(Some("max-age=300"), None, None, Some(age)), expected, "{age}");
        }
        assert_eq!(seconds(None, None, None, Some("100")), 600, "nothing was stated that the age could be taken off");
    }

    /// RFC9111-4.3.1-a
    #[test]
    fn a_revalidation_keeps_what_it_does_not_mention() {
        let stored = Caching { lifetime: Some(Duration::from_secs(300)), no_store: false };
        let silent = Caching::default();
        let other = Caching { lifetime: Some(Duration::from_secs(900)), no_store: false };
        assert_eq!(stored.renewed_by(silent), stored);
        assert_eq!(stored.renewed_by(other), other);
    }
}
