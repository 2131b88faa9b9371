//! The claim `events` (RFC 8417 §2.2): whether one of them is a logout. Others are an application's own business.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::reader::{NUMBER, numbers_come_as_maps};
use crate::json::{Names, Skip, Text, any_scalar};

/// What `events` says of a logout (OpenID Connect Back-Channel Logout §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogoutEvent {
    Absent,
    /// The member is there and is no object: no access token, and no logout token either.
    Malformed,
    Object,
}

const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) struct Events;

impl<'de> DeserializeSeed<'de> for Events {
    type Value = LogoutEvent;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Events {
    type Value = LogoutEvent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut logout = LogoutEvent::Absent;
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            if name == LOGOUT {
                let is_object = members.next_value_seed(IsObject)?;
                logout = if is_object { LogoutEvent::Object } else { LogoutEvent::Malformed };
            } else {
                members.next_value_seed(Skip { depth: 2 })?;
            }
        }
        Ok(logout)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Skip { depth: 1 }.visit_seq(items).map(|()| LogoutEvent::Absent)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(LogoutEvent::Absent)
    }

    any_scalar!(_events => Ok(LogoutEvent::Absent));
}

/// A value of `events`, checked: is it an object?
struct IsObject;

impl<'de> DeserializeSeed<'de> for IsObject {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IsObject {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut is_number = false;
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            is_number |= name == NUMBER && numbers_come_as_maps();
            names.add(&name)?;
            members.next_value_seed(Skip { depth: 3 })?;
        }
        Ok(!is_number)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<bool, A::Error> {
        Skip { depth: 2 }.visit_seq(items).map(|()| false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    any_scalar!(_value => Ok(false));
}
