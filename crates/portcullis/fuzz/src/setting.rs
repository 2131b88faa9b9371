//! The verifier under test: its issuers, and the keys that the harness can sign with.

use std::fmt::Debug;
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use portcullis::{Algorithm, Authenticator, Issuer, Refusal};
use serde_json::{Value, json};

use crate::clock::StandingClock;

/// Whom every token must be for.
pub const AUDIENCE: &str = "https://api.test";
/// Public keys for every algorithm: the test kit's, and two of the harness.
pub const PUBLIC: &str = "https://issuer.test";
/// Secrets, a place for roles, and a limit on the age.
pub const LOCAL: &str = "https://local.test";
/// The profile of RFC 9068, with the first of the secrets.
pub const PROFILE: &str = "https://profile.test";
/// The rules for a Keycloak realm, with the first of the secrets.
pub const KEYCLOAK: &str = "https://keycloak.test/realms/a";

pub const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// For HS256, HS384 and HS512, longest last.
pub const SECRETS: [(Algorithm, &[u8]); 3] = [
    (Algorithm::HS256, b"a secret of thirty-two octets ..."),
    (Algorithm::HS384, b"a secret of forty-eight octets and perhaps a few more"),
    (Algorithm::HS512, b"a secret of sixty-four octets, which is as many as SHA-512 makes of it"),
];

/// The key set that the test kit's issuer publishes, written by the `seeds` program.
const ISSUER_JWKS: &str = include_str!("../keys/issuer.json");

/// Private keys for two fast algorithms.
pub struct SigningKeys {
    ed25519: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    random: SystemRandom,
}

impl SigningKeys {
    pub fn new() -> Self {
        // RFC 5915: the scalar, and the name of the curve.
        let scalar = [7; 32];
        let curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let private = [&[0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20][..], &scalar, &curve].concat();
        Self {
            ed25519: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed of the right length"),
            p256: EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &private)
                .expect("a private key"),
            random: SystemRandom::new(),
        }
    }

    pub fn ed25519(&self, message: &[u8]) -> Vec<u8> {
        self.ed25519.sign(message).as_ref().to_vec()
    }

    pub fn p256(&self, message: &[u8]) -> Vec<u8> {
        self.p256.sign(&self.random, message).expect("signing needs only randomness").as_ref().to_vec()
    }

    fn jwks(&self) -> [Value; 2] {
        let (x, y) = self.p256.public_key().as_ref()[1..].split_at(32);
        let text = |octets: &[u8]| BASE64URL.encode(octets);
        [
            json!({ "kty": "EC", "crv": "P-256", "kid": "e", "alg": "ES256", "x": text(x), "y": text(y) }),
            json!({ "kty": "OKP", "crv": "Ed25519", "kid": "d", "x": text(self.ed25519.public_key().as_ref()) }),
        ]
    }
}

pub fn hmac(algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    let hash = match algorithm {
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    let (_, secret) = SECRETS.into_iter().find(|(one, _)| *one == algorithm).expect("an HMAC algorithm");
    hmac::sign(&hmac::Key::new(hash, secret), message).as_ref().to_vec()
}

/// Every public key of [`PUBLIC`].
pub fn public_jwks() -> Vec<Value> {
    let mut document: Value = serde_json::from_str(ISSUER_JWKS).expect("the committed key set is JSON");
    let mut jwks = document["keys"].as_array_mut().map(std::mem::take).expect("a key set");
    jwks.extend(SigningKeys::new().jwks());
    jwks
}

pub fn authenticator() -> Authenticator {
    let [hs256, hs384, hs512] = SECRETS;
    let public = Issuer::new(PUBLIC, AUDIENCE).key_set(json!({ "keys": public_jwks() }).to_string());
    let local = Issuer::new(LOCAL, AUDIENCE)
        .local_secret(hs256.0, hs256.1, Some("h"))
        .local_secret(hs384.0, hs384.1, None)
        .local_secret(hs512.0, hs512.1, Some("j"))
        .roles_from(["realm_access", "roles"])
        .max_token_age(MAX_AGE);
    let profile = Issuer::new(PROFILE, AUDIENCE).local_secret(hs256.0, hs256.1, None).allow_scope_arrays().rfc9068();
    let keycloak = Issuer::keycloak(KEYCLOAK, AUDIENCE).local_secret(hs256.0, hs256.1, None);
    let built = Authenticator::trusting(public)
        .also_trust(local)
        .also_trust(profile)
        .also_trust(keycloak)
        .clock(StandingClock)
        .resource_metadata("https://api.test/.well-known/oauth-protected-resource")
        .describe_refusals()
        .problem_details()
        .build();
    built.unwrap_or_else(|error| panic!("the setting is valid: {error}"))
}

/// A refusal can be sent as it is, and blames the request.
pub fn is_orderly(refusal: &Refusal) {
    assert!(matches!(refusal.status, 400 | 401 | 403), "{refusal:?}");
    let is_field = |value: &str| value.bytes().all(|octet| matches!(octet, b' '..=b'~'));
    assert!(refusal.headers.iter().all(|(_, value)| is_field(value)), "{refusal:?}");
    assert!(serde_json::from_slice::<Value>(&refusal.body).is_ok_and(|body| body.is_object()), "{refusal:?}");
}

/// `text` occurs neither in what is shown of an error nor in what is answered.
pub fn keeps_secret(shown: &dyn Debug, text: &str) {
    assert!(!format!("{shown:?}").contains(text), "{shown:?}");
}
