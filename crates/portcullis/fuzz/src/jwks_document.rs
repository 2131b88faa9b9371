//! A JWK Set into keys.
//!
//! Input: one octet that chooses the policy, then the document.

use portcullis::defaults::MAX_KEYS;
use portcullis::internals::key_set::{KeyPolicy, KeySet};
use portcullis::{Algorithm, CryptoBackend, KeyKind};

use crate::allocation::{bounded, retained};

/// Of a key and its place in the set, beside its numbers; of a skipped key with the 64 characters shown of its `kid`.
const OCTETS_PER_KEY: usize = 512;

pub fn check(input: &[u8]) {
    let Some((how, document)) = input.split_first() else { return };
    let policy = policy(*how);
    // An element may be two octets of text, and is a reference of sixteen in a list that grows by doubling; a name is
    // a string of its own in a table of names.
    let (parsed, size) = bounded(document.len(), 64, || retained(|| KeySet::parse(document, &policy)));
    let Ok(keys) = parsed else { return };
    assert!(size <= document.len() + MAX_KEYS * OCTETS_PER_KEY * 2, "{size} octets are kept of {}", document.len());
    let total = keys.len() + keys.skipped().len();
    assert!((1..=MAX_KEYS).contains(&keys.len()) && total <= MAX_KEYS, "{total} keys");
    for skipped in keys.skipped() {
        let kid = skipped.kid.as_deref().unwrap_or_default();
        assert!(kid.len() <= 64 && kid.bytes().all(|octet| matches!(octet, b' '..=b'~')), "{kid:?}");
    }
    copies_faithfully(&keys, &policy);
    assert!(has_no_secret(&keys));
}

/// Written and read again, it is the same set, and nothing is odd about it.
pub fn copies_faithfully(keys: &KeySet, policy: &KeyPolicy) {
    let document = keys.to_document();
    let again = KeySet::parse(document.as_bytes(), policy).unwrap_or_else(|error| panic!("{error}: {document}"));
    assert!(keys.same_keys(&again) && again.same_keys(keys), "{document}");
    assert!(again.skipped().is_empty() && again.len() == keys.len(), "{document}");
    assert_eq!(again.to_document(), document);
}

/// Nothing that whoever reads the document could sign with.
fn has_no_secret(keys: &KeySet) -> bool {
    let symmetric = Algorithm::ALL.into_iter().filter(|algorithm| algorithm.key_kind() == KeyKind::Secret);
    let document = keys.to_document();
    symmetric.into_iter().all(|algorithm| !keys.has_candidate(None, algorithm)) && !document.contains("\"oct\"")
}

/// `0`: what an issuer without settings has. `1`: RSA keys without `alg` for several algorithms, which has to be asked
/// for. Others: HMAC allowed by mistake, which must not matter.
fn policy(how: u8) -> KeyPolicy {
    let asymmetric: Vec<Algorithm> =
        Algorithm::ALL.into_iter().filter(|algorithm| algorithm.key_kind() != KeyKind::Secret).collect();
    let (allowed, rsa_without_alg) = match how {
        b'0' => (&asymmetric[..], &[Algorithm::RS256][..]),
        b'1' => (&asymmetric[..], &asymmetric[..]),
        _ => (&Algorithm::ALL[..], &[Algorithm::RS256][..]),
    };
    KeyPolicy::new(allowed, rsa_without_alg, CryptoBackend::AwsLcRs, MAX_KEYS)
}
