//! One issuer as configured, checked and ready: its rules and its keys.

use std::fmt;
use std::sync::Arc;

use memchr::memmem::Finder;

use crate::builder::AuthenticatorBuilder;
use crate::claims::{AudienceRule, ClaimPaths, ClaimsPolicy, PathMask};
use crate::clock::Clock;
use crate::config::Problems;
use crate::crypto::CryptoBackend;
use crate::issuer::{Audience, Issuer, KeyLocation};
use crate::jwks::{KeyPolicy, KeySource, check_url};
use crate::token::{Algorithm, AlgorithmSet, KeyKind};

/// An issuer that tokens are accepted from.
pub(crate) struct TrustedIssuer {
    /// Finds `"iss"` with this issuer's name, as nearly everybody writes it.
    named: Finder<'static>,
    pub(crate) policy: Arc<ClaimsPolicy>,
    pub(crate) algorithms: AlgorithmSet,
    pub(crate) keys: KeySource,
    pub(crate) takes_tokens_without_issuer: bool,
    /// The safety that was given up, in words for the log.
    pub(crate) waivers: Vec<String>,
}

impl TrustedIssuer {
    /// Does a payload that was not read seem to be of this issuer? It decides nothing but what a refusal is explained with.
    pub(crate) fn seems_to_be_named_in(&self, payload: &str) -> bool {
        self.named.find(payload.as_bytes()).is_some()
    }

    /// Checks one issuer's configuration; `None` after a problem that leaves nothing to build.
    pub(crate) fn build(
        issuer: Issuer,
        config: &AuthenticatorBuilder,
        clock: &Arc<dyn Clock>,
        paths: &mut ClaimPaths,
        problems: &mut Problems,
    ) -> Option<Self> {
        check_identity(&issuer, config.allow_loopback_http, problems);
        let algorithms = allowed_algorithms(&issuer, problems);
        check_contradictions(&issuer, problems);
        let mut mask = |name: &str, claims: &[Vec<String>]| {
            claims.iter().fold(0, |mask, path| match mask_of(paths, path) {
                Ok(bit) => mask | bit,
                Err((problem, remedy)) => {
                    problems.add(format!("issuer {:?}: {name} {path:?}", issuer.shown()), problem, remedy);
                    mask
                }
            })
        };
        let scopes = mask("scopes_from", &issuer.scopes);
        let roles = mask("roles_from", &issuer.roles);
        let groups = mask("groups_from", &issuer.groups);
        let tenant = mask("tenant_from", &issuer.tenant);
        let scope_string = if issuer.scope_arrays { 0 } else { paths.mask(&["scope".to_owned()]).unwrap_or_default() };
        let policy = ClaimsPolicy {
            issuer: issuer.url.as_str().into(),
            audience: match issuer.audience.clone() {
                Audience::OneOf(list) => AudienceRule::OneOf(list.into_iter().map(Into::into).collect()),
                Audience::Client(list) => AudienceRule::Client(list.into_iter().map(Into::into).collect()),
                Audience::Any => AudienceRule::Any,
            },
            rfc9068: issuer.rfc9068,
            leeway: config.leeway,
            max_age: issuer.max_age,
            expiry_optional: issuer.expiry_optional,
            scopes,
            scope_lists: scopes & !scope_string,
            roles,
            groups,
            tenant,
            owner: 0,
            kind: issuer.kind,
        };
        let backend = backend(config, problems)?;
        let key_policy = KeyPolicy {
            allowed: algorithms,
            rsa_without_alg: rsa_without_alg(&issuer, algorithms),
            backend,
            max_keys: config.max_keys,
        };
        let keys = KeySource::build(&issuer, key_policy, config, clock, problems)?;
        let takes_tokens_without_issuer = issuer.issuer_optional;
        let waivers = waivers(&issuer);
        let named = Finder::new(&format!("\"iss\":\"{}\"", policy.issuer)).into_owned();
        Some(Self { named, policy: Arc::new(policy), algorithms, keys, takes_tokens_without_issuer, waivers })
    }
}

/// `iss`, `aud` and dates have rules of their own and cannot be read as roles.
fn mask_of(paths: &mut ClaimPaths, path: &[String]) -> Result<PathMask, (&'static str, &'static str)> {
    // In the order of the reader.
    const TYPED: [&str; 22] = [
        "iss",
        "sub",
        "jti",
        "sid",
        "client_id",
        "azp",
        "cid",
        "appid",
        "exp",
        "nbf",
        "iat",
        "typ",
        "token_use",
        "gty",
        "idtyp",
        "preferred_username",
        "at_hash",
        "c_hash",
        "s_hash",
        "token_introspection",
        "events",
        "cnf",
    ];
    match path {
        [] => Err(("no claim is named", "name the claim, one segment per level")),
        _ if path.iter().any(String::is_empty) => Err(("a segment is empty", "name the claim, one segment per level")),
        [name, ..] if name == "aud" || TYPED.contains(&name.as_str()) => {
            Err(("this claim has a meaning of its own", "name another claim"))
        }
        _ => paths.mask(path).ok_or(("more than 63 different claim paths in all", "use fewer")),
    }
}

/// Settings that cannot both be meant.
fn check_contradictions(issuer: &Issuer, problems: &mut Problems) {
    let setting = |name: &str| format!("issuer {:?}: {name}", issuer.shown());
    if issuer.key_settings.len() > 1 {
        let remedy = "keep the one that the keys should come from";
        problems.add(setting(&issuer.key_settings.join(", ")), "each says where the keys come from", remedy);
    }
    let waived = issuer.issuer_optional || issuer.expiry_optional || matches!(issuer.audience, Audience::Any);
    if issuer.rfc9068 && waived {
        let remedy = "remove rfc9068, or the dangerous_accept_… that contradicts it";
        problems.add(setting("rfc9068"), "the profile requires `iss`, `aud` and `exp`", remedy);
    }
    if issuer.max_age.is_some_and(|age| age.is_zero()) {
        problems.add(
            setting("max_token_age"),
            "no token could ever be accepted",
            "use the longest age that is acceptable",
        );
    }
}

/// Issuer and audience: RFC 8414 §2 where the issuer is a URL that will be fetched from.
fn check_identity(issuer: &Issuer, allow_loopback_http: bool, problems: &mut Problems) {
    let discovered = matches!(issuer.keys, KeyLocation::Discovery);
    let looks_like_url = issuer.url.contains("://");
    let odd = |text: &str| text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace());
    if odd(&issuer.url) {
        let problem = "empty, or with white space or control characters";
        problems.add(format!("issuer {:?}", issuer.shown()), problem, "use the exact `iss` of the tokens");
    } else if discovered || looks_like_url {
        let remedy = match issuer.url.starts_with("http://") && !allow_loopback_http {
            true => "use its https URL; for an issuer on this machine's loopback call allow_loopback_http",
            false => "use the issuer's https URL, exactly as its tokens and its metadata have it",
        };
        if let Err(problem) = check_url(&issuer.url, allow_loopback_http) {
            problems.add(format!("issuer {:?}", issuer.shown()), problem.to_string(), remedy);
        } else if issuer.url.contains('?') {
            problems.add(format!("issuer {:?}", issuer.shown()), "a URL with a query", remedy);
        } else if issuer.url.contains("/.well-known/") {
            let remedy = "use what that document says in `issuer`";
            problems.add(format!("issuer {:?}", issuer.shown()), "the URL of a metadata document", remedy);
        }
    }
    if let Audience::OneOf(list) | Audience::Client(list) = &issuer.audience
        && list.iter().any(|audience| odd(audience) || audience.contains('*'))
    {
        let remedy = "name the identifier that the issuer puts into `aud` for this API";
        problems.add(
            format!("issuer {:?}: audience", issuer.shown()),
            "empty, with white space, or a wildcard",
            remedy,
        );
    }
}

/// The allow-list (RFC 8725 §3.1), and the rule of one algorithm for one kind of key.
fn allowed_algorithms(issuer: &Issuer, problems: &mut Problems) -> AlgorithmSet {
    let setting = format!("issuer {:?}: algorithms", issuer.shown());
    let fixed = |key: &crate::issuer::FixedKey| match key {
        crate::issuer::FixedKey::Pem { algorithm, .. } | crate::issuer::FixedKey::Secret { algorithm, .. } => {
            *algorithm
        }
    };
    let Some(named) = &issuer.algorithms else {
        return match &issuer.keys {
            // A configured key names its algorithm.
            KeyLocation::Fixed(keys) => keys.iter().map(fixed).collect(),
            _ => AlgorithmSet::asymmetric(),
        };
    };
    let set: AlgorithmSet = named.iter().copied().collect();
    if set.is_empty() {
        problems.add(setting.clone(), "no algorithm is allowed", "name at least one, or leave the setting out");
    }
    if let KeyLocation::Fixed(keys) = &issuer.keys
        && let Some(unused) = keys.iter().map(fixed).find(|algorithm| !set.contains(*algorithm))
    {
        let problem = format!("a configured key is for {unused}, which is not among them");
        problems.add(setting.clone(), problem, "name it, or leave the setting out");
    }
    let secrets = set.for_kind(KeyKind::Secret);
    if !secrets.is_empty() && !matches!(issuer.keys, KeyLocation::Fixed(_)) {
        let remedy = "remove HS256, HS384 and HS512, or give the secret with local_secret";
        problems.add(setting.clone(), "HMAC is only possible with a local secret", remedy);
    }
    if set.for_kind(KeyKind::Rsa).iter().count() > 1 && !issuer.key_reuse {
        let problem =
            format!("{:?} share one kind of key, and a key must have one algorithm", set.for_kind(KeyKind::Rsa));
        problems.add(setting, problem, "name one RSA algorithm, or call dangerous_share_keys_between_algorithms");
    }
    set
}

/// What an RSA key without `alg` is good for.
fn rsa_without_alg(issuer: &Issuer, allowed: AlgorithmSet) -> AlgorithmSet {
    if issuer.algorithms.is_some() || issuer.key_reuse {
        allowed.for_kind(KeyKind::Rsa)
    } else {
        AlgorithmSet::EMPTY.with(Algorithm::RS256)
    }
}

fn backend(config: &AuthenticatorBuilder, problems: &mut Problems) -> Option<CryptoBackend> {
    let backend = config.backend.or_else(CryptoBackend::preferred).filter(|backend| backend.is_available());
    if backend.is_none() {
        let remedy = "switch on the feature `aws-lc-rs` or `rust-crypto` of portcullis";
        problems.add("crypto", "the backend is not compiled in", remedy);
    }
    backend
}

fn waivers(issuer: &Issuer) -> Vec<String> {
    let waivers = [
        (matches!(issuer.audience, Audience::Any), "tokens for any audience"),
        (issuer.expiry_optional, "tokens that never expire"),
        (issuer.issuer_optional, "tokens without issuer"),
        (issuer.key_reuse, "one key for several algorithms"),
    ];
    let active = waivers.into_iter().filter(|(waived, _)| *waived);
    active.map(|(_, what)| format!("issuer {} accepts {what}", issuer.url)).collect()
}

impl fmt::Debug for TrustedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedIssuer")
            .field("issuer", &self.policy.issuer)
            .field("audience", &self.policy.audience)
            .field("algorithms", &self.algorithms)
            .field("waivers", &self.waivers)
            .finish_non_exhaustive()
    }
}
