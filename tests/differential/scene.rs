//! Two issuers, their keys, and the verifiers under test: one for each backend, all on one clock that stands at the
//! second that the oracle's clock shows.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fastrand::Rng;
use portcullis::Algorithm::{
    self, ES256, ES384, ES512, Ed25519, EdDSA, HS256, PS256, PS384, PS512, RS256, RS384, RS512,
};
use portcullis::{Authenticator, CryptoBackend, Issuer};
use portcullis_testing::{ManualClock, TestIssuer, TestKey};
use serde_json::{Map, Value};

use crate::encoding::decoded;
use crate::mutate::Object;

/// What tokens are drafted for, and how often: RSA signatures cost ten times as much as others.
const DRAFTED: &[(Algorithm, usize)] =
    &[(RS256, 2), (PS256, 2), (ES256, 6), (ES384, 2), (EdDSA, 8), (HS256, 8), (Ed25519, 1)];

/// Published too, and used to swap keys.
const OTHERS: [Algorithm; 4] = [RS384, RS512, PS384, PS512];

/// The issuer with a local secret; the other one has [`TestIssuer::URL`].
const SECRET_ISSUER: &str = "https://secret.test";

pub(crate) struct Scene {
    clock: ManualClock,
    /// By AWS-LC, and in pure Rust.
    pub(crate) ours: [Authenticator; 2],
    pub(crate) jwks: String,
    pub(crate) secret: Vec<u8>,
    keys: Vec<SigningKey>,
    foreign: Vec<SigningKey>,
}

/// A key with what its good tokens look like.
#[derive(Debug)]
pub(crate) struct SigningKey {
    key: TestKey,
    pub(crate) issuer: String,
    header: Map<String, Value>,
    payload: Map<String, Value>,
    published: bool,
}

impl SigningKey {
    fn of(algorithm: Algorithm) -> Self {
        let url = if algorithm == HS256 { SECRET_ISSUER } else { TestIssuer::URL };
        let issuer = TestIssuer::builder().url(url).algorithm(algorithm).build();
        let token = issuer
            .token()
            .subject("alice")
            .scope("invoices:read invoices:write")
            .claim("nbf", 0)
            .claim("roles", vec!["clerk", "admin"])
            .claim("address", serde_json::json!({ "country": "NL", "lines": ["a", 1, null, { "b": 2.5 }] }))
            .sign();
        let part = |at: usize| {
            let octets = token.split('.').nth(at).and_then(decoded).unwrap_or_default();
            serde_json::from_slice(&octets).expect("a token of the test kit holds objects")
        };
        Self { key: issuer.current_key(), issuer: url.to_owned(), header: part(0), payload: part(1), published: true }
    }

    /// The same names, and the key of an attacker.
    fn forged(&self) -> Self {
        Self {
            key: TestKey::foreign(self.algorithm()),
            issuer: self.issuer.clone(),
            header: self.header.clone(),
            payload: self.payload.clone(),
            published: false,
        }
    }

    pub(crate) fn kid(&self) -> &str {
        self.key.kid()
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    pub(crate) fn is_published(&self) -> bool {
        self.published
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }

    /// What everybody can read of it, in the forms that get taken for secrets.
    pub(crate) fn public_texts(&self) -> Vec<Vec<u8>> {
        let (jwk, pem) = (self.key.jwk(), self.key.public_key_pem());
        let member = |name: &str| jwk[name].as_str().unwrap_or_default();
        let text = |text: &str| text.as_bytes().to_vec();
        let mut texts = vec![text(&pem), text(pem.trim_end()), text(&jwk.to_string()), text(self.kid()), Vec::new()];
        for name in ["n", "x"] {
            texts.extend([text(member(name)), decoded(member(name)).unwrap_or_default()]);
        }
        texts
    }
}

impl Scene {
    /// `weakened`: without the rules for audience and expiry.
    pub(crate) fn new(weakened: bool) -> Self {
        let clock = ManualClock::new();
        let public = TestIssuer::builder().every_algorithm().build();
        // Pure Rust has no ES512, neither here nor in the oracle.
        public.withdraw(TestIssuer::builder().algorithm(ES512).build().current_key().kid());
        let local = TestIssuer::builder().algorithm(HS256).build();
        let keys: Vec<SigningKey> =
            DRAFTED.iter().map(|(algorithm, _)| *algorithm).chain(OTHERS).map(SigningKey::of).collect();
        let ours = [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto].map(|backend| {
            let secret = Issuer::new(SECRET_ISSUER, local.audience()).local_secret(
                HS256,
                local.shared_secret(),
                Some(&local.current_kid()),
            );
            let rules = Issuer::new(public.url(), public.audience()).key_set(public.jwks());
            let rules = if weakened {
                rules.dangerous_accept_any_audience().dangerous_accept_tokens_without_expiry()
            } else {
                rules
            };
            Authenticator::trusting(rules)
                .also_trust(secret)
                .clock(clock.clone())
                .crypto(backend)
                .build()
                .expect("a good configuration")
        });
        Self {
            clock,
            ours,
            jwks: public.jwks(),
            secret: local.shared_secret(),
            foreign: keys.iter().map(SigningKey::forged).collect(),
            keys,
        }
    }

    /// Puts the clock of the verifiers at that second since 1970.
    pub(crate) fn set_time(&self, second: u64) {
        self.clock.set_wall(UNIX_EPOCH + Duration::from_secs(second));
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.unix_seconds()
    }

    /// Header and payload of a good token of this second.
    pub(crate) fn base(&self, key: &SigningKey) -> (Object, Object) {
        let (now, mut payload) = (self.now(), Object::of(&key.payload));
        for (name, time) in [("exp", now + 3600), ("nbf", now), ("iat", now)] {
            payload.set(name, time.to_string());
        }
        (Object::of(&key.header), payload)
    }

    /// A key that tokens are drafted for.
    pub(crate) fn any_key(&self, rng: &mut Rng) -> &SigningKey {
        let mut tickets = DRAFTED.iter().enumerate().flat_map(|(at, (_, weight))| std::iter::repeat_n(at, *weight));
        let drawn = rng.usize(..tickets.clone().count());
        &self.keys[tickets.nth(drawn).unwrap_or_default()]
    }

    /// Any published key, or the secret.
    pub(crate) fn any_signing_key(&self, rng: &mut Rng) -> &SigningKey {
        &self.keys[rng.usize(..self.keys.len())]
    }

    /// The one key for the algorithm of that name.
    pub(crate) fn key_for(&self, algorithm: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.algorithm().name() == algorithm)
    }

    pub(crate) fn foreign(&self, algorithm: Algorithm) -> &SigningKey {
        self.foreign.iter().find(|key| key.algorithm() == algorithm).unwrap_or(&self.foreign[0])
    }

    pub(crate) fn audience(&self) -> &'static str {
        TestIssuer::AUDIENCE
    }

    /// `iss` of the issuer with the local secret.
    pub(crate) fn secret_issuer(&self) -> &'static str {
        SECRET_ISSUER
    }

    pub(crate) fn other_issuer(&self, issuer: &str) -> &'static str {
        if issuer == SECRET_ISSUER { TestIssuer::URL } else { SECRET_ISSUER }
    }

    /// `kid` of the local secret.
    pub(crate) fn secret_kid(&self) -> &str {
        self.key_for("HS256").map_or("", SigningKey::kid)
    }
}

/// The second that the oracle's clock shows: it knows no other clock than the system's.
pub(crate) fn system_second() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
