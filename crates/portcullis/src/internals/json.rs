//! The strict reading of JSON.

use serde::de::DeserializeSeed;

use crate::json::Skip;

/// Whether a token could have that text as the value of a member nobody knows.
pub fn is_strict(text: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Skip { depth: 0 }.deserialize(&mut deserializer).and_then(|()| deserializer.end()).is_ok()
}
