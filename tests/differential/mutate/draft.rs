//! A token under construction.

use fastrand::Rng;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};

use super::{Object, Stage};
use crate::encoding::base64url;
use crate::scene::{Scene, SigningKey};

/// What signs it.
#[derive(Debug, Clone)]
pub(crate) enum Sign<'a> {
    /// The key that it was drafted for.
    Honest,
    /// The same key, but before anything was changed.
    BeforeTheChange,
    /// Another key of the scene.
    Other(&'a SigningKey),
    /// HMAC by something that is no secret.
    Hmac(Vec<u8>),
}

pub(crate) struct Draft<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) key: &'a SigningKey,
    pub(crate) sign: Sign<'a>,
    pub(crate) header: Object,
    pub(crate) payload: Object,
    /// Header and payload from [`Stage::Octets`] on.
    pub(crate) octets: [Vec<u8>; 2],
    /// The parts from [`Stage::Encoded`] on, signature included from [`Stage::Signed`] on.
    pub(crate) parts: Vec<String>,
    unchanged: String,
    /// Every whole token that a key of the issuer signed on the way.
    signed: Vec<String>,
    stage: Stage,
}

impl<'a> Draft<'a> {
    /// A good token by any of the keys.
    pub(crate) fn new(scene: &'a Scene, rng: &mut Rng) -> Self {
        Self::by(scene, scene.any_key(rng))
    }

    pub(crate) fn by(scene: &'a Scene, key: &'a SigningKey) -> Self {
        let (header, payload) = scene.base(key);
        Self {
            scene,
            key,
            sign: Sign::Honest,
            unchanged: format!("{}.{}", base64url(header.render()), base64url(payload.render())),
            header,
            payload,
            octets: Default::default(),
            parts: Vec::new(),
            signed: Vec::new(),
            stage: Stage::Members,
        }
    }

    /// Makes the token as far as that stage.
    pub(crate) fn advance(&mut self, stage: Stage) {
        if self.stage < Stage::Octets && stage >= Stage::Octets {
            self.octets = [self.header.render().into_bytes(), self.payload.render().into_bytes()];
        }
        if self.stage < Stage::Encoded && stage >= Stage::Encoded {
            self.parts = self.octets.iter().map(base64url).collect();
        }
        if self.stage < Stage::Signed && stage >= Stage::Signed {
            let input = self.parts.join(".");
            let (signature, covers, published) = match &self.sign {
                Sign::Honest => (self.key.sign(input.as_bytes()), input, true),
                Sign::BeforeTheChange => (self.key.sign(self.unchanged.as_bytes()), self.unchanged.clone(), true),
                Sign::Other(key) => (key.sign(input.as_bytes()), input, key.is_published()),
                Sign::Hmac(secret) => (hmac(secret, input.as_bytes()), input, false),
            };
            let signature = base64url(signature);
            if published {
                self.remember(format!("{covers}.{signature}"));
            }
            self.parts.push(signature);
        }
        self.stage = self.stage.max(stage);
    }

    /// That token is honestly signed, and may be what comes out in the end.
    pub(crate) fn remember(&mut self, token: String) {
        self.signed.push(token);
    }

    /// The token, and whether its signature is honest.
    pub(crate) fn finish(mut self) -> (String, bool) {
        self.advance(Stage::Signed);
        (self.parts.join("."), self.is_honest())
    }

    /// Whether the parts as they are now were signed by a key of the issuer.
    pub(crate) fn is_honest(&self) -> bool {
        self.signed.contains(&self.parts.join("."))
    }

    /// Of the key that signs.
    pub(crate) fn algorithm(&self) -> portcullis::Algorithm {
        match &self.sign {
            Sign::Honest | Sign::BeforeTheChange => self.key.algorithm(),
            Sign::Other(key) => key.algorithm(),
            Sign::Hmac(_) => portcullis::Algorithm::HS256,
        }
    }
}

fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::HS256, &EncodingKey::from_secret(secret));
    signer.and_then(|signer| Ok(signer.try_sign(message)?)).expect("HMAC takes any octets")
}
