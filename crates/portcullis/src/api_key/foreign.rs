//! Keys that were not made here: what somebody else's look like.

use super::base62;
use super::digest::{Digester, Purpose};

/// The form of keys that another system made, for [`ApiKeysBuilder::also_accept`](super::ApiKeysBuilder::also_accept).
///
/// Such keys have no public id: the store finds them by a digest of the whole, made under the
/// [`DigestKey`](super::DigestKey). Nothing tells an invented one from a real one without a look-up, so unknown ones cost
/// one each, within bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFormat(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Uuid,
    Prefixed(String),
    Opaque { least: usize },
}

impl ForeignFormat {
    /// A UUID with hyphens (RFC 9562 §4), in lower or in upper case; each spelling is a key of its own. A random one has
    /// 122 bits, which is less than [`LEAST_OPAQUE`](Self::LEAST_OPAQUE) asks of others.
    #[must_use]
    pub fn uuid() -> Self {
        Self(Form::Uuid)
    }

    /// Everything that begins so and goes on for at least another 16 characters, such as `perm:` or `perm-`. Upper and
    /// lower case differ. Nothing, or other than visible ASCII, is a mistake.
    #[must_use]
    pub fn prefixed(prefix: impl Into<String>) -> Self {
        Self(Form::Prefixed(prefix.into()))
    }

    /// Visible ASCII of at least that many characters; fewer than [`LEAST_OPAQUE`](Self::LEAST_OPAQUE) is a mistake.
    #[must_use]
    pub fn opaque(least: usize) -> Self {
        Self(Form::Opaque { least })
    }

    /// Why no key that should be accepted can have that form, and what to write instead.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        match &self.0 {
            Form::Prefixed(prefix) if prefix.is_empty() || !prefix.bytes().all(|octet| octet.is_ascii_graphic()) => {
                Some((
                    "a prefix that is empty or not visible ASCII",
                    "give what those keys begin with, such as `perm:`",
                ))
            }
            Form::Opaque { least } if *least < Self::LEAST_OPAQUE => Some((
                "opaque keys of fewer than 24 characters, which can be guessed",
                "give their length, 24 at least, or what they begin with",
            )),
            _ => None,
        }
    }

    /// The shortest opaque key, in characters.
    pub const LEAST_OPAQUE: usize = 24;

    /// Is that the form of this key?
    #[must_use]
    pub fn fits(&self, key: &str) -> bool {
        let visible = key.bytes().all(|octet| matches!(octet, 0x21..=0x7e));
        visible
            && match &self.0 {
                Form::Uuid => is_uuid(key),
                Form::Prefixed(prefix) => {
                    !prefix.is_empty() && key.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.len() >= 16)
                }
                Form::Opaque { least } => key.len() >= (*least).max(Self::LEAST_OPAQUE),
            }
    }
}

fn is_uuid(key: &str) -> bool {
    key.len() == 36
        && key.bytes().enumerate().all(|(at, octet)| match at {
            8 | 13 | 18 | 23 => octet == b'-',
            _ => octet.is_ascii_hexdigit(),
        })
}

/// Under what id such a key is kept: 22 digits, 131 bits of a keyed digest.
pub(super) fn id_of(environment: &str, key: &str, digester: &Digester) -> String {
    let mac = digester.mac(Purpose::ForeignId, environment, key);
    let half = |octets: &[u8]| u64::from_be_bytes(octets.try_into().unwrap_or_default());
    let (high, low) = (base62::digits::<11>(half(&mac[..8])), base62::digits::<11>(half(&mac[8..16])));
    high.into_iter().chain(low).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_fits_its_own() {
        let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert!(ForeignFormat::uuid().fits(uuid) && ForeignFormat::uuid().fits(&uuid.to_uppercase()));
        for bad in ["", &uuid[1..], &uuid.replace('-', "0"), &format!("{uuid}0"), &uuid.replace('e', "g")] {
            assert!(!ForeignFormat::uuid().fits(bad), "{bad}");
        }
        let perm = ForeignFormat::prefixed("perm:");
        assert!(perm.fits("perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9v"));
        for bad in ["perm:", "perm:short", "PERM:am9obi5kb2U=.TmlnaHRseQ==.Zm9v", "perm:am9obi5kb2U= TmlnaHRseQ==.Zm9v"]
        {
            assert!(!perm.fits(bad), "{bad}");
        }
        assert!(!ForeignFormat::prefixed("").fits("perm:am9obi5kb2U=.TmlnaHRseQ==.Zm9v"));
        assert!(ForeignFormat::opaque(0).fits(&"x".repeat(24)) && !ForeignFormat::opaque(0).fits(&"x".repeat(23)));
    }
}
