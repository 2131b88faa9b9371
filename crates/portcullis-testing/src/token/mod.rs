//! Tokens, good ones and bad ones, under construction.

mod compact;
mod members;

use std::fmt;
use std::time::Duration;

use portcullis::Algorithm;
use serde_json::{Value, json};

pub(crate) use compact::{Compact, Signing};
pub(crate) use members::Members;

use crate::defect::{Defect, LOGOUT_EVENT, LogoutDefect, Oddity, ProfileDefect};
use crate::encoding::base64url;
use crate::issuer::TestIssuer;
use crate::key::TestKey;

const HOUR: u64 = 3600;

/// A token that is not signed yet. From [`TestIssuer::token`].
#[must_use]
pub struct TokenBuilder {
    pub(crate) issuer: TestIssuer,
    pub(crate) header: Members,
    pub(crate) claims: Members,
    pub(crate) key: TestKey,
    pub(crate) raw_header: Option<Vec<u8>>,
    pub(crate) raw_payload: Option<Vec<u8>>,
    /// Changes the encoded part before it is signed, so that the signature covers the change.
    pub(crate) respell_header: Option<fn(String) -> String>,
    pub(crate) respell_payload: Option<fn(String) -> String>,
    pub(crate) signature: Option<fn(&Signing<'_>) -> Vec<u8>>,
    pub(crate) reshape: Option<fn(Compact) -> String>,
    pub(crate) length: Option<usize>,
}

impl TokenBuilder {
    pub(crate) fn new(issuer: &TestIssuer, number: u64) -> Self {
        let key = issuer.signing_key(issuer.algorithm());
        let now = issuer.clock().unix_seconds();
        let mut header = Members::default();
        header.set_text("typ", "at+jwt");
        header.set_text("alg", key.algorithm().name());
        header.set_text("kid", key.kid());
        let mut claims = Members::default();
        claims.set_text("iss", issuer.url());
        claims.set("exp", (now + HOUR).to_string());
        claims.set_text("aud", issuer.audience());
        claims.set_text("sub", "test-user");
        claims.set_text("client_id", "test-client");
        claims.set("iat", now.to_string());
        claims.set_text("jti", &format!("test-token-{number}"));
        Self {
            issuer: issuer.clone(),
            header,
            claims,
            key,
            raw_header: None,
            raw_payload: None,
            respell_header: None,
            respell_payload: None,
            signature: None,
            reshape: None,
            length: None,
        }
    }

    /// A logout token of the shape of OpenID Connect Back-Channel Logout §2.4.
    pub(crate) fn logout(issuer: &TestIssuer, number: u64) -> Self {
        let token = Self::new(issuer, number).without("client_id").header("typ", "logout+jwt");
        let token = token.audience("test-client").expires_in(Duration::from_secs(120)).session("test-session");
        token.claim("events", json!({ LOGOUT_EVENT: {} }))
    }

    /// `sub`: who the token is about. Default: `test-user`.
    pub fn subject(self, subject: &str) -> Self {
        self.claim("sub", subject)
    }

    /// `sid`: the session at the issuer. Default: none in an access token, `test-session` in a logout token.
    pub fn session(self, session: &str) -> Self {
        self.claim("sid", session)
    }

    /// `client_id`: the client that asked for it. Default: `test-client`.
    pub fn client(self, client: &str) -> Self {
        self.claim("client_id", client)
    }

    /// A client acting for itself (RFC 9068 §2.2: `sub` is then the client).
    pub fn machine(self, client: &str) -> Self {
        self.client(client).subject(client)
    }

    /// `scope`: scopes separated by spaces (RFC 6749 §3.3). Default: no such claim.
    pub fn scope(self, scope: &str) -> Self {
        self.claim("scope", scope)
    }

    /// `iss`. Default: the issuer's URL.
    pub fn issuer(self, issuer: &str) -> Self {
        self.claim("iss", issuer)
    }

    /// `aud` as one string. Default: the issuer's audience.
    pub fn audience(self, audience: &str) -> Self {
        self.claim("aud", audience)
    }

    /// `aud` as an array.
    pub fn audiences<'a>(self, audiences: impl IntoIterator<Item = &'a str>) -> Self {
        self.claim("aud", audiences.into_iter().collect::<Vec<_>>())
    }

    /// Any claim, replacing the one of that name. Takes what `serde_json` takes, `json!(..)` included.
    pub fn claim(self, name: &str, value: impl Into<Value>) -> Self {
        self.claim_json(name, &value.into().to_string())
    }

    /// Any claim as JSON text, which goes in as it is: `1e400` and broken JSON too.
    pub fn claim_json(mut self, name: &str, json: &str) -> Self {
        self.claims.set(name, json);
        self
    }

    /// Takes a claim out.
    pub fn without(mut self, claim: &str) -> Self {
        self.claims.remove(claim);
        self
    }

    /// Any header parameter, replacing the one of that name.
    pub fn header(self, name: &str, value: impl Into<Value>) -> Self {
        self.header_json(name, &value.into().to_string())
    }

    /// Any header parameter as JSON text, which goes in as it is.
    pub fn header_json(mut self, name: &str, json: &str) -> Self {
        self.header.set(name, json);
        self
    }

    /// Takes a header parameter out.
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Names another key in the header; what signs stays.
    pub fn kid(self, kid: &str) -> Self {
        self.header("kid", kid)
    }

    /// Signs with another algorithm, header included. A key for it is published from now on if there was none: see
    /// [`every_algorithm`](crate::TestIssuerBuilder::every_algorithm) for having all from the start.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        let key = self.issuer.signing_key(algorithm);
        self.header.set_text("alg", key.algorithm().name());
        self.header.set_text("kid", key.kid());
        self.key = key;
        self
    }

    /// Signs with any key and leaves the header alone: with another issuer's key, say, under this issuer's `kid`.
    pub fn signed_by(mut self, key: &TestKey) -> Self {
        self.key = key.clone();
        self
    }

    /// Over for an hour.
    pub fn expired(self) -> Self {
        let now = self.now();
        self.claim("iat", now.saturating_sub(2 * HOUR)).claim("exp", now.saturating_sub(HOUR))
    }

    /// Begins in an hour (`nbf`).
    pub fn not_yet_valid(self) -> Self {
        let now = self.now();
        self.claim("nbf", now + HOUR).claim("exp", now + 2 * HOUR)
    }

    /// Issued in an hour (`iat`).
    pub fn issued_in_future(self) -> Self {
        let now = self.now();
        self.claim("iat", now + HOUR).claim("exp", now + 2 * HOUR)
    }

    /// Good for that long from now, in whole seconds. Default: one hour.
    pub fn expires_in(self, lifetime: Duration) -> Self {
        let now = self.now();
        self.claim("exp", now.saturating_add(lifetime.as_secs()))
    }

    /// Signs these octets as the header, whatever was set before.
    pub fn raw_header(mut self, octets: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(octets.into());
        self
    }

    /// Signs these octets as the payload, whatever was set before.
    pub fn raw_payload(mut self, octets: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(octets.into());
        self
    }

    /// Fills a claim `padding` until the token is at least that long, encoded.
    pub fn padded_to(mut self, octets: usize) -> Self {
        self.length = Some(octets);
        self
    }

    /// Makes it a token to refuse. Last before [`sign`](Self::sign): it works on what has been set.
    pub fn defect(self, defect: Defect) -> Self {
        defect.apply(self)
    }

    /// Makes it a token that only the RFC 9068 profile refuses.
    pub fn profile_defect(self, defect: ProfileDefect) -> Self {
        defect.apply(self)
    }

    /// Makes a logout token one to refuse.
    pub fn logout_defect(self, defect: LogoutDefect) -> Self {
        defect.apply(self)
    }

    /// Makes it odd but good.
    pub fn oddity(self, oddity: Oddity) -> Self {
        oddity.apply(self)
    }

    /// The token in compact form (RFC 7515 §3.1).
    #[must_use]
    pub fn sign(mut self) -> String {
        if let Some(length) = self.length.take() {
            let short = length.saturating_sub(self.encode().len());
            // Three octets become four characters.
            self.claims.set_text("padding", &"x".repeat(short.div_ceil(4) * 3));
        }
        self.encode()
    }

    fn encode(&self) -> String {
        let part = |raw: &Option<Vec<u8>>, members: &Members, respell: Option<fn(String) -> String>| {
            let encoded = match raw {
                Some(octets) => base64url(octets),
                None => base64url(members.render("", "")),
            };
            respell.map_or(encoded.clone(), |respell| respell(encoded))
        };
        let header = part(&self.raw_header, &self.header, self.respell_header);
        let payload = part(&self.raw_payload, &self.claims, self.respell_payload);
        let input = format!("{header}.{payload}");
        let signing = Signing { input: input.as_bytes(), key: &self.key, token: self };
        let signature = match self.signature {
            Some(signature) => signature(&signing),
            None => signing.honest(),
        };
        let compact = Compact { header, payload, signature: base64url(signature), issuer: self.issuer.clone() };
        match self.reshape {
            Some(reshape) => reshape(compact),
            None => compact.join(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.issuer.clock().unix_seconds()
    }

    pub(crate) fn foreign_key(&self) -> TestKey {
        TestKey::foreign(self.key.algorithm())
    }
}

impl fmt::Debug for TokenBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder").field("issuer", &self.issuer).field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
