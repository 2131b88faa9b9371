//! A platform for huskarl on AWS-LC, with keys parsed once.

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use huskarl_resource_server::core::crypto::KeyMatchStrength;
use huskarl_resource_server::core::crypto::verifier::{
    CreateVerifierError, JwsVerifier, JwsVerifierPlatform, KeyMatch, VerifyError,
};
use huskarl_resource_server::core::jwk::{PublicJwk, PublicKey};
use huskarl_resource_server::core::platform::MaybeSendBoxFuture;
use huskarl_resource_server::core::{Error, RetryAdvice};

#[derive(Debug)]
pub(super) struct AwsLc;

#[derive(Debug)]
struct Key {
    algorithm: &'static str,
    kid: Option<String>,
    key: ParsedPublicKey,
}

fn parsed(jwk: &PublicJwk) -> Option<(&'static str, ParsedPublicKey)> {
    match &jwk.key {
        PublicKey::Rsa(rsa) => {
            let components = RsaPublicKeyComponents { n: &rsa.n, e: &rsa.e };
            Some(("RS256", components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?))
        }
        PublicKey::Ec(ec) if ec.crv == "P-256" => {
            let point = [&[0x04][..], &ec.x, &ec.y].concat();
            Some(("ES256", ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).ok()?))
        }
        _ => None,
    }
}

impl JwsVerifierPlatform for AwsLc {
    fn create_verifier_from_jwk(
        &self,
        jwk: PublicJwk,
    ) -> MaybeSendBoxFuture<'static, Result<Arc<dyn JwsVerifier>, CreateVerifierError>> {
        Box::pin(async move {
            let unsupported = || Error::new(RetryAdvice::No, "neither RS256 nor ES256");
            let (algorithm, key) =
                parsed(&jwk).ok_or_else(|| CreateVerifierError::UnsupportedKey { source: unsupported() })?;
            Ok(Arc::new(Key { algorithm, kid: jwk.kid, key }) as Arc<dyn JwsVerifier>)
        })
    }

    fn supported_signature_algorithms(&self) -> &[&str] {
        &["RS256", "ES256"]
    }
}

impl JwsVerifier for Key {
    fn key_match(&self, wanted: &KeyMatch<'_>) -> Option<KeyMatchStrength> {
        wanted.strength_for(&[self.algorithm], self.kid.as_deref())
    }

    fn verify<'a>(
        &'a self,
        input: &'a [u8],
        signature: &'a [u8],
        _: &'a KeyMatch<'a>,
    ) -> MaybeSendBoxFuture<'a, Result<(), VerifyError>> {
        Box::pin(async move { self.key.verify_sig(input, signature).map_err(|_| VerifyError::SignatureMismatch) })
    }
}
