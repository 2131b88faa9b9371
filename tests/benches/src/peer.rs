//! The usual way without this library: `jsonwebtoken`, as its documentation shows it.

use std::sync::Once;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm as Jwa, DecodingKey, Validation, decode, decode_header};
use portcullis::Algorithm;

use crate::{Claims, Published};

/// A key and the rules that `decode` wants.
#[derive(Debug)]
pub struct Peer {
    key: DecodingKey,
    validation: Validation,
}

impl Peer {
    /// One that accepts that issuer's tokens; `None` for algorithms that it does not have.
    ///
    /// # Panics
    /// If another provider was installed in this process before: its figures would be another library's.
    #[must_use]
    pub fn trusting(issuer: &Published) -> Option<Self> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| DEFAULT_PROVIDER.install_default().expect("nobody else installs one"));
        let key = match issuer.secret() {
            Some(secret) => DecodingKey::from_secret(secret),
            None => DecodingKey::from_jwk(&serde_json::from_value(issuer.jwk().clone()).ok()?).ok()?,
        };
        let mut validation = Validation::new(jwa(issuer.algorithm())?);
        validation.set_issuer(&[issuer.url()]);
        validation.set_audience(&[Published::AUDIENCE]);
        validation.validate_nbf = true;
        Some(Self { key, validation })
    }

    /// `decode_header`, whose `kid` would choose the key, and `decode`.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Claims> {
        decode_header(token).ok()?.kid?;
        decode(token, &self.key, &self.validation).ok().map(|data| data.claims)
    }
}

fn jwa(algorithm: Algorithm) -> Option<Jwa> {
    Some(match algorithm {
        Algorithm::RS256 => Jwa::RS256,
        Algorithm::RS384 => Jwa::RS384,
        Algorithm::RS512 => Jwa::RS512,
        Algorithm::PS256 => Jwa::PS256,
        Algorithm::PS384 => Jwa::PS384,
        Algorithm::PS512 => Jwa::PS512,
        Algorithm::ES256 => Jwa::ES256,
        Algorithm::ES384 => Jwa::ES384,
        Algorithm::EdDSA => Jwa::EdDSA,
        Algorithm::HS256 => Jwa::HS256,
        Algorithm::HS384 => Jwa::HS384,
        Algorithm::HS512 => Jwa::HS512,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mint;
    use crate::mint::damaged;

    #[test]
    fn it_decides_as_we_do() {
        for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
            let mint = Mint::new(algorithm);
            let peer = Peer::trusting(mint.published()).unwrap();
            assert_eq!(peer.verify(&mint.token(1)).unwrap().roles.len(), 5, "{algorithm:?}");
            assert!(peer.verify(&damaged(&mint.token(1))).is_none() && peer.verify(&mint.expired(1)).is_none());
        }
        assert!(Peer::trusting(Mint::new(Algorithm::ES512).published()).is_none());
    }
}
