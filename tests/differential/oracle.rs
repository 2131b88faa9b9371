//! `jsonwebtoken`, used as carefully as it can be: one algorithm for each key, the key by its `kid`, issuer, audience
//! and expiry demanded, times checked with the same leeway.

use std::fmt;

use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
use jsonwebtoken::errors::Error;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use portcullis::defaults::LEEWAY;
use portcullis_testing::TestIssuer;
use serde_json::{Map, Value};

use crate::scene::Scene;

/// One of its cryptographic providers. A process can have one, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    AwsLcRs,
    RustCrypto,
}

impl Provider {
    pub(crate) const ALL: [Self; 2] = [Self::AwsLcRs, Self::RustCrypto];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AwsLcRs => "aws_lc_rs",
            Self::RustCrypto => "rust_crypto",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    pub(crate) fn install(self) {
        let provider: &'static CryptoProvider = match self {
            Self::AwsLcRs => &aws_lc::DEFAULT_PROVIDER,
            Self::RustCrypto => &rust_crypto::DEFAULT_PROVIDER,
        };
        provider.install_default().expect("nothing has used it yet");
    }
}

/// A key with the one algorithm and the one issuer that it is for.
struct BoundKey {
    kid: String,
    key: DecodingKey,
    rules: Validation,
}

pub(crate) struct Oracle {
    keys: Vec<BoundKey>,
}

/// Why the oracle refuses.
#[derive(Debug)]
pub(crate) enum Refused {
    /// No key of that name, or without a name not exactly one for the algorithm.
    Key,
    Token(Error),
}

impl Oracle {
    /// After [`Provider::install`].
    pub(crate) fn new(scene: &Scene) -> Self {
        let published: JwkSet = serde_json::from_str(&scene.jwks).expect("a JWK Set");
        let mut keys: Vec<BoundKey> = published.keys.iter().filter_map(bound).collect();
        keys.push(BoundKey {
            kid: scene.secret_kid().to_owned(),
            key: DecodingKey::from_secret(&scene.secret),
            rules: rules(Algorithm::HS256, scene.secret_issuer()),
        });
        Self { keys }
    }

    /// The claims of a good token.
    pub(crate) fn verify(&self, token: &str) -> Result<Map<String, Value>, Refused> {
        let header = decode_header(token).map_err(Refused::Token)?;
        let mut fitting = self.keys.iter().filter(|bound| match &header.kid {
            Some(kid) => bound.kid == *kid,
            None => bound.rules.algorithms.contains(&header.alg),
        });
        let (Some(bound), None) = (fitting.next(), fitting.next()) else { return Err(Refused::Key) };
        decode(token, &bound.key, &bound.rules).map(|data| data.claims).map_err(Refused::Token)
    }
}

/// A published key that it can use: not the one that is pinned to the name Ed25519.
fn bound(jwk: &Jwk) -> Option<BoundKey> {
    let algorithm = jwk.common.key_algorithm?.to_string().parse().ok()?;
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some(BoundKey { kid: jwk.common.key_id.clone()?, key, rules: rules(algorithm, TestIssuer::URL) })
}

fn rules(algorithm: Algorithm, issuer: &str) -> Validation {
    let mut rules = Validation::new(algorithm);
    rules.set_required_spec_claims(&["iss", "aud", "exp"]);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[TestIssuer::AUDIENCE]);
    rules.validate_nbf = true;
    rules.leeway = LEEWAY.as_secs();
    rules
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key => f.write_str("no one key"),
            Self::Token(error) => write!(f, "{error}"),
        }
    }
}
