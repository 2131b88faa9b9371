//! An issuer in the test's own process.

mod builder;
mod key_ring;

pub use builder::TestIssuerBuilder;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis::{Algorithm, KeyKind};
use serde_json::{Value, json};

use crate::clock::ManualClock;
use crate::key::{Material, TestKey};
use crate::token::TokenBuilder;
use key_ring::KeyRing;

/// An authorization server's issuing half: keys, tokens, a key set and a discovery document. No sockets.
///
/// Clones are the same issuer. Its keys follow from its seed, so a run can be repeated, and are public knowledge.
///
/// ```
/// use portcullis_testing::TestIssuer;
///
/// let issuer = TestIssuer::new();
/// let token = issuer.token().subject("alice").scope("invoices:read").claim("tenant", "acme").sign();
/// assert_eq!(token.split('.').count(), 3);
/// assert!(issuer.jwks().contains(&issuer.current_kid()));
/// ```
#[derive(Clone)]
pub struct TestIssuer {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    audience: String,
    algorithm: Algorithm,
    clock: ManualClock,
    seed: u64,
    jwks_without_alg: bool,
    keys: Mutex<KeyRing>,
    tokens: AtomicU64,
}

impl TestIssuer {
    /// Where [`new`](Self::new) pretends to be. `.test` is reserved (RFC 2606 §2), so nothing real is ever there.
    pub const URL: &str = "https://issuer.test";
    /// Whom its tokens are for, unless said otherwise.
    pub const AUDIENCE: &str = "https://api.test";

    /// [`URL`](Self::URL), [`AUDIENCE`](Self::AUDIENCE), RS256, seed 0, a clock of its own at
    /// [`ManualClock::START`].
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// An issuer with other settings.
    pub fn builder() -> TestIssuerBuilder {
        TestIssuerBuilder::new()
    }

    /// Its identifier: `iss` of its tokens, `issuer` of its discovery document, character for character.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// `aud` of its tokens, unless said otherwise.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.inner.audience
    }

    /// The algorithm it signs with, unless said otherwise.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.inner.algorithm
    }

    /// The clock that dates its tokens. Give the same one to what is under test.
    #[must_use]
    pub fn clock(&self) -> ManualClock {
        self.inner.clock.clone()
    }

    /// A token of the shape of RFC 9068 §2, good for an hour: `typ: at+jwt`, `iss`, `exp`, `aud`, `sub`, `client_id`,
    /// `iat`, `jti`. Change what the test is about, then [`sign`](TokenBuilder::sign).
    pub fn token(&self) -> TokenBuilder {
        TokenBuilder::new(self, self.inner.tokens.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A logout token (OpenID Connect Back-Channel Logout §2.4) for the client `test-client`, good for two minutes:
    /// `typ: logout+jwt`, `iss`, `exp`, `aud`, `sub` `test-user`, `iat`, `jti`, `sid` `test-session`, `events`.
    pub fn logout_token(&self) -> TokenBuilder {
        TokenBuilder::logout(self, self.inner.tokens.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The key set as it is served now (RFC 7517 §5): public halves only, `use: sig`, distinct `kid`s.
    #[must_use]
    pub fn jwks(&self) -> String {
        json!({ "keys": self.published_jwks() }).to_string()
    }

    pub(crate) fn published_jwks(&self) -> Vec<Value> {
        let mut jwks: Vec<Value> = self.keys().published().iter().map(TestKey::jwk).collect();
        if self.inner.jwks_without_alg {
            for jwk in jwks.iter_mut().filter_map(Value::as_object_mut) {
                jwk.remove("alg");
            }
        }
        jwks
    }

    /// The discovery document (RFC 8414 §2, OpenID Connect Discovery §3).
    #[must_use]
    pub fn discovery(&self) -> String {
        let base = self.base();
        let algorithms: Vec<&str> = self.keys().signing().iter().map(|key| key.algorithm().name()).collect();
        json!({
            "issuer": self.url(),
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "jwks_uri": self.jwks_url(),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": algorithms,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
        .to_string()
    }

    /// Where the key set is: `/jwks` below the issuer.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        format!("{}/jwks", self.base())
    }

    /// Every URL at which a client may look for the discovery document: RFC 8414 §3 (inserted between host and path),
    /// OpenID Connect Discovery §4 (appended), and the OpenID name in the RFC 8414 place (RFC 8414 §5). Without a path
    /// in the issuer, the last two are one.
    #[must_use]
    pub fn discovery_urls(&self) -> Vec<String> {
        let base = self.base();
        let start = base.find("://").map_or(0, |at| at + 3);
        let path_at = base[start..].find('/').map_or(base.len(), |at| start + at);
        let (origin, path) = base.split_at(path_at);
        let mut urls = vec![
            format!("{origin}/.well-known/oauth-authorization-server{path}"),
            format!("{base}/.well-known/openid-configuration"),
        ];
        if !path.is_empty() {
            urls.push(format!("{origin}/.well-known/openid-configuration{path}"));
        }
        urls
    }

    /// The URL with no slash at the end.
    pub(crate) fn base(&self) -> &str {
        self.url().trim_end_matches('/')
    }

    /// The `kid` that tokens are signed under now.
    #[must_use]
    pub fn current_kid(&self) -> String {
        self.signing_key(self.algorithm()).kid().to_owned()
    }

    /// The `kid`s in the key set now.
    #[must_use]
    pub fn published_kids(&self) -> Vec<String> {
        self.keys().published().iter().map(|key| key.kid().to_owned()).collect()
    }

    /// The key that tokens are signed with now.
    #[must_use]
    pub fn current_key(&self) -> TestKey {
        self.signing_key(self.algorithm())
    }

    /// The current public key in PEM; empty when the issuer signs with a shared secret.
    #[must_use]
    pub fn public_key_pem(&self) -> String {
        self.current_key().public_key_pem()
    }

    /// The secret behind its HS256, HS384 and HS512 tokens: 64 octets. Never in the key set.
    #[must_use]
    pub fn shared_secret(&self) -> Vec<u8> {
        match Material::derived(KeyKind::Secret, self.inner.seed, 0) {
            Material::Secret(secret) => secret,
            _ => Vec::new(),
        }
    }

    /// Signs with a new key from now on; the old one stays published, so tokens under it stay good.
    pub fn rotate(&self) {
        self.keys().rotate(true);
    }

    /// Signs with a new key from now on and publishes nothing else: tokens under the old key are dead.
    pub fn rotate_without_overlap(&self) {
        self.keys().rotate(false);
    }

    /// Publishes the key that the next rotation will sign with, as careful servers do ahead of time.
    pub fn publish_next_key(&self) {
        self.keys().announce();
    }

    /// Takes a key out of the key set; whether there was one of that name. Withdrawing the current key leaves it
    /// signing, so that tokens under a withdrawn key can be had.
    pub fn withdraw(&self, kid: &str) -> bool {
        self.keys().withdraw(kid)
    }

    /// The key for that algorithm, published from now on if it was not.
    pub(crate) fn signing_key(&self, algorithm: Algorithm) -> TestKey {
        self.keys().signing_key(algorithm)
    }

    // A panic elsewhere cannot leave the ring half-turned: every change ends with plain assignments.
    fn keys(&self) -> MutexGuard<'_, KeyRing> {
        self.inner.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TestIssuer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer").field("url", &self.inner.url).field("kids", &self.published_kids()).finish()
    }
}

#[cfg(test)]
mod tests;
