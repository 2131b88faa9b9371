//! Strict reading of JSON that a stranger wrote: no duplicate names at any depth, bounded depth and member count.
//!
//! `serde_json` does the parsing; what is here only watches it. RFC 7515 §4 and RFC 7519 §4 leave a choice about
//! duplicate names (refuse, or last one wins); refusing is the only one that two parsers cannot disagree about.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::defaults::{MAX_JSON_DEPTH, MAX_JSON_MEMBERS};

/// The visitor methods for scalars of no interest, all with the same answer.
macro_rules! any_scalar {
    ($visitor:ident => $answer:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            let $visitor = self;
            $answer
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            let $visitor = self;
            $answer
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            let $visitor = self;
            $answer
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            let $visitor = self;
            $answer
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            let $visitor = self;
            $answer
        }
    };
}
pub(crate) use any_scalar;

/// A string, borrowed from the input unless it had escapes.
pub(crate) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// How many names an object may have before its names go to the heap.
const FEW: usize = 24;

/// The names seen so far in one object.
///
/// Names without escapes are compared in place; only objects with many members or escaped names need the heap.
pub(crate) struct Names<'de> {
    few: [&'de str; FEW],
    len: usize,
    more: HashSet<Cow<'de, str>>,
    /// One bit per name seen, not always another one: names with a bit of their own need not be compared.
    sketch: u64,
}

impl<'de> Names<'de> {
    pub(crate) fn new() -> Self {
        Self { few: [""; FEW], len: 0, more: HashSet::new(), sketch: 0 }
    }

    /// Remembers a name, or fails if it was there already or there are too many.
    #[expect(clippy::ptr_arg, reason = "borrowed and owned names are kept in different places")]
    pub(crate) fn add<E: Error>(&mut self, name: &Cow<'de, str>) -> Result<(), E> {
        // serde_json reads the value of this name as JSON text: a structure that was never checked here.
        if name == "$serde_json::private::RawValue" {
            return Err(E::custom("reserved name"));
        }
        let bit = sketch(name);
        if self.sketch & bit != 0 && (self.few[..self.len].contains(&&**name) || self.more.contains(name)) {
            return Err(E::custom("duplicate name"));
        }
        self.sketch |= bit;
        match name {
            Cow::Borrowed(name) if self.len < FEW => {
                self.few[self.len] = name;
                self.len += 1;
            }
            _ if self.len + self.more.len() >= MAX_JSON_MEMBERS => return Err(E::custom("too many members")),
            _ => {
                self.more.insert(name.clone());
            }
        }
        Ok(())
    }
}

/// One of 64 bits, by length, first and last octet.
fn sketch(name: &str) -> u64 {
    let ends = match name.as_bytes() {
        [only] => *only,
        [first, .., last] => first.wrapping_mul(5).wrapping_add(*last),
        [] => 0,
    };
    1 << (usize::from(ends).wrapping_add(name.len().wrapping_mul(11)) % 64)
}

/// One level further down, or an error at the limit.
pub(crate) fn deeper<E: Error>(depth: u8) -> Result<u8, E> {
    if depth < MAX_JSON_DEPTH { Ok(depth + 1) } else { Err(E::custom("nested too deeply")) }
}

/// Any value, checked and thrown away.
pub(crate) struct Skip {
    pub(crate) depth: u8,
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    any_scalar!(_skip => Ok(()));

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        while items.next_element_seed(Self { depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            members.next_value_seed(Self { depth })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> bool {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Skip { depth: 0 }.deserialize(&mut deserializer).and_then(|()| deserializer.end()).is_ok()
    }

    /// RFC7515-4-a, RFC7519-4-a, ATK-12, ATK-24: also when an escape hides the second one.
    #[test]
    fn duplicate_names_are_refused_at_every_depth() {
        assert!(read(r#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#));
        assert!(!read(r#"{"a":1,"a":1}"#));
        assert!(!read(r#"{"a":1,"\u0061":1}"#));
        assert!(!read(r#"{"\u0061":1,"a":1}"#));
        assert!(!read(r#"{"b":{"a":1,"a":2}}"#));
        assert!(!read(r#"{"b":[[{"a":1,"a":2}]]}"#));
    }

    #[test]
    fn duplicates_are_found_among_many_members() {
        let members = |last: usize| {
            let all: Vec<String> = (0..60).chain([last]).map(|n| format!("\"m{n}\":0")).collect();
            format!("{{{}}}", all.join(","))
        };
        assert!(read(&members(60)));
        assert!(!read(&members(3)));
        assert!(!read(&members(59)));
    }

    /// PC-JOSE-1, ATK-21
    #[test]
    fn depth_and_member_count_are_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(usize::from(MAX_JSON_DEPTH))));
        assert!(!read(&nested(usize::from(MAX_JSON_DEPTH) + 1)));
        assert!(!read(&nested(100_000)));
        let members = |n: usize| {
            let all: Vec<String> = (0..n).map(|n| format!("\"{n}\":0")).collect();
            format!("{{{}}}", all.join(","))
        };
        assert!(read(&members(MAX_JSON_MEMBERS)));
        assert!(!read(&members(MAX_JSON_MEMBERS + 1)));
        assert!(!read(&members(100_000)));
    }

    /// ATK-20
    #[test]
    fn lone_surrogates_and_trailing_text_are_refused() {
        assert!(read(r#"{"a":"\ud83d\ude00"}"#));
        assert!(!read(r#"{"a":"\ud800"}"#));
        assert!(!read(r#"{"a":1} x"#));
        assert!(!read("\u{feff}{}"));
    }

    #[test]
    fn the_name_under_which_serde_json_hides_raw_text_is_refused() {
        assert!(read(r#"{"$raw":"{}"}"#));
        assert!(!read(r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1,\"b\":2}"}}"#));
    }
}
