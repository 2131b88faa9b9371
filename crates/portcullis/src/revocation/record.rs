//! One revocation as a value, and as JSON for whoever stores or sends it.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::kind::RevocationKind;
use crate::claims::NumericDate;
use crate::defaults::MAX_REVOCATION_NAME_BYTES;

/// Before the environment, in the issuer of a caller that was made from an API key.
const API_KEY_ISSUER: &str = "api-key:";

/// What is revoked, and until when: an entry of [`Revocations`](super::Revocations) that can be stored and sent.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use portcullis::{Revocation, RevocationKind, Revocations};
///
/// let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let sent = Revocation::token("https://login.example.com/", "5f1c8a52", until).to_json()?;
/// assert_eq!(
///     sent,
///     r#"{"v":1,"kind":"token","issuer":"https://login.example.com/","value":"5f1c8a52","until":1800000000000}"#
/// );
/// let received = Revocation::from_json(&sent)?;
/// assert_eq!((received.kind(), received.until()), (RevocationKind::Token, until));
/// Revocations::new().add(&received);
/// # Ok::<(), portcullis::RevocationError>(())
/// ```
///
/// **The JSON form** is the same through serde: `v` is 1, times are milliseconds since 1970, `issued_before` is there for
/// subjects and clients and nowhere else. Reading refuses other members, other versions, dates beyond the year 9999, and an
/// issuer or a value that is empty or longer than [`MAX_REVOCATION_NAME_BYTES`]; writing refuses what reading would.
///
/// `Debug` shows neither issuer nor value: whose tokens they are is personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Revocation {
    pub(super) kind: RevocationKind,
    pub(super) issuer: Box<str>,
    pub(super) value: Box<str>,
    pub(super) issued_before: NumericDate,
    pub(super) until: NumericDate,
}

impl Revocation {
    /// One token, by its `jti`.
    #[must_use]
    pub fn token(issuer: &str, jti: &str, until: SystemTime) -> Self {
        Self::new(RevocationKind::Token, issuer, jti, None, until)
    }

    /// The tokens of a session, by its `sid`.
    #[must_use]
    pub fn session(issuer: &str, sid: &str, until: SystemTime) -> Self {
        Self::new(RevocationKind::Session, issuer, sid, None, until)
    }

    /// The tokens of a subject that were issued before a time.
    #[must_use]
    pub fn subject(issuer: &str, sub: &str, issued_before: SystemTime, until: SystemTime) -> Self {
        Self::new(RevocationKind::Subject, issuer, sub, Some(issued_before), until)
    }

    /// The tokens of a client that were issued before a time, by what [`Caller::client`](crate::Caller::client) tells.
    #[must_use]
    pub fn client(issuer: &str, client: &str, issued_before: SystemTime, until: SystemTime) -> Self {
        Self::new(RevocationKind::Client, issuer, client, Some(issued_before), until)
    }

    /// One API key of an environment, by its id. Its [`issuer`](Self::issuer) is `api-key:` and the environment.
    #[must_use]
    pub fn key(environment: &str, id: &str, until: SystemTime) -> Self {
        Self::new(RevocationKind::Key, &format!("{API_KEY_ISSUER}{environment}"), id, None, until)
    }

    fn new(
        kind: RevocationKind,
        issuer: &str,
        value: &str,
        issued_before: Option<SystemTime>,
        until: SystemTime,
    ) -> Self {
        // Never earlier than was said, and never a date that could not be sent.
        let date = |time| NumericDate::not_before(time).min(NumericDate::LAST);
        let issued_before = issued_before.map_or(NumericDate::END, date);
        Self { kind, issuer: issuer.into(), value: value.into(), issued_before, until: date(until) }
    }

    /// What it names.
    #[must_use]
    pub fn kind(&self) -> RevocationKind {
        self.kind
    }

    /// The issuer within which the name means something.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The name: a `jti`, a `sid`, a `sub`, a client, or the id of a key. Personal data; do not log it.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Spares tokens that were issued at that time or later; subjects and clients only.
    #[must_use]
    pub fn issued_before(&self) -> Option<SystemTime> {
        self.kind.has_a_date().then(|| self.issued_before.to_system_time())
    }

    /// When the last of the tokens it is for expires, in whole milliseconds.
    #[must_use]
    pub fn until(&self) -> SystemTime {
        self.until.to_system_time()
    }

    /// The JSON form.
    ///
    /// # Errors
    /// [`RevocationError::Unfit`] where issuer or value is empty or too long.
    pub fn to_json(&self) -> Result<String, RevocationError> {
        serde_json::to_string(self).map_err(|_| RevocationError::Unfit)
    }

    /// Reads the JSON form. A text of more than 12 times [`MAX_REVOCATION_NAME_BYTES`] and 256 bytes, which is what the
    /// longest takes, is not looked at.
    ///
    /// # Errors
    /// [`RevocationError`], with nothing of the text in it.
    pub fn from_json(json: &str) -> Result<Self, RevocationError> {
        // Two names, and six octets for one in the worst escape.
        if json.len() > 12 * MAX_REVOCATION_NAME_BYTES + 256 {
            return Err(RevocationError::Unfit);
        }
        serde_json::from_str(json).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => RevocationError::Unfit,
            _ => RevocationError::NotJson,
        })
    }

    fn fits(&self) -> bool {
        let fits = |name: &str| (1..=MAX_REVOCATION_NAME_BYTES).contains(&name.len());
        fits(&self.issuer) && fits(&self.value)
    }
}

/// Why a revocation cannot be read or written. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// The text is not JSON.
    #[error("not JSON")]
    NotJson,
    /// It is not a revocation of version 1 within the bounds.
    #[error("not a revocation of version 1 with an issuer and a value of 1 to {MAX_REVOCATION_NAME_BYTES} bytes")]
    Unfit,
}

/// The form that is stored and sent. What changes its meaning gets another `v`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form<'a> {
    v: u8,
    kind: RevocationKind,
    issuer: Cow<'a, str>,
    value: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued_before: Option<u64>,
    until: u64,
}

const VERSION: u8 = 1;

impl Serialize for Revocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.fits() {
            return Err(ser::Error::custom(RevocationError::Unfit));
        }
        let issued_before = self.kind.has_a_date().then(|| self.issued_before.millis());
        let (issuer, value) = (Cow::Borrowed(&*self.issuer), Cow::Borrowed(&*self.value));
        Form { v: VERSION, kind: self.kind, issuer, value, issued_before, until: self.until.millis() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Revocation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let unfit = || de::Error::custom(RevocationError::Unfit);
        let form = Form::deserialize(deserializer)?;
        if form.v != VERSION || form.kind.has_a_date() != form.issued_before.is_some() {
            return Err(unfit());
        }
        let date = |millis| NumericDate::from_millis(millis).ok_or_else(unfit);
        let revocation = Self {
            kind: form.kind,
            issuer: form.issuer.into(),
            value: form.value.into(),
            issued_before: form.issued_before.map_or(Ok(NumericDate::END), date)?,
            until: date(form.until)?,
        };
        if revocation.fits() { Ok(revocation) } else { Err(unfit()) }
    }
}

/// Kind and time only.
impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocation").field("kind", &self.kind).field("until", &self.until()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::{HOUR, ISSUER, noon};
    use super::*;

    fn one_of_each() -> [Revocation; 5] {
        [
            Revocation::token(ISSUER, "one", noon()),
            Revocation::session(ISSUER, "s1", noon()),
            Revocation::subject(ISSUER, "alice", noon() - HOUR, noon()),
            Revocation::client(ISSUER, "app", noon() - HOUR, noon()),
            Revocation::key("prod", "k1", noon()),
        ]
    }

    /// Instances of different versions read each other's: a change here is a change of `v`.
    #[test]
    fn the_json_form_is_stable_and_reads_back() {
        let forms = one_of_each().map(|revocation| revocation.to_json().unwrap());
        let head = |kind, issuer, value| format!(r#"{{"v":1,"kind":"{kind}","issuer":"{issuer}","value":"{value}","#);
        let (until, before) = (r#""until":1800000000000}"#, r#""issued_before":1799996400000,"#);
        let expected = [
            head("token", ISSUER, "one") + until,
            head("session", ISSUER, "s1") + until,
            head("subject", ISSUER, "alice") + before + until,
            head("client", ISSUER, "app") + before + until,
            head("key", "api-key:prod", "k1") + until,
        ];
        assert_eq!(forms, expected);
        assert_eq!(forms.map(|form| Revocation::from_json(&form).unwrap()), one_of_each());
    }

    #[test]
    fn what_is_no_revocation_is_refused_and_nothing_of_it_is_shown() {
        let good = r#"{"v":1,"kind":"subject","issuer":"i","value":"alice","issued_before":1,"until":2}"#;
        assert!(Revocation::from_json(good).is_ok());
        let changed = [
            (r#""v":1"#, r#""v":2"#),
            (r#""v":1,"#, ""),
            ("subject", "Subject"),
            ("subject", "token"),
            (r#""issued_before":1,"#, ""),
            (r#""issued_before":1"#, r#""issued_before":"1""#),
            (r#""value":"alice""#, r#""value":"""#),
            (r#""value":"alice""#, r#""value":7"#),
            (r#""until":2"#, r#""until":-2"#),
            (r#""until":2"#, r#""until":253402300800000"#),
            (r#""until":2"#, r#""until":2,"alice":3"#),
            (r#""until":2"#, r#""until":2,"until":3"#),
            (r#""until":2}"#, r#""until":2}}"#),
        ];
        let whole = ["", "alice", "[]", "null", "\u{0}", "{}"].map(str::to_owned);
        for bad in changed.map(|(from, to)| good.replace(from, to)).into_iter().chain(whole) {
            assert_ne!(bad, good);
            let error = Revocation::from_json(&bad).expect_err(&bad);
            assert!(!format!("{error} {error:?}").contains("alice"), "{error}");
        }
    }

    #[test]
    fn names_are_bounded_both_ways_and_the_longest_fits_however_it_is_escaped() {
        let longest = "\u{1}".repeat(MAX_REVOCATION_NAME_BYTES);
        let revocation = Revocation::subject(&longest, &longest, noon(), noon());
        assert_eq!(Revocation::from_json(&revocation.to_json().unwrap()), Ok(revocation));
        let long = "x".repeat(MAX_REVOCATION_NAME_BYTES + 1);
        for bad in [Revocation::token(&long, "one", noon()), Revocation::token(ISSUER, &long, noon())] {
            assert_eq!(bad.to_json(), Err(RevocationError::Unfit));
        }
        let form = r#"{"v":1,"kind":"token","issuer":"i","value":"one","until":2}"#;
        assert_eq!(Revocation::from_json(&form.replace("one", &long)), Err(RevocationError::Unfit));
        assert_eq!(Revocation::from_json(&form.replace('}', &(" ".repeat(60_000) + "}"))), Err(RevocationError::Unfit));
    }

    #[test]
    fn times_are_never_earlier_than_was_said_and_never_beyond_what_can_be_sent() {
        let odd = noon() + Duration::from_micros(1);
        let revocation = Revocation::subject(ISSUER, "alice", odd, odd);
        assert_eq!(revocation.until(), noon() + Duration::from_millis(1));
        assert_eq!(revocation.issued_before(), Some(revocation.until()));
        assert_eq!(Revocation::token(ISSUER, "one", odd).issued_before(), None);
        let far = Revocation::client(ISSUER, "app", noon() + 100_000_000 * HOUR, noon() + 100_000_000 * HOUR);
        assert_eq!(Revocation::from_json(&far.to_json().unwrap()), Ok(far));
    }

    #[test]
    fn what_is_shown_of_a_revocation_is_not_whose_it_is() {
        for revocation in one_of_each() {
            let shown = format!("{revocation:?}");
            assert!(shown.contains("until"), "{shown}");
            for name in [ISSUER, "one", "s1", "alice", "app", "k1"] {
                assert!(!shown.contains(&format!("{name:?}")), "{shown}");
            }
        }
    }
}
