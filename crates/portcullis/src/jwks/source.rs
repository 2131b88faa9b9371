//! Where one issuer's keys come from: the configuration, or the issuer.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use super::remote::{CurrentKeys, Demand, RemoteConfig, RemoteKeys};
use super::wait::KeyWait;
use super::{
    Candidates, KeyPolicy, KeySet, KeyState, KeyStatus, Location, NoKey, VerificationKey, from_pem, local_secret,
};
use crate::builder::AuthenticatorBuilder;
use crate::clock::Clock;
use crate::config::Problems;
use crate::defaults;
use crate::fetch::Fetch;
use crate::issuer::{FixedKey, Issuer, KeyLocation, shown_path};
use crate::telemetry;
use crate::token::Algorithm;

/// One issuer's keys.
pub(crate) enum KeySource {
    /// Given in the configuration; never fetched.
    Fixed(KeySet),
    /// Fetched, and refreshed in the background.
    Remote(RemoteKeys),
}

/// The keys to decide with now, for as short a time as one verification takes.
pub(crate) enum Keys<'a> {
    Fixed(&'a KeySet),
    Fetched(CurrentKeys),
}

impl Keys<'_> {
    pub(crate) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Candidates<'_>, NoKey> {
        match self {
            Self::Fixed(keys) => keys.candidates(kid, algorithm),
            Self::Fetched(snapshot) => snapshot.keys.candidates(kid, algorithm),
        }
    }

    /// Another number means other keys.
    pub(crate) fn generation(&self) -> u64 {
        match self {
            Self::Fixed(_) => 0,
            Self::Fetched(snapshot) => snapshot.generation,
        }
    }
}

impl KeySource {
    /// Reads or prepares what was configured; `None` after a problem.
    pub(crate) fn build(
        issuer: &Issuer,
        policy: KeyPolicy,
        config: &AuthenticatorBuilder,
        clock: &Arc<dyn Clock>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let location = match &issuer.keys {
            KeyLocation::Discovery => Location::Discover,
            KeyLocation::Url(url) => Location::Url(url.clone()),
            KeyLocation::Document(document) => {
                return Self::document(issuer, &setting(issuer, "key_set"), document, policy, problems);
            }
            KeyLocation::File(path) => match fs::read_to_string(path) {
                Ok(document) => {
                    let setting = setting(issuer, &format!("key_set_file {}", shown_path(path)));
                    return Self::document(issuer, &setting, &document, policy, problems);
                }
                Err(error) => {
                    let remedy = "name a file with a JWK Set that this process may read";
                    problems.add(
                        setting(issuer, &format!("key_set_file {}", shown_path(path))),
                        format!("cannot be read: {error}"),
                        remedy,
                    );
                    return None;
                }
            },
            KeyLocation::Fixed(keys) => return Self::fixed(issuer, keys, &policy, problems),
        };
        if let Location::Url(url) = &location
            && let Err(error) = super::check_url(url, config.allow_loopback_http)
        {
            let remedy =
                "use the https URL of the key set; for one on this machine's loopback call allow_loopback_http";
            problems.add(setting(issuer, "jwks_url"), error.to_string(), remedy);
            return None;
        }
        let fetch = fetch(config, problems)?;
        let remote = RemoteConfig {
            issuer: issuer.url.as_str().into(),
            location,
            allow_loopback_http: config.allow_loopback_http,
            policy,
            fresh_for: config.keys_fresh_for,
            stale_for: config.stale_keys_for,
            fetch_timeout: config.fetch_timeout,
            max_document_bytes: config.max_document_bytes,
        };
        let keys = RemoteKeys::new(remote, fetch, Arc::clone(clock));
        if let Some(seeded) = config.seed.as_ref().and_then(|seed| seed.of_issuer(&issuer.url)) {
            telemetry::seeded(&issuer.shown(), matches!(keys.seed(seeded), Ok(true)));
        }
        Some(Self::Remote(keys))
    }

    /// The operator's own document may be as long as it likes.
    fn document(
        issuer: &Issuer,
        setting: &str,
        document: &str,
        policy: KeyPolicy,
        problems: &mut Problems,
    ) -> Option<Self> {
        let policy = KeyPolicy { max_keys: usize::MAX, ..policy };
        match KeySet::parse(document.as_bytes(), &policy) {
            Ok(keys) => {
                let name = issuer.shown().into();
                keys.skipped().iter().for_each(|key| telemetry::key_skipped(&name, key));
                Some(Self::Fixed(keys))
            }
            Err(error) => {
                let remedy = "give a JWK Set (RFC 7517) with at least one public signature key of an allowed algorithm";
                problems.add(setting, error.to_string(), remedy);
                None
            }
        }
    }

    fn fixed(issuer: &Issuer, keys: &[FixedKey], policy: &KeyPolicy, problems: &mut Problems) -> Option<Self> {
        let mut set = Vec::with_capacity(keys.len());
        for key in keys {
            let made = match key {
                FixedKey::Pem { algorithm, pem, kid } => from_pem(pem, *algorithm, kid.as_deref(), policy.backend)
                    .map_err(|error| ("public_key_pem", error.to_string())),
                FixedKey::Secret { algorithm, secret, kid } => {
                    local_secret(*algorithm, &secret.0, kid.as_deref(), policy.backend)
                        .map_err(|error| ("local_secret", error.to_string()))
                }
            };
            match made {
                Ok(key) => set.push(key),
                Err((name, problem)) => {
                    // These errors say what to do after their semicolon.
                    let (problem, remedy) =
                        problem.split_once("; ").unwrap_or((&problem, "give a key that fits the algorithm"));
                    problems.add(setting(issuer, name), problem, remedy);
                }
            }
        }
        let shared =
            |(index, key): (usize, &VerificationKey)| set[..index].iter().any(|other| key.shares_key_with(other));
        if !issuer.key_reuse && set.iter().enumerate().any(shared) {
            let remedy = "give each key one algorithm, or call dangerous_share_keys_between_algorithms";
            problems.add(setting(issuer, "public_key_pem"), "the same key is given for two algorithms", remedy);
        }
        if set.iter().filter(|key| key.kid().is_none()).count() > Candidates::MAX {
            let problem = format!("more than {} keys without `kid`: not all of them could be tried", Candidates::MAX);
            problems.add(setting(issuer, "public_key_pem or local_secret"), problem, "give the keys their `kid`s");
        }
        (set.len() == keys.len()).then(|| Self::Fixed(KeySet::configured(set)))
    }

    /// The keys, unless there are none or they are too old. Never waits.
    pub(crate) fn current(&self) -> Option<Keys<'_>> {
        match self {
            Self::Fixed(keys) => Some(Keys::Fixed(keys)),
            Self::Remote(keys) => keys.current().map(Keys::Fetched),
        }
    }

    /// How long ago the keys were fetched.
    pub(crate) fn age(&self) -> Option<Duration> {
        match self {
            Self::Fixed(_) => None,
            Self::Remote(keys) => keys.age(),
        }
    }

    /// Whether asking the issuer is possible at all.
    pub(crate) fn is_remote(&self) -> bool {
        matches!(self, Self::Remote(_))
    }

    /// What a request is told that found no key. A token without `kid` counts as one with the empty `kid`.
    pub(crate) fn demand(&self, kid: Option<&str>) -> Demand {
        match self {
            Self::Fixed(_) => Demand::Unknown,
            Self::Remote(keys) => keys.demand(Some(kid.unwrap_or_default())),
        }
    }

    /// Waits until there are keys, for as long as it takes.
    pub(crate) async fn ready(&self, clock: &dyn Clock) {
        while self.current().is_none() {
            match self.demand(None) {
                Demand::Wait(wait) => drop(wait.await),
                Demand::Unavailable { retry_after } => clock.sleep(retry_after).await,
                Demand::Unknown => clock.sleep(defaults::MIN_BACKOFF).await,
            }
        }
    }

    /// A fetch that the application asks for.
    pub(crate) fn refresh(&self) -> Option<KeyWait> {
        match self {
            Self::Fixed(_) => None,
            Self::Remote(keys) => Some(keys.refresh()),
        }
    }

    pub(crate) fn status(&self, issuer: &str) -> KeyStatus {
        match self {
            Self::Remote(keys) => keys.status(),
            Self::Fixed(keys) => KeyStatus {
                issuer: issuer.to_owned(),
                state: KeyState::Fixed,
                keys: keys.len(),
                skipped: keys.skipped().to_vec(),
                age: None,
                last_success: None,
                last_error: None,
                consecutive_failures: 0,
            },
        }
    }

    pub(crate) fn export(&self) -> Option<super::export::SeededKeys> {
        match self {
            Self::Fixed(_) => None,
            Self::Remote(keys) => keys.export(),
        }
    }
}

fn setting(issuer: &Issuer, name: &str) -> String {
    format!("issuer {:?}: {name}", issuer.shown())
}

/// The application's client, else the built-in one.
fn fetch(config: &AuthenticatorBuilder, problems: &mut Problems) -> Option<Arc<dyn Fetch>> {
    if let Some(fetch) = &config.fetch {
        return Some(Arc::clone(fetch));
    }
    #[cfg(feature = "http-client")]
    match crate::fetch::HttpFetch::new() {
        Ok(fetch) => return Some(Arc::new(fetch)),
        Err(error) => {
            let remedy = "give a client with fetch_with, or mend the system's root certificates";
            problems.add("fetch_with", format!("the built-in HTTPS client cannot be made: {error}"), remedy);
        }
    }
    #[cfg(not(feature = "http-client"))]
    problems.add(
        "fetch_with",
        "keys must be fetched, and there is no client",
        "give one, switch on the feature `http-client`, or configure the keys themselves",
    );
    None
}
