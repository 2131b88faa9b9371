//! The one pass over a payload: registered claims typed, strings on the configured paths collected, the rest checked
//! and left in the text.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::date::NumericDate;
use super::events::{Events, LogoutEvent};
use super::path::{ClaimPaths, PathMask};
use super::text::{ClaimText, Collector, Span};
use crate::error::Reason;
use crate::json::{Names, Skip, Text, any_scalar, deeper};

/// A payload that was read and not yet believed. It may be used to refuse, or to choose among configured issuers.
pub(crate) struct UnverifiedClaims {
    pub(crate) text: ClaimText,
    pub(crate) facts: Facts,
}

/// What was found, as positions in the text.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) iss: Option<Span>,
    pub(crate) sub: Option<Span>,
    pub(crate) jti: Option<Span>,
    /// `sid`, the session at the issuer; and whether something else than a string stood there. That is no fault by itself:
    /// only who revokes by session has to know.
    pub(crate) sid: Option<Span>,
    pub(crate) sid_unreadable: bool,
    /// By [`ClientClaim`].
    pub(crate) client: [Option<Span>; 4],
    pub(crate) exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    /// The claims `typ` and `token_use`, by which Keycloak and Cognito tell their tokens apart.
    pub(crate) typ: Option<Span>,
    pub(crate) token_use: Option<Span>,
    /// `at_hash`, `c_hash` or `s_hash` is there: an ID token (OpenID Connect Core §3.3.2.11).
    pub(crate) has_hash: bool,
    /// A logout token (OpenID Connect Back-Channel Logout §2.4) or an introspection answer (RFC 9701 §5).
    pub(crate) other_kind: bool,
    /// The member of `events` that makes a logout token is there, and is an object.
    pub(crate) logout_event: bool,
    /// `nonce` is there, whatever it is.
    pub(crate) has_nonce: bool,
    /// The issuer says that no user is involved: `gty`, `idtyp`, or a service account's `preferred_username`.
    pub(crate) client_grant: bool,
    pub(crate) service_account: bool,
    /// `cnf` names a method of confirmation that is registered (RFC 7800, RFC 8705, RFC 9449).
    pub(crate) bound: bool,
    /// The first claim of a wrong type or with an impossible value.
    pub(crate) malformed: Option<&'static str>,
    /// The strings found on the paths, in order.
    pub(crate) strings: Vec<Found>,
    /// Paths on which there was an array; paths on which there was something other than strings.
    pub(crate) lists: PathMask,
    pub(crate) odd: PathMask,
}

/// The claims that providers name the client in, most standard first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientClaim {
    ClientId,
    Azp,
    Cid,
    AppId,
}

/// A string on one or more paths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) paths: PathMask,
    pub(crate) span: Span,
}

/// How many strings most tokens have fewer of: one allocation does for them.
const USUAL_STRINGS: usize = 32;

impl UnverifiedClaims {
    /// Reads a payload: one JSON object with unique names, bounded depth, and nothing after it.
    pub(crate) fn read(json: String, paths: &ClaimPaths) -> Result<Self, Reason> {
        let mut reader = Reader { paths, text: Collector::new(&json), facts: Facts::default() };
        let mut deserializer = serde_json::Deserializer::from_str(&json);
        let done = deserializer.deserialize_map(&mut reader).and_then(|()| deserializer.end());
        done.map_err(|_| Reason::TokenMalformed)?;
        let facts = reader.facts;
        let unescaped = reader.text.into_unescaped();
        Ok(Self { text: ClaimText::new(json, &unescaped), facts })
    }

    /// Nothing at all.
    pub(crate) fn empty() -> Self {
        Self { text: ClaimText::new("{}".to_owned(), ""), facts: Facts::default() }
    }

    /// The claimed issuer.
    pub(crate) fn unverified_issuer(&self) -> Option<&str> {
        self.facts.iss.map(|span| self.text.get(span))
    }
}

struct Reader<'p, 'de> {
    paths: &'p ClaimPaths,
    text: Collector<'de>,
    facts: Facts,
}

impl<'de> Reader<'_, 'de> {
    fn fault(&mut self, claim: &'static str) {
        self.facts.malformed.get_or_insert(claim);
    }

    fn string<A: MapAccess<'de>>(&mut self, members: &mut A, claim: &'static str) -> Result<Option<Span>, A::Error> {
        match members.next_value_seed(Scalar)? {
            Scalars::Text(text) => Ok(Some(self.text.span(text))),
            _ => {
                self.fault(claim);
                Ok(None)
            }
        }
    }

    fn date<A: MapAccess<'de>>(
        &mut self,
        members: &mut A,
        claim: &'static str,
    ) -> Result<Option<NumericDate>, A::Error> {
        let date = match members.next_value_seed(Scalar)? {
            Scalars::Whole(seconds) => NumericDate::from_seconds(seconds),
            Scalars::Float(seconds) => NumericDate::from_float(seconds),
            Scalars::Text(_) | Scalars::Other => None,
        };
        if date.is_none() {
            self.fault(claim);
        }
        Ok(date)
    }

    /// Is the value that text, or does it start with it?
    fn text_is<A: MapAccess<'de>>(members: &mut A, test: impl FnOnce(&str) -> bool) -> Result<bool, A::Error> {
        Ok(matches!(members.next_value_seed(Scalar)?, Scalars::Text(text) if test(&text)))
    }
}

impl<'de> Visitor<'de> for &mut Reader<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            match &*name {
                "iss" => self.facts.iss = self.string(&mut members, "iss")?,
                "sub" => self.facts.sub = self.string(&mut members, "sub")?,
                "jti" => self.facts.jti = self.string(&mut members, "jti")?,
                "sid" => match members.next_value_seed(Scalar)? {
                    Scalars::Text(text) => self.facts.sid = Some(self.text.span(text)),
                    _ => self.facts.sid_unreadable = true,
                },
                "client_id" => {
                    self.facts.client[ClientClaim::ClientId as usize] = self.string(&mut members, "client_id")?
                }
                "azp" => self.facts.client[ClientClaim::Azp as usize] = self.string(&mut members, "azp")?,
                "cid" => self.facts.client[ClientClaim::Cid as usize] = self.string(&mut members, "cid")?,
                "appid" => self.facts.client[ClientClaim::AppId as usize] = self.string(&mut members, "appid")?,
                "exp" => self.facts.exp = self.date(&mut members, "exp")?,
                "nbf" => self.facts.nbf = self.date(&mut members, "nbf")?,
                "iat" => self.facts.iat = self.date(&mut members, "iat")?,
                "typ" => self.facts.typ = self.string(&mut members, "typ")?,
                "token_use" => self.facts.token_use = self.string(&mut members, "token_use")?,
                "gty" => self.facts.client_grant |= Reader::text_is(&mut members, |gty| gty == "client-credentials")?,
                "idtyp" => self.facts.client_grant |= Reader::text_is(&mut members, |idtyp| idtyp == "app")?,
                "preferred_username" => {
                    self.facts.service_account =
                        Reader::text_is(&mut members, |name| name.starts_with("service-account-"))?;
                }
                "at_hash" | "c_hash" | "s_hash" => {
                    members.next_value_seed(Skip { depth: 1 })?;
                    self.facts.has_hash = true;
                }
                "token_introspection" => {
                    members.next_value_seed(Skip { depth: 1 })?;
                    self.facts.other_kind = true;
                }
                "events" => match members.next_value_seed(Events)? {
                    LogoutEvent::Absent => {}
                    found => {
                        self.facts.other_kind = true;
                        self.facts.logout_event = found == LogoutEvent::Object;
                    }
                },
                "cnf" => match members.next_value_seed(Confirmation)? {
                    Some(bound) => self.facts.bound = bound,
                    None => self.fault("cnf"),
                },
                name => {
                    self.facts.has_nonce |= name == "nonce";
                    let (open, ending) = self.paths.step(self.paths.all(), 0, name);
                    members.next_value_seed(Walk { reader: &mut *self, open, ending, level: 1 })?;
                }
            }
        }
        Ok(())
    }
}

/// A value that some paths lead to or through.
struct Walk<'r, 'p, 'de> {
    reader: &'r mut Reader<'p, 'de>,
    open: PathMask,
    ending: PathMask,
    level: u8,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.open == 0 {
            Skip { depth: self.level }.deserialize(deserializer)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Walk<'_, '_, 'de> {
    fn found(&mut self, text: Cow<'de, str>, in_list: bool) {
        if self.ending != 0 {
            let span = self.reader.text.span(text).in_list(in_list);
            let strings = &mut self.reader.facts.strings;
            if strings.is_empty() {
                strings.reserve_exact(USUAL_STRINGS);
            }
            strings.push(Found { paths: self.ending, span });
        }
    }

    fn odd<E>(self) -> Result<(), E> {
        self.reader.facts.odd |= self.ending;
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(mut self, text: &'de str) -> Result<(), E> {
        self.found(Cow::Borrowed(text), false);
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.found(Cow::Owned(text.to_owned()), false);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        deeper::<A::Error>(self.level)?;
        self.reader.facts.lists |= self.ending;
        while let Some(item) = items.next_element_seed(Scalar)? {
            match item {
                Scalars::Text(text) => self.found(text, true),
                _ => self.reader.facts.odd |= self.ending,
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let level = deeper(self.level)?;
        self.reader.facts.odd |= self.ending;
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            let (open, ending) = self.reader.paths.step(self.open, usize::from(self.level), &name);
            members.next_value_seed(Walk { reader: &mut *self.reader, open, ending, level })?;
        }
        Ok(())
    }

    any_scalar!(walk => walk.odd());
}

/// A value that should be a string or a number; anything else is checked and reported as other.
struct Scalar;

enum Scalars<'de> {
    Text(Cow<'de, str>),
    Whole(u64),
    Float(f64),
    Other,
}

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Scalars<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Scalars<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalars::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalars::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalars::Whole(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalars::Float(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Scalars::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Scalars::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalars::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Skip { depth: 2 }.visit_seq(items).map(|()| Scalars::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            if name == NUMBER && numbers_come_as_maps() {
                let digits = members.next_value_seed(Text)?;
                return Ok(digits.parse().map_or(Scalars::Other, Scalars::Float));
            }
            names.add(&name)?;
            members.next_value_seed(Skip { depth: 2 })?;
        }
        Ok(Scalars::Other)
    }
}

/// The name under which serde_json hands on a number with a fraction where some crate of the application has switched on
/// its feature `arbitrary_precision`, and so for all.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// Where it is off that name is one like any other, and an object with it is no number.
pub(super) fn numbers_come_as_maps() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    let written_again = || serde_json::from_str("0.10").map(|number: serde_json::Value| number.to_string());
    *ANSWER.get_or_init(|| written_again().is_ok_and(|text| text == "0.10"))
}

/// `cnf`: `Some(is bound by a registered method)`, or `None` when it is not an object (RFC 7800 §3.1).
struct Confirmation;

impl<'de> DeserializeSeed<'de> for Confirmation {
    type Value = Option<bool>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Confirmation {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut bound = false;
        let mut names = Names::new();
        while let Some(name) = members.next_key_seed(Text)? {
            names.add(&name)?;
            bound |= matches!(&*name, "jkt" | "x5t#S256" | "jwk" | "jwe" | "jku" | "kid");
            members.next_value_seed(Skip { depth: 2 })?;
        }
        Ok(Some(bound))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Skip { depth: 1 }.visit_seq(items).map(|()| None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    any_scalar!(_cnf => Ok(None));
}

impl UnverifiedClaims {
    /// The strings found on any of those paths, and whether each stood in an array.
    pub(crate) fn strings(&self, paths: PathMask) -> impl Iterator<Item = (&str, bool)> {
        let found = self.facts.strings.iter().filter(move |found| found.paths & paths != 0);
        found.map(|found| (self.text.get(found.span), found.span.is_in_list()))
    }
}
