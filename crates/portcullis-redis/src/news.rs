//! Messages, and how a missed one is noticed.

use portcullis::Revocation;

/// How far a set of revocations was followed.
///
/// Redis counts what is added, and begins anew in another generation when it lost what it had. Messages carry that count: as
/// long as each is the next one nothing was missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Position {
    /// Nothing while nothing was ever added.
    pub(crate) generation: Option<Box<str>>,
    pub(crate) version: u64,
}

impl Position {
    /// Moves on, if the message is the next one. One that is not is no harm: whoever looks sees that others are ahead.
    pub(crate) fn follow(&mut self, message: &Message<'_>) {
        let is_of_this = self.generation.as_deref().is_none_or(|generation| generation == message.generation);
        if is_of_this && message.version == self.version + 1 {
            self.generation.get_or_insert_with(|| message.generation.into());
            self.version = message.version;
        }
    }

    /// Was everything followed that there is?
    pub(crate) fn has_reached(&self, there: &Self) -> bool {
        self.generation == there.generation && self.version >= there.version
    }
}

/// What is told when a revocation is added: generation, version and JSON text, with a space between them.
pub(crate) struct Message<'a> {
    generation: &'a str,
    version: u64,
    pub(crate) revocation: Revocation,
}

impl<'a> Message<'a> {
    pub(crate) fn read(payload: &'a [u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(payload).ok()?.splitn(3, ' ');
        let (generation, version, text) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            generation,
            version: version.parse().ok().filter(|version| *version < u64::MAX)?,
            revocation: Revocation::from_json(text).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn message(generation: &str, version: u64) -> String {
        let revocation = Revocation::token("https://issuer.test/", "one", SystemTime::UNIX_EPOCH);
        format!("{generation} {version} {}", revocation.to_json().unwrap())
    }

    fn follow(position: &mut Position, generation: &str, version: u64) {
        let message = message(generation, version);
        position.follow(&Message::read(message.as_bytes()).unwrap());
    }

    fn at(generation: &str, version: u64) -> Position {
        Position { generation: Some(generation.into()), version }
    }

    #[test]
    fn a_position_moves_on_by_each_next_message_and_by_no_other() {
        let mut position = Position::default();
        follow(&mut position, "a", 2);
        assert_eq!(position, Position::default(), "the first was missed");
        follow(&mut position, "a", 1);
        follow(&mut position, "a", 2);
        assert_eq!(position, at("a", 2));
        for (generation, version) in [("a", 2), ("a", 4), ("b", 3), ("b", 1), ("a", u64::MAX - 1)] {
            follow(&mut position, generation, version);
            assert_eq!(position, at("a", 2), "{generation} {version}");
        }
    }

    #[test]
    fn a_position_is_behind_whatever_it_has_not_followed() {
        assert!(Position::default().has_reached(&Position::default()));
        assert!(at("a", 2).has_reached(&at("a", 2)) && at("a", 3).has_reached(&at("a", 2)));
        for (position, there) in [
            (Position::default(), at("a", 1)),
            (at("a", 2), at("a", 3)),
            (at("a", 2), at("b", 1)),
            (at("a", 2), Position::default()),
        ] {
            assert!(!position.has_reached(&there), "{position:?} {there:?}");
        }
    }

    #[test]
    fn what_is_no_message_is_none() {
        let good = message("a", 1);
        assert!(Message::read(good.as_bytes()).is_some());
        let text = good.split_once('{').unwrap().1;
        for bad in ["", "a", "a 1", "a 1 ", "a 1 {}", "a -1 ", "a  1 ", "1 a ", "a 18446744073709551615 ", "a 1  "] {
            assert!(Message::read(bad.as_bytes()).is_none(), "{bad:?}");
            assert_eq!(Message::read(format!("{bad}{{{text}").as_bytes()).is_some(), bad == "a 1 " || bad == "a 1  ");
        }
        assert!(Message::read(b"a 1 \xff").is_none());
    }
}
