//! A key that was looked up, and for how long that counts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::digest::KeyDigest;
use super::outage::{FAILURE_COUNTS_FOR, NEVER, Outage, is_within};
use super::record::{KeyKind, KeyRecord, KeyStanding};
use super::rights::Rights;
use crate::error::Reason;

/// The answer of a look-up, shared by all who asked. Everything that changes is an atomic that requests read, and those
/// come first: of thousands of keys in turn, each line of memory is one that has to be waited for.
#[repr(C)]
pub(crate) struct KnownKey {
    /// Monotonic milliseconds, as those of the next two.
    good_until: AtomicU64,
    stale_until: AtomicU64,
    ask_at: AtomicU64,
    /// The minute in which it was last used.
    used_minute: AtomicU64,
    /// When a look-up of this key failed.
    failed_at: AtomicU64,
    /// There is a newer answer, or none.
    superseded: AtomicBool,
    /// Stands for all that there is no record of, so that comparing with it takes as long as comparing with any other.
    pub(super) is_decoy: bool,
    pub(super) record: KeyRecord,
    pub(super) not_before: Option<SystemTime>,
    /// What the owner may do; `None` where there is no such owner, or nobody has to ask.
    pub(super) owner: Option<Rights>,
}

/// For how long an answer counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) revocation_within: Duration,
    pub(super) stale_for: Duration,
}

impl KnownKey {
    pub(super) fn new(
        record: KeyRecord,
        not_before: Option<SystemTime>,
        owner: Option<Rights>,
        asked_at: Duration,
        terms: Terms,
    ) -> Self {
        let known = Self {
            record,
            not_before,
            owner,
            is_decoy: false,
            good_until: AtomicU64::new(0),
            stale_until: AtomicU64::new(0),
            ask_at: AtomicU64::new(0),
            failed_at: AtomicU64::new(NEVER),
            superseded: AtomicBool::new(false),
            used_minute: AtomicU64::new(u64::MAX),
        };
        known.confirm(asked_at, terms);
        known
    }

    /// Never good, and nobody's.
    pub(super) fn decoy(environment: &str, digest: KeyDigest) -> Self {
        let record = KeyRecord {
            environment: environment.to_owned(),
            id: String::new(),
            kind: KeyKind::ApiKey,
            name: String::new(),
            owner: String::new(),
            tenant: None,
            scopes: Vec::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            digest,
            created_at: SystemTime::UNIX_EPOCH,
            expires_at: None,
            disabled: false,
            revoked_at: Some(SystemTime::UNIX_EPOCH),
            successor: None,
            last_used_at: None,
        };
        let terms = Terms { revocation_within: Duration::MAX, stale_for: Duration::ZERO };
        Self { is_decoy: true, ..Self::new(record, None, None, Duration::ZERO, terms) }
    }

    /// The store said the same again. Counted from when it was asked, not from when it answered.
    pub(super) fn confirm(&self, asked_at: Duration, terms: Terms) {
        self.stale_until.store(milliseconds(asked_at.saturating_add(terms.stale_for)), Ordering::Relaxed);
        self.ask_at.store(milliseconds(asked_at.saturating_add(terms.revocation_within / 2)), Ordering::Relaxed);
        self.good_until.store(milliseconds(asked_at.saturating_add(terms.revocation_within)), Ordering::Relaxed);
        self.failed_at.store(NEVER, Ordering::Relaxed);
    }

    /// It could not be looked up.
    pub(super) fn failed(&self, now: u64) {
        self.failed_at.store(now, Ordering::Relaxed);
    }

    pub(super) fn supersede(&self) {
        self.superseded.store(true, Ordering::Release);
    }

    pub(super) fn is_superseded(&self) -> bool {
        self.superseded.load(Ordering::Acquire)
    }

    /// May it be judged by what is known? Past its time only when it was looked up and the store did not answer: what keeps
    /// others from being looked up lets none in that was revoked long ago.
    pub(super) fn is_current(&self, now: u64, outage: &Outage) -> bool {
        !self.is_superseded()
            && (now < self.good_until.load(Ordering::Relaxed)
                || (self.has_failed(now, outage) && self.may_be_bridged(now)))
    }

    fn has_failed(&self, now: u64, outage: &Outage) -> bool {
        let at = self.failed_at.load(Ordering::Relaxed);
        is_within(at, FAILURE_COUNTS_FOR, now) || (at != NEVER && outage.lasts_since(at, now))
    }

    /// Is it young enough to be used instead of an answer?
    pub(super) fn may_be_bridged(&self, now: u64) -> bool {
        !self.is_superseded() && now < self.stale_until.load(Ordering::Relaxed)
    }

    /// Should the store be asked in the background? True for one of all who ask at that time.
    pub(super) fn is_due(&self, now: u64) -> bool {
        /// So often at most while the store does not answer.
        const PAUSE: u64 = 1_000;
        let ask_at = self.ask_at.load(Ordering::Relaxed);
        now >= ask_at
            && !self.is_decoy
            && self.ask_at.compare_exchange(ask_at, now + PAUSE, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Notes the use; true for the first of a minute.
    pub(super) fn use_in(&self, minute: u64) -> bool {
        self.used_minute.load(Ordering::Relaxed) != minute && self.used_minute.swap(minute, Ordering::Relaxed) != minute
    }

    pub(super) fn is_of(&self, tenant: Option<&str>, owner: &str) -> bool {
        self.record.owner == owner && self.record.tenant.as_deref() == tenant
    }

    /// When it ends, if it does.
    pub(crate) fn end(&self) -> Option<SystemTime> {
        self.record.expires_at
    }

    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let used = |known: &Self| KeyRecord { last_used_at: None, ..known.record.clone() };
        used(self) == used(other) && self.not_before == other.not_before && self.owner == other.owner
    }

    /// Whether it is good at that moment, its secret being right.
    pub(super) fn judge(&self, now: SystemTime) -> Result<(), Reason> {
        match self.record.standing(now, self.not_before) {
            KeyStanding::Active => {}
            KeyStanding::Disabled => return Err(Reason::ApiKeyDisabled),
            KeyStanding::Expired => return Err(Reason::ApiKeyExpired),
            KeyStanding::Revoked => return Err(Reason::ApiKeyRevoked),
        }
        match self.record.kind {
            KeyKind::PersonalAccessToken if self.owner.is_none() => Err(Reason::ApiKeyOwnerUnknown),
            _ => Ok(()),
        }
    }

    /// What it may do now: a personal access token no more than its owner, and never what is kept from all of them.
    pub(super) fn rights(&self, never: &Rights) -> Rights {
        let record = &self.record;
        let (scopes, roles, groups) = (record.scopes.clone(), record.roles.clone(), record.groups.clone());
        let own = Rights { scopes, roles, groups };
        match record.kind {
            KeyKind::ApiKey => own,
            KeyKind::PersonalAccessToken => own.only(self.owner.as_ref().unwrap_or(&Rights::none())).without(never),
        }
    }
}

pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
