//! The compact form of a signed token (RFC 7515 §3.1, §5.2): three parts of base64url, and nothing else.

use base64_simd::{Out, URL_SAFE_NO_PAD};
use memchr::memchr_iter;

use crate::defaults::{MAX_HEADER_BYTES, MAX_RSA_BITS};
use crate::error::Reason;

/// A token cut at its two periods; nothing is decoded yet.
#[derive(Clone, Copy)]
pub(crate) struct CompactToken<'a> {
    /// `header.payload` exactly as received: what the signature covers.
    pub(crate) signing_input: &'a str,
    /// As received, not decoded.
    pub(crate) header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> CompactToken<'a> {
    /// Cuts a token. Checks length and number of parts; the alphabet is checked as each part is decoded.
    pub(crate) fn parse(token: &'a str, max_bytes: usize) -> Result<Self, Reason> {
        if token.len() > max_bytes {
            return Err(Reason::TokenTooLarge);
        }
        let mut periods = memchr_iter(b'.', token.as_bytes());
        let (Some(first), Some(second), None) = (periods.next(), periods.next(), periods.next()) else {
            return Err(Reason::TokenMalformed);
        };
        let (header, payload, signature) = (&token[..first], &token[first + 1..second], &token[second + 1..]);
        if header.is_empty() || header.len() > MAX_HEADER_BYTES {
            return Err(Reason::TokenMalformed);
        }
        let signing_input = &token[..second];
        Ok(Self { signing_input, header, payload, signature })
    }

    /// Decodes the header and hands its text to `read`.
    pub(crate) fn with_header<T>(self, read: impl FnOnce(&str) -> Result<T, Reason>) -> Result<T, Reason> {
        let read = |octets: &[u8]| read(std::str::from_utf8(octets).map_err(|_| Reason::TokenMalformed)?);
        decoded::<{ MAX_HEADER_BYTES / 4 * 3 }, _>(self.header, read)?
    }

    /// Whether the third part is empty. Not refused sooner, so that a header with `none` is what an operator reads of.
    pub(crate) fn is_unsigned(self) -> bool {
        self.signature.is_empty()
    }

    /// Decodes the payload: the one buffer of a token that is kept. An empty one is detached (RFC 7515 appendix F).
    pub(crate) fn payload(self) -> Result<String, Reason> {
        if self.payload.is_empty() {
            return Err(Reason::TokenMalformed);
        }
        String::from_utf8(self.payload_octets()?).map_err(|_| Reason::TokenMalformed)
    }

    pub(crate) fn payload_octets(self) -> Result<Vec<u8>, Reason> {
        URL_SAFE_NO_PAD.decode_to_vec(self.payload).map_err(|_| Reason::TokenMalformed)
    }

    /// Decodes the signature and hands it to `check`. One longer than any key's is malformed.
    pub(crate) fn with_signature<T>(self, check: impl FnOnce(&[u8]) -> T) -> Result<T, Reason> {
        decoded::<{ MAX_RSA_BITS / 8 }, _>(self.signature, check)
    }
}

/// Room for a usual header, and for the signatures of all but the longest keys: a larger buffer costs time to clear.
const USUAL_BYTES: usize = 512;

/// Decodes a part of at most `MAX` octets on the stack.
fn decoded<const MAX: usize, T>(encoded: &str, read: impl FnOnce(&[u8]) -> T) -> Result<T, Reason> {
    if encoded.len() <= USUAL_BYTES {
        decode(encoded, &mut [0; USUAL_BYTES / 4 * 3]).map(read)
    } else {
        decode(encoded, &mut [0; MAX]).map(read)
    }
}

/// Decodes strictly: no padding, no other alphabet, no white space, no spare bits (RFC 4648 §3.5).
fn decode<'b>(encoded: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], Reason> {
    let length = URL_SAFE_NO_PAD.decoded_length(encoded.as_bytes()).map_err(|_| Reason::TokenMalformed)?;
    let buffer = buffer.get_mut(..length).ok_or(Reason::TokenMalformed)?;
    let decoded = URL_SAFE_NO_PAD.decode(encoded.as_bytes(), Out::from_slice(buffer));
    decoded.map(|bytes| &*bytes).map_err(|_| Reason::TokenMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults::MAX_TOKEN_BYTES;

    fn parts(token: &str) -> Result<(String, String, Vec<u8>), Reason> {
        let token = CompactToken::parse(token, MAX_TOKEN_BYTES)?;
        let header = token.with_header(|header| Ok(header.to_owned()))?;
        Ok((header, token.payload()?, token.with_signature(<[u8]>::to_vec)?))
    }

    /// RFC7515-5.2-a, ATK-23
    #[test]
    fn a_token_has_exactly_two_periods_and_no_empty_part() {
        assert_eq!(parts("e30.e30.YQ"), Ok(("{}".to_owned(), "{}".to_owned(), b"a".to_vec())));
        for token in ["", "e30", "e30.e30", "e30.e30.YQ.", "e30.e30.YQ.YQ", "..", "e30..YQ", ".e30.YQ"] {
            assert_eq!(parts(token), Err(Reason::TokenMalformed), "{token:?}");
        }
    }

    /// ATK-1
    #[test]
    fn a_token_without_signature_is_told_apart() {
        let unsigned = |token| CompactToken::parse(token, MAX_TOKEN_BYTES).unwrap().is_unsigned();
        assert!(unsigned("e30.e30.") && !unsigned("e30.e30.YQ"));
    }

    /// RFC7515-5.2-b, RFC8725bis-3.14-a, ATK-18
    #[test]
    fn padding_white_space_and_the_other_alphabet_are_refused() {
        for token in [
            "e30=.e30.YQ",
            "e30.e30=.YQ",
            "e30.e30.YQ==",
            "e30.e30.Y Q",
            "e30.e30.Y\nQ",
            "e30.e30.+/+/",
            "e30.e30.~~~~",
        ] {
            assert_eq!(parts(token), Err(Reason::TokenMalformed), "{token:?}");
        }
        assert!(parts("e30.e30.-_-_").is_ok());
    }

    /// RFC4648-3.5-a, ATK-17: one token has one spelling.
    #[test]
    fn spare_bits_and_impossible_lengths_are_refused() {
        assert!(parts("e30.e30.YQ").is_ok());
        for token in ["e30.e30.YR", "e30.e30.Yf", "e30.e31.YQ", "e31.e30.YQ", "e30.e30.Y", "e30.e30.YWFhY"] {
            assert_eq!(parts(token), Err(Reason::TokenMalformed), "{token:?}");
        }
    }

    /// ATK-22, PC-JOSE-1
    #[test]
    fn size_is_bounded_before_anything_is_decoded() {
        let token = |header: usize, rest: usize| format!("{}.{}.YQ", "A".repeat(header), "A".repeat(rest));
        assert!(CompactToken::parse(&token(MAX_HEADER_BYTES, 8), MAX_TOKEN_BYTES).is_ok());
        assert_eq!(
            CompactToken::parse(&token(MAX_HEADER_BYTES + 1, 8), MAX_TOKEN_BYTES).err(),
            Some(Reason::TokenMalformed)
        );
        assert!(CompactToken::parse(&token(8, MAX_TOKEN_BYTES - 12), MAX_TOKEN_BYTES).is_ok());
        assert_eq!(CompactToken::parse(&token(8, MAX_TOKEN_BYTES), MAX_TOKEN_BYTES).err(), Some(Reason::TokenTooLarge));
        let signature = format!("e30.e30.{}", "A".repeat(1368));
        assert_eq!(parts(&signature), Err(Reason::TokenMalformed));
    }

    /// RFC8725bis-3.7-a
    #[test]
    fn a_part_that_is_not_utf_8_is_refused() {
        assert_eq!(parts("_w.e30.YQ"), Err(Reason::TokenMalformed));
        assert_eq!(parts("e30._w.YQ"), Err(Reason::TokenMalformed));
    }
}
