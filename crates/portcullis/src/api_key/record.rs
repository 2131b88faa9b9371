//! What is kept of a key: everything but the key.

use std::fmt;
use std::time::SystemTime;

use super::digest::KeyDigest;

/// Whose rights a key carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// A key with rights of its own, for a program. The caller's subject is the key's id.
    ApiKey,
    /// A key by which a program acts for a user: never with more rights than the user has at the time of use. The caller's
    /// subject is the owner.
    PersonalAccessToken,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::ApiKey, Self::PersonalAccessToken];

    /// The stable snake_case name: what stores keep.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::PersonalAccessToken => "personal_access_token",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key as a store keeps it. The key itself is not in it, and cannot be had from it.
///
/// Times are whole milliseconds: see [`whole_milliseconds`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The environment that it is good in: the first part of the key, such as `acme_live`.
    pub environment: String,
    /// The public id, unique within the environment: ASCII letters and digits, at most 64.
    pub id: String,
    /// Whose rights it carries.
    pub kind: KeyKind,
    /// What people call it, at most 200 bytes.
    pub name: String,
    /// Whose it is: a user, a service, a team.
    pub owner: String,
    /// The tenant that it belongs to, if there are tenants.
    pub tenant: Option<String>,
    /// The scopes that it grants.
    pub scopes: Vec<String>,
    /// The roles that it grants.
    pub roles: Vec<String>,
    /// The groups that it is in.
    pub groups: Vec<String>,
    /// What a presented key is compared with.
    pub digest: KeyDigest,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it ends, if it does.
    pub expires_at: Option<SystemTime>,
    /// Refused for as long as this is so.
    pub disabled: bool,
    /// When it was revoked: for good.
    pub revoked_at: Option<SystemTime>,
    /// The id of the key that it was rotated into.
    pub successor: Option<String>,
    /// When it was last used, within minutes.
    pub last_used_at: Option<SystemTime>,
}

/// What a key is worth at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStanding {
    /// Accepted.
    Active,
    /// Refused until it is enabled.
    Disabled,
    /// Refused: its time is over, unless it is given a later end.
    Expired,
    /// Refused for good: revoked, or made before what the environment allows.
    Revoked,
}

impl KeyStanding {
    /// The stable snake_case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for KeyStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl KeyRecord {
    /// What it is worth at that moment, in an environment that refuses all keys made before `not_before`. No leeway: the
    /// clock that judges is the one that dated it.
    #[must_use]
    pub fn standing(&self, now: SystemTime, not_before: Option<SystemTime>) -> KeyStanding {
        let too_early = not_before.is_some_and(|not_before| self.created_at < not_before);
        if self.revoked_at.is_some() || too_early {
            KeyStanding::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyStanding::Expired
        } else if self.disabled {
            KeyStanding::Disabled
        } else {
            KeyStanding::Active
        }
    }

    /// Can it get that successor, which was made of what it was before: for stores, with the record locked? Not if it was
    /// revoked, disabled or ended meanwhile, got another successor, or has other rights now.
    #[must_use]
    pub fn can_be_followed_by(&self, successor: &Self) -> bool {
        self.revoked_at.is_none()
            && self.successor.is_none()
            && !self.disabled
            && self.expires_at.is_none_or(|end| end > successor.created_at)
            && (&self.scopes, &self.roles, &self.groups) == (&successor.scopes, &successor.roles, &successor.groups)
    }
}

/// A time as stores keep it, without what is below a millisecond. Times before 1970 become 1970.
#[must_use]
pub fn whole_milliseconds(time: SystemTime) -> SystemTime {
    from_unix_milliseconds(unix_milliseconds(time))
}

/// Milliseconds since 1970, at most `i64::MAX`.
#[must_use]
pub fn unix_milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The other way round; what no clock can show becomes 1970.
#[must_use]
pub fn from_unix_milliseconds(milliseconds: i64) -> SystemTime {
    let since = std::time::Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn record() -> KeyRecord {
        KeyRecord {
            environment: "acme_test".to_owned(),
            id: "k1".to_owned(),
            kind: KeyKind::ApiKey,
            name: String::new(),
            owner: "alice".to_owned(),
            tenant: None,
            scopes: Vec::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            digest: KeyDigest::from_bytes([0; KeyDigest::LENGTH]),
            created_at: at(100),
            expires_at: Some(at(200)),
            disabled: false,
            revoked_at: None,
            successor: None,
            last_used_at: None,
        }
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_key_is_active_until_the_moment_it_expires() {
        assert_eq!(record().standing(at(199), None), KeyStanding::Active);
        assert_eq!(record().standing(at(200), None), KeyStanding::Expired);
        assert_eq!(KeyRecord { expires_at: None, ..record() }.standing(at(200), None), KeyStanding::Active);
    }

    #[test]
    fn the_environment_refuses_keys_made_before_its_time() {
        assert_eq!(record().standing(at(150), Some(at(100))), KeyStanding::Active);
        assert_eq!(record().standing(at(150), Some(at(101))), KeyStanding::Revoked);
    }

    #[test]
    fn revoked_outweighs_expired_and_expired_outweighs_disabled() {
        let disabled = KeyRecord { disabled: true, ..record() };
        assert_eq!(disabled.standing(at(150), None), KeyStanding::Disabled);
        assert_eq!(disabled.standing(at(300), None), KeyStanding::Expired);
        let revoked = KeyRecord { revoked_at: Some(at(120)), ..disabled };
        assert_eq!(revoked.standing(at(300), None), KeyStanding::Revoked);
    }

    #[test]
    fn kinds_come_back_from_their_names() {
        for kind in KeyKind::ALL {
            assert_eq!(KeyKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(KeyKind::from_name("API_KEY"), None);
    }

    #[test]
    fn times_are_kept_in_whole_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::new(5, 1_999_999);
        assert_eq!(whole_milliseconds(time), SystemTime::UNIX_EPOCH + Duration::from_millis(5001));
        assert_eq!(from_unix_milliseconds(-1), SystemTime::UNIX_EPOCH);
    }
}
