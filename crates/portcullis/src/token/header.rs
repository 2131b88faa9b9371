//! The JOSE header (RFC 7515 §4): what selects a key, and what has to be refused.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::algorithm::Algorithm;
use crate::error::Reason;
use crate::json::{Names, Skip, Text};

/// The members of a header that have a meaning here. Everything else was read, checked and ignored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Typ,
    /// `jwk`, `jku`, `x5u` or `x5c` is there. Such keys are never used, and such a token is no reason to ask for
    /// newer ones than those that are held.
    pub(crate) brings_own_key: bool,
}

/// The media type in `typ` (RFC 7515 §4.1.9), as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typ {
    Absent,
    /// `JWT`
    Jwt,
    /// `at+jwt` (RFC 9068 §2.1)
    AccessToken,
    /// `logout+jwt` (OpenID Connect Back-Channel Logout §2.4)
    LogoutToken,
    Other,
}

impl Typ {
    /// Without a slash the value stands for `application/…`; media types ignore case.
    fn parse(value: &str) -> Self {
        const PREFIX: &str = "application/";
        let short = match value.get(..PREFIX.len()) {
            Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &value[PREFIX.len()..],
            _ => value,
        };
        if short.eq_ignore_ascii_case("at+jwt") {
            Self::AccessToken
        } else if short.eq_ignore_ascii_case("logout+jwt") {
            Self::LogoutToken
        } else if short.eq_ignore_ascii_case("jwt") {
            Self::Jwt
        } else {
            Self::Other
        }
    }
}

impl<'a> Header<'a> {
    /// Reads a header's JSON text.
    pub(crate) fn parse(json: &'a str) -> Result<Self, Reason> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let members = Members::default().deserialize(&mut deserializer);
        let members = members.and_then(|members| deserializer.end().map(|()| members));
        members.map_err(|_| Reason::TokenMalformed)?.finish()
    }
}

/// The header that the last good token had. Those of one issuer have the same one, letter by letter, for as long as a key
/// lives: it need not be decoded and read for each of them.
pub(crate) struct KnownHeader {
    encoded: Box<str>,
    header: Header<'static>,
}

impl KnownHeader {
    pub(crate) fn new(encoded: &str, header: &Header<'_>) -> Self {
        let kid = header.kid.as_deref().map(|kid| Cow::Owned(kid.to_owned()));
        Self { encoded: encoded.into(), header: Header { kid, ..*header } }
    }

    /// What is in that part of a token, if it is the same.
    pub(crate) fn of(&self, encoded: &str) -> Option<&Header<'static>> {
        (*self.encoded == *encoded).then_some(&self.header)
    }
}

#[derive(Default)]
struct Members<'a> {
    algorithm: Option<Option<Algorithm>>,
    kid: Option<Cow<'a, str>>,
    typ: Option<Typ>,
    brings_own_key: bool,
    unsupported: bool,
}

impl<'a> Members<'a> {
    fn finish(self) -> Result<Header<'a>, Reason> {
        let algorithm = self.algorithm.ok_or(Reason::TokenMalformed)?;
        if self.unsupported {
            return Err(Reason::HeaderUnsupported);
        }
        Ok(Header {
            algorithm: algorithm.ok_or(Reason::AlgorithmNotAllowed)?,
            kid: self.kid,
            typ: self.typ.unwrap_or(Typ::Absent),
            brings_own_key: self.brings_own_key,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Members<'de> {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self, A::Error> {
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            match &*name {
                "alg" => self.algorithm = Some(Algorithm::from_name(&members.next_value_seed(Text)?)),
                "kid" => self.kid = Some(members.next_value_seed(Text)?),
                "typ" => self.typ = Some(Typ::parse(&members.next_value_seed(Text)?)),
                // No extension is implemented, so whatever `crit` names is one we do not understand (§4.1.11);
                // `b64` changes what is signed (RFC 7797 §7); `enc` and `zip` belong to encryption (RFC 7516 §4.1).
                "crit" | "b64" | "enc" | "zip" => {
                    members.next_value_seed(Skip { depth: 1 })?;
                    self.unsupported = true;
                }
                // A nested token is not an access token (RFC 7519 §5.2).
                "cty" => {
                    let nested = Typ::parse(&members.next_value_seed(Text)?) == Typ::Jwt;
                    self.unsupported |= nested;
                }
                "jwk" | "jku" | "x5u" | "x5c" => {
                    members.next_value_seed(Skip { depth: 1 })?;
                    self.brings_own_key = true;
                }
                _ => members.next_value_seed(Skip { depth: 1 })?,
            }
        }
        if self.algorithm.is_none() {
            return Err(A::Error::custom("no alg"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> Reason {
        Header::parse(json).expect_err(json)
    }

    #[test]
    fn the_usual_header_is_read() {
        let header = Header::parse(r#"{"typ":"at+jwt","alg":"ES256","kid":"2026-01","x":{"y":[1,null]}}"#).unwrap();
        let kid = Some("2026-01".into());
        let expected = Header { algorithm: Algorithm::ES256, kid, typ: Typ::AccessToken, brings_own_key: false };
        assert_eq!(header, expected);
    }

    /// RFC7515-4.1.1-a, RFC9068-4-a, ATK-1, ATK-2, RFC7516-9-a
    #[test]
    fn alg_must_be_the_exact_name_of_a_signature_algorithm() {
        for alg in [
            r#""none""#,
            r#""None""#,
            r#""none ""#,
            r#""no\u006ee""#,
            r#""""#,
            r#""rs256""#,
            r#""dir""#,
            r#""RSA-OAEP""#,
        ] {
            assert_eq!(refused(&format!(r#"{{"alg":{alg}}}"#)), Reason::AlgorithmNotAllowed, "{alg}");
        }
        for json in [r#"{"alg":null}"#, r#"{"alg":["none"]}"#, r#"{"alg":256}"#, "{}", r#"{"ALG":"RS256"}"#] {
            assert_eq!(refused(json), Reason::TokenMalformed, "{json}");
        }
        assert!(Header::parse(r#"{"alg":"RS256"}"#).is_ok());
    }

    /// RFC7515-5.3-a: names are compared after unescaping.
    #[test]
    fn an_escaped_name_is_the_same_name() {
        assert_eq!(Header::parse(r#"{"\u0061lg":"RS256"}"#).unwrap().algorithm, Algorithm::RS256);
    }

    /// RFC7515-4-a, ATK-12
    #[test]
    fn duplicate_members_are_refused() {
        for json in [
            r#"{"alg":"RS256","alg":"RS256"}"#,
            r#"{"alg":"RS256","al\u0067":"none"}"#,
            r#"{"alg":"RS256","kid":"a","kid":"b"}"#,
            r#"{"alg":"RS256","typ":"JWT","typ":"JWT"}"#,
            r#"{"alg":"RS256","x":1,"x":1}"#,
        ] {
            assert_eq!(refused(json), Reason::TokenMalformed, "{json}");
        }
    }

    /// RFC7515-4.1.11-a, RFC7515-4.1.11-b, RFC7797-7-a, ATK-10, ATK-11, ATK-15
    #[test]
    fn members_that_change_the_processing_are_refused() {
        for member in [
            r#""crit":["x"],"x":1"#,
            r#""crit":["alg"]"#,
            r#""crit":[]"#,
            r#""crit":"exp""#,
            r#""crit":["absent"]"#,
            r#""crit":["x","x"],"x":1"#,
            r#""crit":[1]"#,
            r#""b64":false"#,
            r#""b64":false,"crit":["b64"]"#,
            r#""enc":"A256GCM""#,
            r#""zip":"DEF""#,
            r#""cty":"JWT""#,
            r#""cty":"jwt""#,
            r#""cty":"application/jwt""#,
        ] {
            assert_eq!(refused(&format!(r#"{{"alg":"RS256",{member}}}"#)), Reason::HeaderUnsupported, "{member}");
        }
        assert!(Header::parse(r#"{"alg":"RS256","cty":"json","x":1}"#).is_ok());
    }

    /// RFC7515-4.1.9-a
    #[test]
    fn typ_is_compared_as_a_media_type() {
        for (typ, expected) in [
            ("at+jwt", Typ::AccessToken),
            ("AT+JWT", Typ::AccessToken),
            ("application/at+jwt", Typ::AccessToken),
            ("Application/At+Jwt", Typ::AccessToken),
            ("logout+jwt", Typ::LogoutToken),
            ("application/LOGOUT+JWT", Typ::LogoutToken),
            ("JWT", Typ::Jwt),
            ("jwt", Typ::Jwt),
            ("dpop+jwt", Typ::Other),
            ("text/at+jwt", Typ::Other),
            ("logouttoken/at+jwt", Typ::Other),
            ("applicatiom/at+jwt", Typ::Other),
            ("", Typ::Other),
        ] {
            assert_eq!(Header::parse(&format!(r#"{{"alg":"RS256","typ":"{typ}"}}"#)).unwrap().typ, expected, "{typ}");
        }
        assert_eq!(Header::parse(r#"{"alg":"RS256"}"#).unwrap().typ, Typ::Absent);
        assert_eq!(refused(r#"{"alg":"RS256","typ":1}"#), Reason::TokenMalformed);
    }

    /// RFC7515-4.1.4-a, RFC9068-4-c, ATK-9
    #[test]
    fn kid_must_be_a_string_and_own_keys_are_noted() {
        assert_eq!(refused(r#"{"alg":"RS256","kid":1}"#), Reason::TokenMalformed);
        assert_eq!(refused(r#"{"alg":"RS256","kid":null}"#), Reason::TokenMalformed);
        for member in ["jwk", "jku", "x5u", "x5c"] {
            assert!(Header::parse(&format!(r#"{{"alg":"RS256","{member}":{{}}}}"#)).unwrap().brings_own_key);
        }
        assert!(!Header::parse(r#"{"alg":"RS256","x5t":"abc"}"#).unwrap().brings_own_key);
    }

    #[test]
    fn a_known_header_says_all_that_it_said_when_it_was_read() {
        for member in ["jwk", "jku", "x5u", "x5c", "x5t"] {
            let json = format!(r#"{{"alg":"RS256","kid":"2026-01","typ":"at+jwt","{member}":{{}}}}"#);
            let header = Header::parse(&json).unwrap();
            assert_eq!(KnownHeader::new("eyJh", &header).of("eyJh"), Some(&header), "{member}");
        }
    }

    #[test]
    fn a_known_header_is_known_by_all_of_its_letters() {
        let header = Header::parse(r#"{"alg":"ES256","kid":"2026-01","typ":"at+jwt"}"#).unwrap();
        let known = KnownHeader::new("eyJh", &header);
        assert_eq!(known.of("eyJh"), Some(&header));
        for other in ["eyJ", "eyJha", "eyJH", ""] {
            assert_eq!(known.of(other), None, "{other:?}");
        }
    }

    /// RFC7515-5.2-c, RFC8725bis-3.7-a, ATK-20
    #[test]
    fn a_header_is_one_object_and_nothing_after_it() {
        for json in [
            "[]",
            "\"x\"",
            "null",
            "{}x",
            r#"{"alg":"RS256"}x"#,
            "\u{feff}{\"alg\":\"RS256\"}",
            "",
            r#"{"alg":"RS256","kid":"\ud800"}"#,
        ] {
            assert_eq!(refused(json), Reason::TokenMalformed, "{json:?}");
        }
        assert!(Header::parse(" {\"alg\":\"RS256\"} \n").is_ok());
    }
}
