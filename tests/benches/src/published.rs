//! What a resource server knows of an issuer.

use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, Issuer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{RawKey, SigningKey};

/// An issuer's name and key, without the private half. Can be written down for another process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Published {
    url: String,
    algorithm: String,
    kid: String,
    jwk: Value,
    secret: Option<Vec<u8>>,
}

impl Published {
    /// Whom the tokens are for.
    pub const AUDIENCE: &str = "https://api.test";

    pub(crate) fn new(url: String, key: &SigningKey) -> Self {
        Self {
            url,
            algorithm: key.algorithm().name().to_owned(),
            kid: key.kid().to_owned(),
            jwk: key.jwk(),
            secret: key.secret().map(<[u8]>::to_vec),
        }
    }

    /// Its name: `iss`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What its tokens are signed with.
    ///
    /// # Panics
    /// If it was read from something that was not written by us.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        Algorithm::from_name(&self.algorithm).expect("the name of an algorithm")
    }

    /// Its key; `null` where that is a secret.
    #[must_use]
    pub fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// Its key, where that is a secret.
    #[must_use]
    pub fn secret(&self) -> Option<&[u8]> {
        self.secret.as_deref()
    }

    /// Its key set, after the keys of others or none.
    #[must_use]
    pub fn jwks<'a>(&'a self, further: impl IntoIterator<Item = &'a Self>) -> String {
        let all = further.into_iter().chain([self]).map(|issuer| &issuer.jwk);
        let keys: Vec<&Value> = all.filter(|jwk| !jwk.is_null()).collect();
        json!({ "keys": keys }).to_string()
    }

    /// The configuration that trusts it. Its key is given and not fetched.
    pub fn issuer(&self) -> Issuer {
        let issuer = Issuer::new(&self.url, Self::AUDIENCE);
        match self.secret() {
            Some(secret) => issuer.local_secret(self.algorithm(), secret, Some(&self.kid)),
            None => issuer.key_set(self.jwks([])),
        }
    }

    /// The same with further keys: those of others.
    pub fn issuer_with<'a>(&'a self, others: impl IntoIterator<Item = &'a Self>) -> Issuer {
        Issuer::new(&self.url, Self::AUDIENCE).key_set(self.jwks(others))
    }

    /// An authenticator's configuration that trusts only this issuer, with everything else at its default.
    pub fn authenticator(&self) -> AuthenticatorBuilder {
        Authenticator::trusting(self.issuer())
    }

    /// Its key in the hands of the library below ours.
    #[must_use]
    pub fn raw(&self) -> RawKey {
        RawKey::new(self.algorithm(), &self.jwk, self.secret())
    }
}
