//! `application/x-www-form-urlencoded`, in queries and bodies.

/// Names and values in order.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value; a parameter without a value counts as left out (RFC 6749 §3.1).
    pub(super) fn get(&self, name: &'static str) -> Option<&str> {
        self.all(name).next()
    }

    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let pairs = self.0.iter().filter(move |(present, value)| present == name && !value.is_empty());
        pairs.map(|(_, value)| value.as_str())
    }

    /// Whether a parameter comes twice that must not (RFC 6749 §3.1); `resource` may (RFC 8707 §2).
    pub(super) fn repeats(&self) -> bool {
        let names = self.0.iter().map(|(name, _)| name).filter(|name| *name != "resource");
        names.clone().enumerate().any(|(place, name)| names.clone().take(place).any(|other| other == name))
    }
}

/// Undoes percent-encoding, with `+` for a space. What is not percent-encoding stays as it is.
pub(super) fn decode(text: &str) -> String {
    let octets = text.as_bytes();
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        let digit = |offset: usize| octets.get(at + offset).and_then(|digit| char::from(*digit).to_digit(16));
        match (octet, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(octet);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
pub(super) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, octet| {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_undone_by_decoding() {
        for text in ["", "a b+c", "ü/%?&=", "100%", "%zz"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode("a+b%2"), "a b%2");
    }

    #[test]
    fn repeated_parameters_are_noticed_except_resource() {
        assert!(Form::parse("a=1&b=2&a=1").repeats());
        let form = Form::parse("resource=x&resource=y&a=&b");
        assert!(!form.repeats());
        assert_eq!(form.all("resource").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!((form.get("a"), form.get("b")), (None, None));
    }
}
