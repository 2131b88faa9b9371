//! Everything that is configured about one issuer.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::claims::KindRule;
use crate::jwks::{unless_pasted, without_credentials};
use crate::token::Algorithm;

/// An issuer whose tokens are accepted, and the rules for them.
///
/// [`Issuer::new`] is right for most: keys are found by discovery, every asymmetric algorithm that a published key
/// pins is allowed, scopes are read from `scope` and `scp`, roles from `roles`, groups from `groups`. The
/// constructors named after a provider know where that provider puts things and how its access tokens are told
/// from its ID tokens.
///
/// Keys come from one place: [`jwks_url`](Issuer::jwks_url), [`key_set`](Issuer::key_set),
/// [`key_set_file`](Issuer::key_set_file), or any number of [`public_key_pem`](Issuer::public_key_pem) and
/// [`local_secret`](Issuer::local_secret).
///
/// Setters consume and never fail; `AuthenticatorBuilder::build` reports every problem at once.
///
/// ```
/// use portcullis::{Algorithm, Issuer};
///
/// let issuer = Issuer::new("https://login.example.com/", "https://api.example.com")
///     .audience("https://api.example.com/v2")
///     .algorithms([Algorithm::ES256])
///     .roles_from(["app_metadata", "roles"])
///     .rfc9068();
/// ```
#[derive(Clone)]
#[must_use]
pub struct Issuer {
    pub(crate) url: String,
    pub(crate) audience: Audience,
    pub(crate) keys: KeyLocation,
    /// The settings that said where keys come from; they exclude each other.
    pub(crate) key_settings: Vec<&'static str>,
    pub(crate) algorithms: Option<Vec<Algorithm>>,
    pub(crate) key_reuse: bool,
    pub(crate) rfc9068: bool,
    pub(crate) expiry_optional: bool,
    pub(crate) issuer_optional: bool,
    pub(crate) max_age: Option<Duration>,
    pub(crate) scopes: Vec<Vec<String>>,
    pub(crate) scope_arrays: bool,
    /// The scopes above are the application's, not the defaults.
    pub(crate) own_scopes: bool,
    pub(crate) roles: Vec<Vec<String>>,
    pub(crate) groups: Vec<Vec<String>>,
    pub(crate) tenant: Vec<Vec<String>>,
    pub(crate) kind: KindRule,
}

/// Who the tokens must be meant for.
#[derive(Debug, Clone)]
pub(crate) enum Audience {
    OneOf(Vec<String>),
    Client(Vec<String>),
    Any,
}

/// Where the keys come from.
#[derive(Clone)]
pub(crate) enum KeyLocation {
    Discovery,
    Url(String),
    Document(String),
    File(PathBuf),
    Fixed(Vec<FixedKey>),
}

/// A key given in the configuration.
#[derive(Clone)]
pub(crate) enum FixedKey {
    Pem { algorithm: Algorithm, pem: String, kid: Option<String> },
    Secret { algorithm: Algorithm, secret: Secret, kid: Option<String> },
}

/// Bytes that must not be seen.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) Vec<u8>);

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.shown())
            .field("audience", &self.audience)
            .field("keys", &self.keys)
            .field("algorithms", &self.algorithms)
            .field("rfc9068", &self.rfc9068)
            .field("max_age", &self.max_age)
            .field("scopes", &self.scopes)
            .field("roles", &self.roles)
            .field("groups", &self.groups)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// Where documents and PEM texts come from, people paste private keys by mistake: none of them is shown.
impl fmt::Debug for KeyLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discovery => f.write_str("Discovery"),
            Self::Url(url) => f.debug_tuple("Url").field(&without_credentials(url)).finish(),
            Self::Document(_) => f.write_str("Document"),
            Self::File(path) => f.debug_tuple("File").field(&shown_path(path)).finish(),
            Self::Fixed(keys) => f.debug_tuple("Fixed").field(keys).finish(),
        }
    }
}

/// The path of a file, unless it is what should be in the file.
pub(crate) fn shown_path(path: &Path) -> String {
    unless_pasted(&path.display().to_string()).to_owned()
}

impl fmt::Debug for FixedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, algorithm, kid) = match self {
            Self::Pem { algorithm, kid, .. } => ("Pem", algorithm, kid),
            Self::Secret { algorithm, kid, .. } => ("Secret", algorithm, kid),
        };
        f.debug_struct(name).field("algorithm", algorithm).field("kid", kid).finish_non_exhaustive()
    }
}

fn path<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> Vec<String> {
    segments.into_iter().map(Into::into).collect()
}

impl Issuer {
    /// An issuer and the audience that identifies this resource server.
    ///
    /// `issuer` must be exactly the `iss` of its tokens, slash for slash: it is compared octet by octet. With
    /// discovery it must be an https URL without query or fragment (RFC 8414 §2).
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            url: issuer.into(),
            audience: Audience::OneOf(vec![audience.into()]),
            keys: KeyLocation::Discovery,
            key_settings: Vec::new(),
            algorithms: None,
            key_reuse: false,
            rfc9068: false,
            expiry_optional: false,
            issuer_optional: false,
            max_age: None,
            scopes: vec![path(["scope"]), path(["scp"])],
            scope_arrays: false,
            own_scopes: false,
            roles: vec![path(["roles"])],
            groups: vec![path(["groups"])],
            tenant: Vec::new(),
            kind: KindRule::Common,
        }
    }

    /// Its name for messages: without the password that a URL may hold by mistake.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        without_credentials(&self.url)
    }

    /// Accepts one more audience: a token meant for any of them is accepted.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        match &mut self.audience {
            Audience::OneOf(list) | Audience::Client(list) => list.push(audience.into()),
            Audience::Any => self.audience = Audience::OneOf(vec![audience.into()]),
        }
        self
    }

    /// Accepts these audiences too.
    pub fn audiences<S: Into<String>>(self, audiences: impl IntoIterator<Item = S>) -> Self {
        audiences.into_iter().fold(self, Self::audience)
    }

    /// Fetches keys from this URL instead of looking it up in the issuer's metadata.
    pub fn jwks_url(self, url: impl Into<String>) -> Self {
        self.keys_from("jwks_url", KeyLocation::Url(url.into()))
    }

    /// Uses this JWK Set document (RFC 7517 §5); nothing is ever fetched.
    pub fn key_set(self, document: impl Into<String>) -> Self {
        self.keys_from("key_set", KeyLocation::Document(document.into()))
    }

    /// Reads a JWK Set document from a file when the authenticator is built; nothing is ever fetched.
    pub fn key_set_file(self, path: impl Into<PathBuf>) -> Self {
        self.keys_from("key_set_file", KeyLocation::File(path.into()))
    }

    /// Adds a public key in PEM (`PUBLIC KEY` or `RSA PUBLIC KEY`) for one algorithm; nothing is ever fetched.
    /// With a `kid`, it is for tokens that carry the same one, or none where no other key fits; without, for every
    /// token.
    pub fn public_key_pem(self, algorithm: Algorithm, pem: impl Into<String>, kid: Option<&str>) -> Self {
        self.fixed(FixedKey::Pem { algorithm, pem: pem.into(), kid: kid.map(str::to_owned) })
    }

    /// Adds a secret shared with the issuer, for HS256, HS384 or HS512: random octets, at least as many as the hash
    /// has (RFC 7518 §3.2). The only way to make HMAC acceptable; a password is not a key.
    pub fn local_secret(self, algorithm: Algorithm, secret: impl Into<Vec<u8>>, kid: Option<&str>) -> Self {
        self.fixed(FixedKey::Secret { algorithm, secret: Secret(secret.into()), kid: kid.map(str::to_owned) })
    }

    fn fixed(mut self, key: FixedKey) -> Self {
        if let KeyLocation::Fixed(keys) = &mut self.keys {
            keys.push(key);
            return self;
        }
        self.keys_from("public_key_pem or local_secret", KeyLocation::Fixed(vec![key]))
    }

    fn keys_from(mut self, setting: &'static str, keys: KeyLocation) -> Self {
        self.key_settings.push(setting);
        self.keys = keys;
        self
    }

    /// Allows only these algorithms. By default every asymmetric one is allowed that the key itself pins with `alg`,
    /// and a key without `alg` has one: RS256 for RSA, and a curve's own. Naming an RSA algorithm here makes it the
    /// one for RSA keys without `alg`; naming two is an error unless
    /// [waived](Self::dangerous_share_keys_between_algorithms).
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Turns on the whole JWT profile for access tokens (RFC 9068 §4): `typ` must be `at+jwt`, and `sub`,
    /// `client_id`, `iat` and `jti` must be there beside `iss`, `aud` and `exp`.
    pub fn rfc9068(mut self) -> Self {
        self.rfc9068 = true;
        self
    }

    /// Refuses tokens whose `iat` is longer ago than this, or absent. Default: no limit beyond `exp`.
    pub fn max_token_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Reads scopes from the claim at this path, instead of where they are by default; may be called for several. A
    /// string is a space-separated list, an array has one scope per item.
    pub fn scopes_from<S: Into<String>>(mut self, claim: impl IntoIterator<Item = S>) -> Self {
        if !std::mem::replace(&mut self.own_scopes, true) {
            self.scopes.clear();
        }
        self.scope_arrays = true;
        self.scopes.push(path(claim));
        self
    }

    /// Accepts an array in `scope`, which RFC 8693 §4.2 makes a string.
    pub fn allow_scope_arrays(mut self) -> Self {
        self.scope_arrays = true;
        self
    }

    /// Reads roles also from the claim at this path: one segment per level, as in
    /// `["resource_access", "my-client", "roles"]`. A string is one role, an array has one per item; anything else
    /// there grants nothing.
    pub fn roles_from<S: Into<String>>(mut self, claim: impl IntoIterator<Item = S>) -> Self {
        self.roles.push(path(claim));
        self
    }

    /// Reads groups also from the claim at this path.
    pub fn groups_from<S: Into<String>>(mut self, claim: impl IntoIterator<Item = S>) -> Self {
        self.groups.push(path(claim));
        self
    }

    /// Reads the tenant from the claim at this path: a string. Default: none.
    pub fn tenant_from<S: Into<String>>(mut self, claim: impl IntoIterator<Item = S>) -> Self {
        self.tenant = vec![path(claim)];
        self
    }

    /// Accepts tokens meant for anybody. Whoever holds a token of this issuer for another service can then use it
    /// here (RFC 8725 §3.9). Logged as a warning when the authenticator is built.
    pub fn dangerous_accept_any_audience(mut self) -> Self {
        self.audience = Audience::Any;
        self
    }

    /// Accepts tokens that never expire. Logged as a warning when the authenticator is built.
    pub fn dangerous_accept_tokens_without_expiry(mut self) -> Self {
        self.expiry_optional = true;
        self
    }

    /// Takes tokens without `iss` as this issuer's; one with another `iss` is still refused. At most one issuer of
    /// an authenticator can have this. Logged as a warning when the authenticator is built.
    pub fn dangerous_accept_tokens_without_issuer(mut self) -> Self {
        self.issuer_optional = true;
        self
    }

    /// Lets an RSA key without `alg` serve every RSA algorithm that is allowed, against RFC 8725 §3.1. Logged as a
    /// warning when the authenticator is built.
    pub fn dangerous_share_keys_between_algorithms(mut self) -> Self {
        self.key_reuse = true;
        self
    }
}
