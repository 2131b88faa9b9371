//! What a presented key is compared with.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::str::FromStr;

use base64_simd::URL_SAFE_NO_PAD as BASE64URL;
use subtle::ConstantTimeEq;

use crate::crypto::{CryptoBackend, MacKey};

/// The secret under which digests of API keys are made: 32 random octets that the store never sees.
///
/// Whoever can read the store cannot try keys, and whoever can write to it cannot put in a key of their own. All instances
/// that share a store need the same one; keep it where other secrets are kept. Its text form is 43 characters of
/// base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct DigestKey([u8; Self::LENGTH]);

/// Why there is no [`DigestKey`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DigestKeyError {
    /// Not the text form of 32 octets.
    #[error(
        "a digest key is 43 characters of base64url, the form of 32 random octets; make one with `DigestKey::generate`"
    )]
    Malformed,
    /// All octets are the same: nobody drew them at random.
    #[error("a digest key must be random; make one with `DigestKey::generate`")]
    Constant,
    /// The system's generator of random numbers failed.
    #[error("the system's generator of random numbers failed")]
    NoRandomness,
    /// The file cannot be read or made.
    #[error("the file of the digest key cannot be read or made")]
    File(#[from] std::io::Error),
}

impl DigestKey {
    const LENGTH: usize = 32;

    /// A new one, from the system's generator.
    ///
    /// # Errors
    /// [`DigestKeyError::NoRandomness`].
    pub fn generate() -> Result<Self, DigestKeyError> {
        let mut octets = [0; Self::LENGTH];
        getrandom::fill(&mut octets).map_err(|_| DigestKeyError::NoRandomness)?;
        Ok(Self(octets))
    }

    /// One that exists: 32 random octets.
    ///
    /// # Errors
    /// [`DigestKeyError::Constant`].
    pub fn new(octets: [u8; Self::LENGTH]) -> Result<Self, DigestKeyError> {
        let constant = octets.iter().all(|octet| *octet == octets[0]);
        if constant { Err(DigestKeyError::Constant) } else { Ok(Self(octets)) }
    }

    /// Reads the text form from a file, or makes a new key and writes it there, readable by its owner only. For one
    /// machine; several need a secret that all of them are given.
    ///
    /// # Errors
    /// [`DigestKeyError::File`], or what is wrong with the text.
    pub fn load_or_create(path: impl AsRef<Path>) -> Result<Self, DigestKeyError> {
        let path = path.as_ref();
        match std::fs::read_to_string(path) {
            Ok(text) => text.parse(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                key.write_new(path)?;
                // What is there counts: another process may have been first.
                std::fs::read_to_string(path)?.parse()
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Written beside, then linked to its name, so that nobody ever reads half of it and the first one stays.
    fn write_new(&self, path: &Path) -> Result<(), DigestKeyError> {
        let tail = super::base62::random(12).ok_or(DigestKeyError::NoRandomness)?;
        let beside = path.with_extension(format!("{tail}.new"));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&beside).and_then(|mut file| {
            file.write_all(self.expose().as_bytes())?;
            file.sync_all()
        });
        let linked = written.and_then(|()| std::fs::hard_link(&beside, path));
        std::fs::remove_file(&beside).ok();
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The text form: a secret.
    #[must_use]
    pub fn expose(&self) -> String {
        BASE64URL.encode_to_string(self.0)
    }

    pub(super) fn digester(&self, backend: CryptoBackend) -> Option<Digester> {
        let key = MacKey::new(backend, &self.0)?;
        let [a, b, c, d, ..] = key.mac(&[&[Purpose::Fingerprint as u8]]);
        Some(Digester { key, fingerprint: [a, b, c, d] })
    }
}

impl FromStr for DigestKey {
    type Err = DigestKeyError;

    /// Reads the text form; white space around it does not count.
    fn from_str(text: &str) -> Result<Self, DigestKeyError> {
        let octets = BASE64URL.decode_to_vec(text.trim()).map_err(|_| DigestKeyError::Malformed)?;
        Self::new(octets.try_into().map_err(|_| DigestKeyError::Malformed)?)
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey([redacted])")
    }
}

/// The digest of a key, with a mark of the [`DigestKey`] it was made under: what stores keep.
///
/// Comparing two takes the same time wherever they differ.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; Self::LENGTH]);

impl KeyDigest {
    /// Octets of one: four of the mark, 32 of the digest.
    pub const LENGTH: usize = 36;

    /// From a store.
    #[must_use]
    pub const fn from_bytes(octets: [u8; Self::LENGTH]) -> Self {
        Self(octets)
    }

    /// For a store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    pub(super) fn is_made_under(&self, fingerprint: [u8; 4]) -> bool {
        self.0[..4] == fingerprint
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for KeyDigest {}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest([redacted])")
    }
}

/// What a MAC is for, so that one made for one thing is none for another.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Fingerprint = 0,
    /// Shows that an id was made here.
    Id = 1,
    /// What a presented key is compared with.
    Digest = 2,
    /// The id under which a key of a foreign format is found.
    ForeignId = 3,
}

/// Makes digests under one [`DigestKey`].
pub(super) struct Digester {
    key: MacKey,
    fingerprint: [u8; 4],
}

impl Digester {
    pub(super) fn fingerprint(&self) -> [u8; 4] {
        self.fingerprint
    }

    /// The zero ends the environment, which has none.
    pub(super) fn mac(&self, purpose: Purpose, environment: &str, text: &str) -> [u8; 32] {
        self.key.mac(&[&[purpose as u8], environment.as_bytes(), &[0], text.as_bytes()])
    }

    pub(super) fn digest(&self, environment: &str, key: &str) -> KeyDigest {
        let mut octets = [0; KeyDigest::LENGTH];
        octets[..4].copy_from_slice(&self.fingerprint);
        octets[4..].copy_from_slice(&self.mac(Purpose::Digest, environment, key));
        KeyDigest(octets)
    }
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;

    #[test]
    fn a_digest_key_comes_back_from_its_text_and_never_shows_itself() {
        let key = DigestKey::generate().unwrap();
        assert_eq!(key.expose().len(), 43);
        assert_eq!(format!(" {}\n", key.expose()).parse::<DigestKey>().unwrap(), key);
        assert_eq!(format!("{key:?}"), "DigestKey([redacted])");
        for bad in ["", "short", &"A".repeat(43), &format!("{}A", key.expose()), &key.expose()[1..]] {
            let error = bad.parse::<DigestKey>().unwrap_err().to_string();
            assert!(!error.contains(&key.expose()[1..]), "{error}");
        }
    }

    #[test]
    fn a_file_is_made_once_and_read_after_that() {
        let folder = std::env::temp_dir().join(format!("portcullis-{}", super::super::base62::random(16).unwrap()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("digest.key");
        let made = DigestKey::load_or_create(&path).unwrap();
        assert_eq!(DigestKey::load_or_create(&path).unwrap(), made);
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["digest.key"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "junk").unwrap();
        assert!(matches!(DigestKey::load_or_create(&path), Err(DigestKeyError::Malformed)));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn digests_differ_by_key_environment_purpose_and_text() {
        let backend = CryptoBackend::preferred().unwrap();
        let [one, other] = [1, 2].map(|last| {
            let mut octets = [7; 32];
            octets[31] = last;
            DigestKey::new(octets).unwrap().digester(backend).unwrap()
        });
        let digest = one.digest("acme_live", "k");
        assert_eq!(digest, one.digest("acme_live", "k"));
        assert!(digest.is_made_under(one.fingerprint()) && !digest.is_made_under(other.fingerprint()));
        for different in [one.digest("acme_live", "l"), one.digest("acme_test", "k"), other.digest("acme_live", "k")] {
            assert_ne!(digest, different);
        }
        let macs = [Purpose::Fingerprint, Purpose::Id, Purpose::Digest, Purpose::ForeignId]
            .map(|purpose| one.mac(purpose, "acme_live", "k"));
        let different: std::collections::HashSet<_> = macs.into_iter().collect();
        assert_eq!(different.len(), 4);
        assert_eq!(format!("{digest:?}"), "KeyDigest([redacted])");
    }

    #[test]
    fn backends_agree() {
        let key = DigestKey::generate().unwrap();
        let digests: Vec<KeyDigest> =
            CryptoBackend::available().map(|backend| key.digester(backend).unwrap().digest("a", "b")).collect();
        assert!(digests.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
