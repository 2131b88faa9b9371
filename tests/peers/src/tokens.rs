//! What servers are asked with.

use base64_simd::URL_SAFE_NO_PAD;
use portcullis::Algorithm;
use portcullis_benches::{Mint, Published, take_apart};

use crate::servers::Alg;
use crate::{KeyServer, Request, Trust};

/// Two issuers, one with an RSA and one with a P-256 key, and one place where both keys are.
pub struct Issuers {
    rs256: Mint,
    es256: Mint,
    keys: KeyServer,
}

/// What a token has besides what all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Rfc9068,
    /// `azp` and `typ` among its claims, without which axum-keycloak-auth answers 500.
    Keycloak,
}

/// Tokens that nobody should accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    Garbage,
    UnknownKid,
    Signature,
    Expired,
    Audience,
}

impl Bad {
    /// Those whose refusal is timed.
    pub const TIMED: [Self; 4] = [Self::Garbage, Self::UnknownKid, Self::Signature, Self::Expired];

    /// As the tables call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Garbage => "garbage",
            Self::UnknownKid => "unknown kid",
            Self::Signature => "bad signature",
            Self::Expired => "expired",
            Self::Audience => "another audience",
        }
    }
}

impl Issuers {
    /// New ones, whose keys are served from here on.
    ///
    /// # Panics
    /// Where the loopback cannot be bound.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it starts a server")]
    pub fn new() -> Self {
        let (rs256, es256) = (Mint::numbered(0, Algorithm::RS256), Mint::numbered(1, Algorithm::ES256));
        let keys = KeyServer::start(&rs256.published().jwks([es256.published()]));
        Self { rs256, es256, keys }
    }

    /// The issuer of such tokens.
    #[must_use]
    pub fn mint(&self, alg: Alg) -> &Mint {
        match alg {
            Alg::Rs256 => &self.rs256,
            Alg::Es256 => &self.es256,
        }
    }

    /// What to tell a server that is to accept them.
    #[must_use]
    pub fn trust(&self, alg: Alg) -> Trust {
        self.keys.trust(self.mint(alg).published().url(), Published::AUDIENCE)
    }

    /// Where its keys come from.
    #[must_use]
    pub fn keys(&self) -> &KeyServer {
        &self.keys
    }

    /// So many good tokens, no two alike.
    #[must_use]
    pub fn good(&self, alg: Alg, shape: Shape, count: usize) -> Vec<Request> {
        let mint = self.mint(alg);
        let tokens = mint.many(count, |number| shaped(mint, shape, mint.token(number)));
        tokens.iter().map(|token| bearer(token)).collect()
    }

    /// So many bad ones.
    #[must_use]
    pub fn bad(&self, alg: Alg, shape: Shape, bad: Bad, count: usize) -> Vec<Request> {
        let mint = self.mint(alg);
        let tokens = mint.many(count, |number| match bad {
            Bad::Garbage => format!("garbage-of-no-meaning-{number}"),
            Bad::UnknownKid => shaped(mint, shape, mint.unknown_kid(number)),
            Bad::Signature => forged(&shaped(mint, shape, mint.token(number))),
            Bad::Expired => shaped(mint, shape, mint.expired(number)),
            Bad::Audience => {
                let token = shaped(mint, shape, mint.token(number));
                altered(mint, &token, |claims| claims.replace(Published::AUDIENCE, "https://app.test"))
            }
        });
        tokens.iter().map(|token| bearer(token)).collect()
    }
}

fn bearer(token: &str) -> Request {
    Request::from_str(&format!("Bearer {token}")).expect("tokens are base64url")
}

fn shaped(mint: &Mint, shape: Shape, token: String) -> String {
    match shape {
        Shape::Rfc9068 => token,
        Shape::Keycloak => altered(mint, &token, |claims| {
            format!(r#"{},"azp":"web-app","typ":"Bearer"}}"#, claims.strip_suffix('}').expect("an object"))
        }),
    }
}

/// The token with other claims, signed again.
fn altered(mint: &Mint, token: &str, alter: impl Fn(&str) -> String) -> String {
    let mut parts = token.split('.');
    let (header, claims) = parts.next().zip(parts.next()).expect("a token has dots");
    let claims = URL_SAFE_NO_PAD.decode_to_vec(claims).expect("a token is base64url");
    let claims = alter(std::str::from_utf8(&claims).expect("claims are JSON"));
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode_to_string(claims));
    let signature = mint.key().sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode_to_string(signature))
}

/// The token with one bit of its signature wrong.
fn forged(token: &str) -> String {
    let (input, mut signature) = take_apart(token);
    let middle = signature.len() / 2;
    signature[middle] ^= 1;
    format!("{input}.{}", URL_SAFE_NO_PAD.encode_to_string(signature))
}
