//! The strict JSON reader against a second one that works differently: it cuts the text into members first and judges
//! the names afterwards.

use std::fmt;

use portcullis::defaults::{MAX_JSON_DEPTH, MAX_JSON_MEMBERS};
use portcullis::internals::json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::allocation::bounded;

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let strict = bounded(text.len(), 64, || json::is_strict(text));
    let ours = serde_json::from_str::<&RawValue>(text).is_ok_and(|value| is_strict(value, 0));
    assert_eq!(strict, ours, "{text}");
}

/// Whether no object in `value` has a name twice, and everything keeps to the limits.
pub fn is_strict(value: &RawValue, depth: u8) -> bool {
    let text = value.get();
    match text.as_bytes()[0] {
        b'{' | b'[' if depth == MAX_JSON_DEPTH => false,
        b'{' => serde_json::from_str(text).is_ok_and(|Members(mut members)| {
            let inside = members.iter().all(|(_, value)| is_strict(value, depth + 1));
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            let unique = members.windows(2).all(|pair| pair[0].0 != pair[1].0);
            // serde_json reads the value behind this name as a text of its own.
            let reserved = members.iter().any(|(name, _)| name == "$serde_json::private::RawValue");
            inside && unique && !reserved && members.len() <= MAX_JSON_MEMBERS
        }),
        b'[' => serde_json::from_str::<Vec<&RawValue>>(text)
            .is_ok_and(|items| items.iter().all(|item| is_strict(item, depth + 1))),
        _ => serde_json::from_str::<Value>(text).is_ok(),
    }
}

/// Whether no object in `value` has a name twice; without any limits.
pub fn has_unique_names(value: &RawValue) -> bool {
    let text = value.get();
    match text.as_bytes()[0] {
        b'{' => serde_json::from_str(text).is_ok_and(|Members(mut members)| {
            let inside = members.iter().all(|(_, value)| has_unique_names(value));
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            inside && members.windows(2).all(|pair| pair[0].0 != pair[1].0)
        }),
        b'[' => serde_json::from_str::<Vec<&RawValue>>(text).is_ok_and(|items| items.into_iter().all(has_unique_names)),
        _ => true,
    }
}

/// The string that the first member of that name is. Unlike a `Value`, this takes any name there is.
pub fn string_member(text: &str, name: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(text).ok()?;
    let (_, value) = members.into_iter().find(|(one, _)| one == name)?;
    serde_json::from_str(value.get()).ok()
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
