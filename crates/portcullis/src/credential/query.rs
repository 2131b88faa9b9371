//! A key in the query of a URL.

use std::borrow::Cow;

use crate::error::Reason;

/// The value of that parameter, percent-decoded. Twice is refused.
pub(super) fn value<'a>(query: &'a str, name: &str) -> Result<Option<Cow<'a, [u8]>>, Reason> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if *decoded(key) == *name.as_bytes() && found.replace(value).is_some() {
            return Err(Reason::CredentialAmbiguous);
        }
    }
    Ok(found.map(decoded))
}

/// `+` is a space in the queries of forms, and no key has either. A `%` that is no escape stays as it is.
fn decoded(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |octet: &u8| char::from(*octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                octets.push(digit(high).unwrap_or(0) << 4 | digit(low).unwrap_or(0));
                rest = after;
            }
            (b'+', _) => octets.push(b' '),
            _ => octets.push(*first),
        }
    }
    Cow::Owned(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<Option<String>, Reason> {
        value(query, "api_key").map(|found| found.map(|octets| String::from_utf8_lossy(&octets).into_owned()))
    }

    #[test]
    fn the_parameter_of_that_name_is_found_and_decoded() {
        assert_eq!(of("a=1&api_key=k_1&b"), Ok(Some("k_1".to_owned())));
        assert_eq!(of("api%5Fkey=k%3a1%"), Ok(Some("k:1%".to_owned())));
        assert_eq!(of("api_key=a+b"), Ok(Some("a b".to_owned())));
        assert_eq!(of("api_key"), Ok(Some(String::new())));
        assert_eq!(of("API_KEY=k&apikey=k&xapi_key=k"), Ok(None));
        assert_eq!(of(""), Ok(None));
    }

    #[test]
    fn twice_is_ambiguous_however_it_is_spelt() {
        assert_eq!(of("api_key=k&api%5fkey=k"), Err(Reason::CredentialAmbiguous));
    }
}
