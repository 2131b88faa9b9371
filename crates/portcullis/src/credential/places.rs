//! All the places that credentials are taken from, and how one is found in a request.

use std::borrow::Cow;

use super::authorization::{self, Value};
use super::basic::{self, Part};
use super::bearer::{Presented, is_token_char, trim};
use super::place::{CookieDefence, CredentialKind, KeyPlace, Place};
use super::{Credential, PresentedKey, cookie, query};
use crate::config::Problems;
use crate::defaults;
use crate::error::Reason;
use crate::request::RequestHead;

/// The places of an authenticator that takes keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    headers: Vec<String>,
    raw: bool,
    schemes: Vec<String>,
    bearer_prefixes: Vec<String>,
    basic: Option<Part>,
    queries: Vec<String>,
    cookies: Vec<(String, CookieDefence)>,
    /// There are issuers whose tokens are taken.
    tokens: bool,
    /// What counts when a request has both.
    preferred: Option<CredentialKind>,
}

type Found<'a> = Result<Option<Credential<'a>>, Reason>;

impl Places {
    pub(crate) fn build(
        places: Vec<KeyPlace>,
        tokens: bool,
        preferred: Option<CredentialKind>,
        problems: &mut Problems,
    ) -> Self {
        let mut built = Self { tokens, preferred, ..Self::default() };
        let places = if places.is_empty() { vec![KeyPlace::header(defaults::KEY_HEADER)] } else { places };
        for (at, place) in places.iter().enumerate() {
            if places[..at].contains(place) {
                problems.add("api_key_place", format!("{place:?} is given twice"), "give each place once");
            }
            if let Err((problem, remedy)) = built.add(place.0.clone()) {
                problems.add("api_key_place", format!("{place:?}: {problem}"), remedy);
            }
        }
        built
    }

    fn add(&mut self, place: Place) -> Result<(), (&'static str, &'static str)> {
        let is_token = |name: &str| !name.is_empty() && name.bytes().all(is_token_char);
        let is_taken = |name: &str| ["authorization", "cookie", "host", "proxy-authorization"].contains(&name);
        match place {
            Place::Header(name) if is_token(&name) && !is_taken(&name) => self.headers.push(name),
            Place::Header(_) => return Err(("no name of a field for keys", "use a name such as `Api-Key`")),
            Place::Raw => self.raw = true,
            Place::Scheme(scheme)
                if is_token(&scheme)
                    && !["bearer", "basic", "dpop"].contains(&scheme.to_ascii_lowercase().as_str()) =>
            {
                self.schemes.push(scheme);
            }
            Place::Scheme(_) => return Err(("no scheme, or one that has a meaning of its own", "use `ApiKey`")),
            Place::Bearer(prefix) => {
                let visible = prefix.bytes().all(|octet| matches!(octet, 0x21..=0x7e));
                // Every token begins with the base64url of `{"`.
                if prefix.len() < 3 || !visible || "eyJ".starts_with(&prefix[..3]) {
                    return Err((
                        "too short, or tokens begin so, too",
                        "use what keys begin with, such as `acme_live_`",
                    ));
                }
                self.bearer_prefixes.push(prefix);
            }
            Place::Basic(_) if self.basic.is_some() => {
                return Err(("the other part of Basic is a place already", "use one of user and password"));
            }
            Place::Basic(part) => self.basic = Some(part),
            Place::Query(name) if !name.is_empty() => self.queries.push(name),
            Place::Query(_) => return Err(("no name of a parameter", "use a name such as `api_key`")),
            Place::Cookie(name, defence) => {
                let secure = ["__Host-", "__Secure-"].iter().any(|start| name.starts_with(start));
                if !(secure && is_token(&name)) {
                    return Err(("not sent over https only", "use a name that begins with `__Host-` or `__Secure-`"));
                }
                if !is_token(defence.header()) || is_taken(defence.header()) {
                    return Err(("its defence names no field", "use a name such as `X-Requested-By`"));
                }
                self.cookies.push((name, defence));
            }
        }
        Ok(())
    }

    /// The schemes to name in challenges, besides `Bearer`.
    pub(crate) fn challenges(&self) -> Vec<&str> {
        // Of its own where no tokens are taken; otherwise it is there anyway.
        let bearer = (!self.tokens && !self.bearer_prefixes.is_empty()).then_some("Bearer");
        let own = bearer.into_iter().chain(self.schemes.iter().map(String::as_str));
        let elsewhere = !self.headers.is_empty() || self.raw || !self.queries.is_empty() || !self.cookies.is_empty();
        let mut schemes: Vec<&str> = own.collect();
        if schemes.is_empty() && (elsewhere || (self.basic.is_none() && !self.tokens)) {
            schemes.push("ApiKey");
        }
        schemes.extend(self.basic.map(|_| "Basic"));
        schemes
    }

    /// What a user should be warned of.
    pub(crate) fn waivers(&self) -> impl Iterator<Item = &'static str> {
        let query = (!self.queries.is_empty()).then_some("API keys are taken from the query of URLs");
        let cookie = (!self.cookies.is_empty()).then_some("API keys are taken from cookies");
        query.into_iter().chain(cookie)
    }

    /// Finds the one credential of a request. Several are refused, never picked from, unless one kind is preferred and
    /// there is one of that kind.
    pub(crate) fn find<'a, H: RequestHead + ?Sized>(&self, head: &'a H) -> Result<Credential<'a>, Reason> {
        let authorization = match authorization::line(head) {
            Ok(None) => Ok(None),
            Ok(Some(value)) => self.in_authorization(value).map(Some),
            Err(reason) => Err(reason),
        };
        let elsewhere = self.elsewhere(head);
        let is_key = |found: &Found<'_>| matches!(found, Ok(Some(Credential::ApiKey(_))));
        match (authorization, elsewhere) {
            (Ok(None), Ok(None)) => Ok(Credential::Absent),
            (Ok(None), only) | (only, Ok(None)) => only.map(|found| found.unwrap_or(Credential::Absent)),
            // Two places with keys, and no word about which.
            (first, _) if is_key(&first) => Err(Reason::CredentialAmbiguous),
            (first, second) => match self.preferred {
                None => Err(Reason::CredentialAmbiguous),
                Some(CredentialKind::Token) => first.map(|found| found.unwrap_or(Credential::Absent)),
                Some(CredentialKind::ApiKey) => second.map(|found| found.unwrap_or(Credential::Absent)),
            },
        }
    }

    fn in_authorization<'a>(&self, value: &'a [u8]) -> Result<Credential<'a>, Reason> {
        let trimmed = trim(value, b" \t");
        if self.raw && is_one_word(trimmed) && !trimmed.eq_ignore_ascii_case(b"Bearer") {
            // Where a token without its scheme may turn up, too long is not the fault of the request.
            let is_token = trimmed.len() > defaults::MAX_KEY_BYTES;
            return if is_token { Err(Reason::ApiKeyMalformed) } else { key(Cow::Borrowed(trimmed), false) };
        }
        if self.tokens
            && self.bearer_prefixes.is_empty()
            && let Some(presented) = Presented::as_usual(value)
        {
            return Ok(Credential::Bearer(presented));
        }
        let Value { scheme, rest } = Value::of(value)?;
        let is = |name: &str| scheme.eq_ignore_ascii_case(name.as_bytes());
        if is("Bearer") {
            return match self.bearer_prefixes.iter().any(|prefix| rest.starts_with(prefix.as_bytes())) {
                true => key(Cow::Borrowed(rest), false),
                false if self.tokens => Ok(Credential::Bearer(Presented::new(rest))),
                false => Err(Reason::SchemeUnsupported),
            };
        }
        match self.basic {
            Some(part) if is("Basic") => {
                let text = basic::key(rest, part)?;
                return not_empty(Cow::Owned(text.into_bytes()), false);
            }
            _ => {}
        }
        match self.schemes.iter().any(|scheme| is(scheme)) {
            true => key(Cow::Borrowed(rest), false),
            false => Err(Reason::SchemeUnsupported),
        }
    }

    /// Outside of `Authorization`.
    fn elsewhere<'a, H: RequestHead + ?Sized>(&self, head: &'a H) -> Found<'a> {
        let mut found: Option<Cow<'a, [u8]>> = None;
        let mut repeated = false;
        for name in &self.headers {
            head.visit_header(name, &mut |line| {
                repeated |= found.replace(Cow::Borrowed(trim(line, b" \t"))).is_some();
            });
        }
        for name in &self.queries {
            if let Some(value) = head.query().map(|query| query::value(query, name)).transpose()?.flatten() {
                repeated |= found.replace(value).is_some();
            }
        }
        for (name, defence) in &self.cookies {
            if let Some(value) = cookie::value(head, name, defence)? {
                repeated |= found.replace(Cow::Borrowed(value)).is_some();
            }
        }
        match found {
            _ if repeated => Err(Reason::CredentialAmbiguous),
            None => Ok(None),
            Some(octets) => not_empty(octets, true).map(Some),
        }
    }
}

/// What can be left empty and still be well-formed; after a scheme there has to be something (RFC 9110 §11.4).
fn not_empty(octets: Cow<'_, [u8]>, is_hidden: bool) -> Result<Credential<'_>, Reason> {
    if octets.is_empty() { Err(Reason::CredentialEmpty) } else { key(octets, is_hidden) }
}

/// Visible ASCII of at most the length of a key; what else it has to be is for the verifier to say.
pub(super) fn key(octets: Cow<'_, [u8]>, is_hidden: bool) -> Result<Credential<'_>, Reason> {
    if octets.is_empty() || octets.len() > defaults::MAX_KEY_BYTES || !octets.iter().all(u8::is_ascii_graphic) {
        return Err(Reason::CredentialMalformed);
    }
    let text = match octets {
        Cow::Borrowed(octets) => std::str::from_utf8(octets).map(Cow::Borrowed).ok(),
        Cow::Owned(octets) => String::from_utf8(octets).map(Cow::Owned).ok(),
    };
    let text = text.ok_or(Reason::CredentialMalformed)?;
    Ok(Credential::ApiKey(PresentedKey { text, is_hidden }))
}

/// Without white space or comma, which separate.
fn is_one_word(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|octet| octet.is_ascii_graphic() && *octet != b',')
}
