//! As much of DER (X.690) as public keys are made of.

/// The octets that are left of a sequence of elements.
pub(super) struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const NULL: u8 = 0x05;
    pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(super) const SEQUENCE: u8 = 0x30;

    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The content of the next element, which must have that tag.
    pub(super) fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_first()?;
        let (len, rest) = length(rest)?;
        if *found != tag {
            return None;
        }
        let (content, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some(content)
    }

    pub(super) fn sequence(&mut self) -> Option<Self> {
        self.element(Self::SEQUENCE).map(Self)
    }

    /// A non-negative INTEGER, big-endian, without its sign octet.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.element(Self::INTEGER)? {
            [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 0x80) => Some(rest),
            // Negative, or longer than it has to be.
            [0x80..=0xff, ..] | [0, _, ..] | [] => None,
            content => Some(content),
        }
    }

    /// A BIT STRING of whole octets.
    pub(super) fn octets_of_bits(&mut self) -> Option<&'a [u8]> {
        self.element(Self::BIT_STRING)?.strip_prefix(&[0])
    }

    /// `Some` when nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// A definite length of at most two octets, in its shortest form.
fn length(octets: &[u8]) -> Option<(usize, &[u8])> {
    match octets {
        [len @ 0..=0x7f, rest @ ..] => Some((usize::from(*len), rest)),
        [0x81, len @ 0x80..=0xff, rest @ ..] => Some((usize::from(*len), rest)),
        [0x82, high @ 1..=0xff, low, rest @ ..] => Some((usize::from(*high) << 8 | usize::from(*low), rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_read_in_its_shortest_form_only() {
        let read = |octets: &'static [u8]| Der::new(octets).unsigned();
        assert_eq!(read(&[2, 3, 1, 0, 1]), Some(&[1, 0, 1][..]));
        assert_eq!(read(&[2, 2, 0, 0x80]), Some(&[0x80][..]));
        assert_eq!(read(&[2, 1, 0]), Some(&[0][..]));
        for refused in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 1], &[2, 2, 1], &[3, 1, 1], &[2], &[]] {
            assert_eq!(Der::new(refused).unsigned(), None, "{refused:?}");
        }
    }

    #[test]
    fn a_length_is_definite_and_minimal() {
        assert_eq!(length(&[0x7f]), Some((127, &[][..])));
        assert_eq!(length(&[0x81, 0x80]), Some((128, &[][..])));
        assert_eq!(length(&[0x82, 1, 0]), Some((256, &[][..])));
        for refused in [&[0x80][..], &[0x81, 0x7f], &[0x81], &[0x82, 0, 0xff], &[0x82, 1], &[0x83, 1, 0, 0], &[0xff]] {
            assert_eq!(length(refused), None, "{refused:?}");
        }
    }
}
