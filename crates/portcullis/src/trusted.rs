//! One issuer as configured, checked and ready: its rules and its keys.

use std::fmt;
use std::sync::Arc;

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
    pub(crate) policy: Arc<ClaimsPolicy>,
    pub(crate) algorithms: AlgorithmSet,
    pub(crate) keys: KeySource,
    pub(crate) takes_tokens_without_issuer: bool,
    /// The safety that was given up, in words for the log.
    pub(crate) waivers: Vec<String>,
}

impl TrustedIssuer {
    /// Checks one issuer's configuration; `None` after a problem that leaves nothing to build.
    pub(crate) fn build(
        issuer: Issuer,
        config: &AuthenticatorBuilder,
        clock: &Arc<dyn Clock>,
        paths: &mut ClaimPaths,
        problems: &mut Problems,
    ) -> Option<Self> {
        let setting = |name: &str| format!("issuer {:?}: {name}", issuer.url);
        check_identity(&issuer, config.allow_loopback_http, problems);
        let algorithms = allowed_algorithms(&issuer, problems);
        let mut masks = [&issuer.scopes, &issuer.roles, &issuer.groups]
            .map(|claims| claims.iter().try_fold(0, |mask, path| Some(mask | mask_of(paths, path)?)));
        if masks.contains(&None) {
            let problem =
                format!("a claim path is empty, names a registered claim, or is beyond the {}th", ClaimPaths::MAX);
            problems.add(setting("scopes_from, roles_from, groups_from"), problem, "name other claims, or fewer");
            masks = [Some(0); 3];
        }
        let [scopes, roles, groups] = masks.map(Option::unwrap_or_default);
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
        Some(Self { policy: Arc::new(policy), algorithms, keys, takes_tokens_without_issuer, waivers })
    }
}

/// `iss`, `aud` and dates have rules of their own and cannot be read as roles.
fn mask_of(paths: &mut ClaimPaths, path: &[String]) -> Option<PathMask> {
    const TYPED: [&str; 10] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "typ", "token_use"];
    let usable = match path {
        [] => false,
        [name, ..] => path.iter().all(|segment| !segment.is_empty()) && !TYPED.contains(&name.as_str()),
    };
    usable.then(|| paths.mask(path)).flatten()
}

/// Issuer and audience: RFC 8414 §2 where the issuer is a URL that will be fetched from.
fn check_identity(issuer: &Issuer, allow_loopback_http: bool, problems: &mut Problems) {
    let discovered = matches!(issuer.keys, KeyLocation::Discovery);
    let looks_like_url = issuer.url.contains("://");
    if issuer.url.is_empty() || issuer.url.chars().any(char::is_control) {
        problems.add("issuer", "empty, or with control characters", "use the exact `iss` of the tokens");
    } else if discovered || looks_like_url {
        let remedy = "use the issuer's https URL, exactly as its tokens and its metadata have it";
        if let Err(problem) = check_url(&issuer.url, allow_loopback_http) {
            problems.add(format!("issuer {:?}", issuer.url), problem.to_string(), remedy);
        } else if issuer.url.contains('?') {
            problems.add(format!("issuer {:?}", issuer.url), "a URL with a query", remedy);
        }
    }
    if let Audience::OneOf(list) | Audience::Client(list) = &issuer.audience
        && list.iter().any(|audience| audience.is_empty() || audience == "*")
    {
        let remedy = "name the identifier that the issuer puts into `aud` for this API";
        problems.add(format!("issuer {:?}: audience", issuer.url), "empty, or a wildcard", remedy);
    }
}

/// The allow-list (RFC 8725 §3.1), and the rule of one algorithm for one kind of key.
fn allowed_algorithms(issuer: &Issuer, problems: &mut Problems) -> AlgorithmSet {
    let setting = format!("issuer {:?}: algorithms", issuer.url);
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
