//! Configuring the keys of an environment.

use std::sync::Arc;
use std::time::Duration;

use super::audit::{AuditEvent, AuditSink};
use super::digest::{DigestKey, Digester};
use super::foreign::ForeignFormat;
use super::format;
use super::keys::{ApiKeys, Shared};
use super::known::{KnownKey, Terms};
use super::lookup::LookUps;
use super::owners::KeyOwners;
use super::policies::KeyPolicies;
use super::rights::Rights;
use super::store::ApiKeyStore;
use super::used::Used;
use crate::clock::{Clock, SystemClock};
use crate::config::{ConfigError, Problems};
use crate::crypto::CryptoBackend;
use crate::defaults;

/// The configuration of [`ApiKeys`]. Setters consume and never fail; [`build`](Self::build) reports every problem at once.
#[must_use]
pub struct ApiKeysBuilder {
    environment: String,
    digest_keys: Vec<DigestKey>,
    store: Arc<dyn ApiKeyStore>,
    owners: Option<Arc<dyn KeyOwners>>,
    never: Rights,
    foreign: Vec<ForeignFormat>,
    audit: Option<AuditSink>,
    clock: Option<Arc<dyn Clock>>,
    backend: Option<CryptoBackend>,
    revocation_within: Duration,
    stale_for: Duration,
    unknown_for: Duration,
    store_timeout: Duration,
    cached_keys: usize,
    cached_unknown: usize,
}

impl ApiKeysBuilder {
    pub(super) fn new(environment: String, digest_key: DigestKey, store: Arc<dyn ApiKeyStore>) -> Self {
        Self {
            environment,
            digest_keys: vec![digest_key],
            store,
            owners: None,
            never: Rights::none(),
            foreign: Vec::new(),
            audit: None,
            clock: None,
            backend: None,
            revocation_within: defaults::KEY_REVOCATION_WITHIN,
            stale_for: defaults::STALE_API_KEYS_FOR,
            unknown_for: defaults::UNKNOWN_KEY_MEMORY,
            store_timeout: defaults::KEY_STORE_TIMEOUT,
            cached_keys: defaults::CACHED_KEYS,
            cached_unknown: defaults::CACHED_UNKNOWN_KEYS,
        }
    }

    /// Accepts keys that were made under an older digest key, too; new ones are made under the one given first.
    pub fn also_accept_digest_key(mut self, key: DigestKey) -> Self {
        self.digest_keys.push(key);
        self
    }

    /// Says what owners of personal access tokens may do. Without it there can be none, and those that are in the store
    /// are refused.
    pub fn owners(mut self, owners: impl KeyOwners) -> Self {
        self.owners = Some(Arc::new(owners));
        self
    }

    /// Keeps rights from all personal access tokens, whatever they and their owners have: an administrator's token is then
    /// no administrator. Adds up.
    pub fn personal_access_tokens_never(mut self, rights: Rights) -> Self {
        self.never.scopes.extend(rights.scopes);
        self.never.roles.extend(rights.roles);
        self.never.groups.extend(rights.groups);
        self
    }

    /// Accepts keys of that form, too, once they were [imported](ApiKeys::import).
    pub fn also_accept(mut self, format: ForeignFormat) -> Self {
        self.foreign.push(format);
        self
    }

    /// Gets every [`AuditEvent`], besides the log. Called after the store has confirmed; should be quick.
    pub fn on_audit(mut self, sink: impl Fn(&AuditEvent) + Send + Sync + 'static) -> Self {
        self.audit = Some(Arc::new(sink));
        self
    }

    /// How long a key that was revoked elsewhere may still be accepted here. What is changed through these [`ApiKeys`]
    /// counts at once. Default [`defaults::KEY_REVOCATION_WITHIN`], from 1 s to 1 h. Keys in use are looked up again in
    /// the background after half of it.
    pub fn revocation_within(mut self, bound: Duration) -> Self {
        self.revocation_within = bound;
        self
    }

    /// How long keys are accepted while the store does not answer, counted from their last look-up. Default
    /// [`defaults::STALE_API_KEYS_FOR`], from nothing to 24 h; less than
    /// [`revocation_within`](Self::revocation_within) means not beyond that.
    pub fn stale_keys_for(mut self, time: Duration) -> Self {
        self.stale_for = time;
        self
    }

    /// How long it is remembered that there is no such key. Default [`defaults::UNKNOWN_KEY_MEMORY`], from 1 s to 1 h.
    pub fn unknown_keys_for(mut self, time: Duration) -> Self {
        self.unknown_for = time;
        self
    }

    /// Limit for one look-up. Default [`defaults::KEY_STORE_TIMEOUT`], from 10 ms to 60 s.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.store_timeout = timeout;
        self
    }

    /// How many keys are remembered, at about 600 bytes each and what they may do. Default [`defaults::CACHED_KEYS`],
    /// from 1 to [`defaults::MAX_CACHED_KEYS`].
    pub fn cached_keys(mut self, keys: usize) -> Self {
        self.cached_keys = keys;
        self
    }

    /// How many unknown keys are remembered, at about 100 bytes each; they push out each other only. Default
    /// [`defaults::CACHED_UNKNOWN_KEYS`], from 1 to [`defaults::MAX_CACHED_KEYS`].
    pub fn cached_unknown_keys(mut self, keys: usize) -> Self {
        self.cached_unknown = keys;
        self
    }

    /// Takes time from another clock. For tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Makes digests with this backend. Default: AWS-LC where it is compiled in, else pure Rust.
    pub fn crypto(mut self, backend: CryptoBackend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Builds it. Does no I/O and needs no runtime; [`ApiKeys::check`] asks the store whether all is well.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem, each with what to write instead.
    pub fn build(self) -> Result<ApiKeys, ConfigError> {
        let mut problems = Problems::default();
        self.check(&mut problems);
        let backend = self.backend.or(CryptoBackend::preferred());
        let digesters: Option<Vec<Digester>> =
            backend.and_then(|backend| self.digest_keys.iter().map(|key| key.digester(backend)).collect());
        if digesters.is_none() {
            let remedy = "switch on the feature `aws-lc-rs` or `rust-crypto`, or name the other backend";
            problems.add("crypto", "no such backend is compiled in", remedy);
        }
        problems.into_result()?;
        let digesters = digesters.unwrap_or_default();
        let environment: Arc<str> = self.environment.into();
        // Of nothing, so no key fits.
        let digest =
            digesters.first().map_or(super::KeyDigest::from_bytes([0; 36]), |first| first.digest(&environment, ""));
        let terms =
            Terms { revocation_within: self.revocation_within, stale_for: self.stale_for.max(self.revocation_within) };
        let lookups = LookUps::new(
            Arc::clone(&environment),
            self.store,
            self.owners,
            self.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
            terms,
            self.unknown_for,
            self.store_timeout,
            (self.cached_keys, self.cached_unknown),
            KnownKey::decoy(&environment, digest),
        );
        Ok(ApiKeys::new(Shared {
            policies: KeyPolicies::new(&environment),
            environment,
            digesters,
            never: self.never,
            foreign: self.foreign,
            audit: self.audit,
            lookups: Arc::new(lookups),
            used: Arc::new(Used::default()),
        }))
    }

    fn check(&self, problems: &mut Problems) {
        let mut check = |good: bool, setting: &str, problem: &str, remedy: &str| {
            if !good {
                problems.add(setting, problem, remedy);
            }
        };
        check(
            format::is_environment(&self.environment),
            "environment",
            "not lower-case letters and digits in parts that `_` separates, 2 to 32 characters, a letter first",
            "name the product and the environment, such as `acme_live`",
        );
        for (problem, remedy) in self.foreign.iter().filter_map(ForeignFormat::problem) {
            check(false, "also_accept", problem, remedy);
        }
        let between = |time: Duration, least: Duration, most: Duration| (least..=most).contains(&time);
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        check(
            between(self.revocation_within, second, hour),
            "revocation_within",
            "outside 1 s to 1 h",
            "use a time in that range; 30 s is the default",
        );
        check(
            self.stale_for <= 24 * hour,
            "stale_keys_for",
            "more than 24 h: a revoked key would live as long",
            "use 24 h or less; 10 minutes is the default",
        );
        check(
            between(self.unknown_for, second, hour),
            "unknown_keys_for",
            "outside 1 s to 1 h",
            "use a time in that range; 30 s is the default",
        );
        check(
            between(self.store_timeout, Duration::from_millis(10), Duration::from_secs(60)),
            "store_timeout",
            "outside 10 ms to 60 s",
            "use a time in that range; 2 s is the default",
        );
        for (setting, size) in [("cached_keys", self.cached_keys), ("cached_unknown_keys", self.cached_unknown)] {
            let good = (1..=defaults::MAX_CACHED_KEYS).contains(&size);
            check(
                good,
                setting,
                "outside 1 to 1,000,000",
                "use a number in that range; 10,000 and 65,536 are the defaults",
            );
        }
        let distinct: std::collections::HashSet<String> = self.digest_keys.iter().map(DigestKey::expose).collect();
        check(
            distinct.len() == self.digest_keys.len() && self.digest_keys.len() <= 8,
            "also_accept_digest_key",
            "the same digest key twice, or more than 8",
            "give each old one once, and leave out those that no key is under any more",
        );
    }
}
