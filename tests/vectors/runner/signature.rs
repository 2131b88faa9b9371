//! A JWS against a key set, for vectors whose payloads are not claims: the signature layer alone.

use portcullis::{Algorithm, Authenticator, ConfigError, CryptoBackend, Issuer, KeyKind};
use serde_json::Value;

use super::case::Got;

/// An authenticator that trusts one issuer with exactly those keys; or why they are refused.
pub(super) struct Keys(Result<Authenticator, ConfigError>);

impl Keys {
    /// A published key set is given as it is; `algorithm` is the one that the file names for keys that name none.
    /// Symmetric keys have no business in a published set: where all keys are for HMAC, each is a local secret, which
    /// is the only way to trust one.
    pub(super) fn of(keys: &[Value], algorithm: Option<Algorithm>, backend: CryptoBackend) -> Self {
        let issuer = Issuer::new("https://issuer.test/", "https://vectors.test/");
        let issuer = match &*keys.iter().map(Secret::of).collect::<Option<Vec<_>>>().unwrap_or_default() {
            [] => {
                let issuer = issuer.key_set(serde_json::json!({ "keys": keys }).to_string());
                algorithm.into_iter().fold(issuer, |issuer, algorithm| issuer.algorithms([algorithm]))
            }
            [zeros] if zeros.is_constant() => return zeros.unchecked(issuer, backend),
            secrets => secrets.iter().fold(issuer, |issuer, secret| secret.given_to(issuer)),
        };
        Self(Authenticator::trusting(issuer).crypto(backend).build())
    }

    pub(super) fn judge(&self, jws: &str) -> Got {
        match &self.0 {
            Ok(auth) => portcullis::internals::jws::verify(auth, jws).into(),
            Err(error) => error.into(),
        }
    }
}

#[derive(Clone)]
struct Secret<'a> {
    algorithm: Algorithm,
    octets: Vec<u8>,
    kid: Option<&'a str>,
}

impl<'a> Secret<'a> {
    fn of(jwk: &'a Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let algorithm = Algorithm::from_name(text("alg")?).filter(|one| one.key_kind() == KeyKind::Secret)?;
        let octets = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text("k").filter(|_| text("kty") == Some("oct"))?);
        Some(Self { algorithm, octets: octets.ok()?, kid: text("kid") })
    }

    fn given_to(&self, issuer: Issuer) -> Issuer {
        issuer.local_secret(self.algorithm, self.octets.clone(), self.kid)
    }

    /// Long enough and one octet over and over: Wycheproof tests base64 under thirty-two zeros. A configuration
    /// refuses such a secret, so that its vectors would show nothing.
    fn is_constant(&self) -> bool {
        self.octets.len() >= 32 && self.octets.iter().all(|octet| *octet == self.octets[0])
    }

    fn unchecked(&self, issuer: Issuer, backend: CryptoBackend) -> Keys {
        let stand_in = Secret { octets: (0..64).collect(), ..self.clone() };
        let auth = Authenticator::trusting(stand_in.given_to(issuer.clone())).crypto(backend).build();
        let auth = auth
            .map(|auth| portcullis::internals::jws::with_secret(auth, backend, self.algorithm, &self.octets, self.kid));
        match auth {
            Ok(Some(auth)) => Keys(Ok(auth)),
            Ok(None) => Keys(Authenticator::trusting(self.given_to(issuer)).crypto(backend).build()),
            Err(error) => Keys(Err(error)),
        }
    }
}
