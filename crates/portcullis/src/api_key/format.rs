//! What a key looks like: `acme_live_<id>_<secret><checksum>`.
//!
//! The id is ten random digits and six that show it was made here, so that invented ids are refused without asking the
//! store. The secret is thirty digits: 178 bits. The checksum is the CRC-32 of all that stands before it, in six digits,
//! so that a scanner can tell a key from what only looks like one.

use subtle::ConstantTimeEq;

use super::base62;
use super::digest::{Digester, Purpose};
use crate::error::Reason;

const ID_RANDOM: usize = 10;
const ID_MARK: usize = 6;
const ID: usize = ID_RANDOM + ID_MARK;
const SECRET: usize = 30;
const CHECKSUM: usize = 6;
/// What follows the environment.
const TAIL: usize = 1 + ID + 1 + SECRET + CHECKSUM;

/// A key whose form and checksum are right. Nothing of it is known to be true.
#[derive(Clone, Copy)]
pub(super) struct WellFormed<'a> {
    pub(super) id: &'a str,
}

/// A new key of that environment: the whole, and its id.
pub(super) fn mint(environment: &str, digester: &Digester) -> Option<(String, String)> {
    let random = base62::random(ID_RANDOM + SECRET)?;
    let (start, secret) = random.split_at(ID_RANDOM);
    let mut key = String::with_capacity(environment.len() + TAIL);
    key.push_str(environment);
    key.push('_');
    key.push_str(start);
    key.extend(mark(environment, start, digester).map(char::from));
    let id = key[environment.len() + 1..].to_owned();
    key.push('_');
    key.push_str(secret);
    let checksum = checksum(&key);
    key.extend(checksum.map(char::from));
    Some((key, id))
}

/// Cuts a key, looking at its form only.
pub(super) fn parse<'a>(environment: &str, key: &'a str) -> Result<WellFormed<'a>, Reason> {
    let start = key.len().checked_sub(TAIL).filter(|start| *start > 0).ok_or(Reason::ApiKeyMalformed)?;
    let (prefix, tail) = key.split_at_checked(start).ok_or(Reason::ApiKeyMalformed)?;
    let octets = tail.as_bytes();
    let separated = octets[0] == b'_' && octets[ID + 1] == b'_';
    let digits = |range: std::ops::Range<usize>| base62::are_digits(&octets[range]);
    if !(separated && digits(1..ID + 1) && digits(ID + 2..TAIL) && is_environment(prefix)) {
        return Err(Reason::ApiKeyMalformed);
    }
    if octets[TAIL - CHECKSUM..] != checksum(&key[..key.len() - CHECKSUM]) {
        return Err(Reason::ApiKeyChecksumWrong);
    }
    if prefix != environment {
        return Err(Reason::ApiKeyEnvironmentWrong);
    }
    Ok(WellFormed { id: &tail[1..=ID] })
}

/// Was that id made under this key? Comparing takes the same time wherever they differ, so that nobody finds out mark by
/// mark how an id looks that the store is asked for.
pub(super) fn is_made_here(environment: &str, id: &str, digester: &Digester) -> bool {
    id.split_at_checked(ID_RANDOM)
        .is_some_and(|(start, end)| end.as_bytes().ct_eq(&mark(environment, start, digester)).into())
}

/// Six digits hold 35 bits of it.
fn mark(environment: &str, start: &str, digester: &Digester) -> [u8; ID_MARK] {
    let [a, b, c, d, e, f, g, h, ..] = digester.mac(Purpose::Id, environment, start);
    base62::digits(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

fn checksum(text: &str) -> [u8; CHECKSUM] {
    base62::digits(u64::from(crc32fast::hash(text.as_bytes())))
}

/// Lower-case letters and digits, in parts that `_` separates; a letter first; 2 to 32 characters.
pub(super) fn is_environment(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit());
    (2..=32).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split('_').all(part)
}

/// For scanners: what finds keys of an environment in text.
pub(super) fn scan_regex(environment: &str) -> String {
    format!(r"\b{environment}_[0-9A-Za-z]{{{ID}}}_[0-9A-Za-z]{{{}}}\b", SECRET + CHECKSUM)
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;
    use crate::api_key::DigestKey;
    use crate::crypto::CryptoBackend;

    fn digester() -> Digester {
        DigestKey::generate().unwrap().digester(CryptoBackend::preferred().unwrap()).unwrap()
    }

    #[test]
    fn a_minted_key_is_well_formed_and_made_here() {
        let digester = digester();
        for environment in ["ab", "acme_live", "a1_2b_c3"] {
            let (key, id) = mint(environment, &digester).unwrap();
            assert_eq!(key.len(), environment.len() + TAIL);
            assert_eq!(parse(environment, &key).map(|found| found.id), Ok(&*id));
            assert!(is_made_here(environment, &id, &digester));
        }
        assert_ne!(mint("ab", &digester).unwrap(), mint("ab", &digester).unwrap());
    }

    #[test]
    fn any_one_changed_character_is_noticed_without_a_secret() {
        let (key, _) = mint("acme_live", &digester()).unwrap();
        for at in 0..key.len() {
            let mut octets = key.clone().into_bytes();
            octets[at] = if octets[at] == b'a' { b'b' } else { b'a' };
            let changed = String::from_utf8(octets).unwrap();
            assert!(parse("acme_live", &changed).is_err(), "{at}");
        }
    }

    #[test]
    fn what_is_no_key_is_malformed() {
        let (key, _) = mint("acme_live", &digester()).unwrap();
        let (shorter, longer) = (&key[..key.len() - 1], format!("{key}0"));
        let spaced = key.replace('_', "-");
        let letters = format!("{}é", &key[..key.len() - 2]);
        for text in ["", "_", shorter, &longer, &spaced, &letters, &key[9..], "a.b.c", &"é".repeat(40)] {
            assert!(matches!(parse("acme_live", text).err(), Some(Reason::ApiKeyMalformed)), "{text}");
        }
    }

    #[test]
    fn a_key_of_another_environment_is_told_by_its_form() {
        let (key, _) = mint("acme_test", &digester()).unwrap();
        assert_eq!(parse("acme_live", &key).err(), Some(Reason::ApiKeyEnvironmentWrong));
        assert_eq!(parse("acme", &key).err(), Some(Reason::ApiKeyEnvironmentWrong));
        assert!(parse("acme_test", &key).is_ok());
    }

    #[test]
    fn an_invented_id_was_not_made_here() {
        let (here, there) = (digester(), digester());
        let (_, id) = mint("acme_live", &there).unwrap();
        assert!(is_made_here("acme_live", &id, &there));
        assert!(!is_made_here("acme_live", &id, &here));
        assert!(!is_made_here("acme_test", &id, &there));
        assert!(!is_made_here("acme_live", "", &there));
    }

    #[test]
    fn environments_are_lower_case_words() {
        for good in ["ab", "acme_live", "a1_2b"] {
            assert!(is_environment(good), "{good}");
        }
        for bad in ["", "a", "1a", "_a", "a_", "a__b", "A", "acme-live", "é", &"a".repeat(33)] {
            assert!(!is_environment(bad), "{bad}");
        }
    }

    #[test]
    fn the_regular_expression_has_the_lengths_of_a_key() {
        assert_eq!(scan_regex("acme_live"), r"\bacme_live_[0-9A-Za-z]{16}_[0-9A-Za-z]{36}\b");
    }
}
