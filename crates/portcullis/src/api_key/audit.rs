//! What happened to keys, for those who have to account for it.

use std::sync::Arc;
use std::time::SystemTime;

use super::keys::ApiKeys;
use super::record::{KeyKind, KeyRecord};
use crate::telemetry;

/// Something that was done to keys, once it is certain. No key, digest or right is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// When.
    pub at: SystemTime,
    /// The environment.
    pub environment: Arc<str>,
    /// Who did it, where [that was said](ApiKeys::acting_as).
    pub actor: Option<Arc<str>>,
    /// What.
    pub action: AuditAction,
    /// The key's public id; absent where it is about many.
    pub key: Option<String>,
    /// The key's kind, where it is about one.
    pub kind: Option<KeyKind>,
    /// Whose key it is, where that is known.
    pub owner: Option<String>,
    /// The tenant, where there is one.
    pub tenant: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditAction {
    /// A key was made.
    Created,
    /// A key of another system was taken over.
    Imported,
    /// A key got a successor, and ends.
    Rotated {
        /// The id of the successor.
        successor: String,
        /// When the old one ends.
        end: SystemTime,
    },
    /// A key was given another end.
    ExpirySet {
        /// When it ends, if it does.
        end: Option<SystemTime>,
    },
    /// A key was given other rights.
    RightsChanged,
    /// A key was disabled.
    Disabled,
    /// A key was enabled.
    Enabled,
    /// A key was revoked.
    Revoked,
    /// All keys of an owner were revoked.
    OwnerRevoked {
        /// How many were not revoked before.
        keys: usize,
    },
    /// Keys of the environment from before are refused.
    NotBeforeSet {
        /// Before when.
        not_before: SystemTime,
    },
}

impl AuditAction {
    /// The stable snake_case name: a field of the event, a label of the metric.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Imported => "imported",
            Self::Rotated { .. } => "rotated",
            Self::ExpirySet { .. } => "expiry_set",
            Self::RightsChanged => "rights_changed",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Revoked => "revoked",
            Self::OwnerRevoked { .. } => "owner_revoked",
            Self::NotBeforeSet { .. } => "not_before_set",
        }
    }
}

/// Where events go besides the log.
pub(super) type AuditSink = Arc<dyn Fn(&AuditEvent) + Send + Sync>;

impl ApiKeys {
    /// Of no key, or of one.
    pub(super) fn event(&self, action: AuditAction, record: Option<&KeyRecord>) -> AuditEvent {
        AuditEvent {
            at: self.now(),
            actor: self.actor(),
            environment: Arc::clone(&self.shared().environment),
            action,
            key: record.map(|record| record.id.clone()),
            kind: record.map(|record| record.kind),
            owner: record.map(|record| record.owner.clone()),
            tenant: record.and_then(|record| record.tenant.clone()),
        }
    }

    pub(super) fn tell(&self, event: &AuditEvent) {
        telemetry::keys_changed(event);
        if let Some(sink) = &self.shared().audit {
            sink(event);
        }
    }
}
