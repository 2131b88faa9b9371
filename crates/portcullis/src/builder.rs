//! Configuring an authenticator.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::de::DeserializeOwned;

use crate::api_key::ApiKeys;
use crate::authenticator::Authenticator;
use crate::cache::TokenCache;
use crate::challenge::{self, Answers, BodyMaker, RefusalBody};
use crate::claims::ClaimPaths;
use crate::clock::{Clock, SystemClock};
use crate::config::{ConfigError, Problems};
use crate::credential::{CredentialKind, KeyPlace, Places};
use crate::crypto::CryptoBackend;
use crate::defaults;
use crate::error::AuthError;
use crate::fetch::Fetch;
use crate::issuer::Issuer;
use crate::jwks::{ExportedKeys, check_url};
use crate::key_verification::AcceptedKeys;
use crate::principal::{CallerKind, TrustedCaller};
use crate::revocation::Revocations;
use crate::telemetry;
use crate::trusted::TrustedIssuer;
use crate::verification::{ClaimsCheck, Inner};

/// The configuration of an [`Authenticator`]. Setters consume and never fail; [`build`](Self::build) reports every
/// problem at once.
#[must_use]
pub struct AuthenticatorBuilder {
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) answers: Answers,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) fetch: Option<Arc<dyn Fetch>>,
    pub(crate) backend: Option<CryptoBackend>,
    pub(crate) leeway: Duration,
    pub(crate) max_token_bytes: usize,
    pub(crate) keys_fresh_for: Duration,
    pub(crate) stale_keys_for: Duration,
    pub(crate) fetch_timeout: Duration,
    pub(crate) max_keys: usize,
    pub(crate) max_document_bytes: usize,
    pub(crate) allow_loopback_http: bool,
    pub(crate) seed: Option<ExportedKeys>,
    pub(crate) require_claims: Option<ClaimsCheck>,
    pub(crate) cached_tokens: usize,
    pub(crate) revocations: Option<Revocations>,
    pub(crate) api_keys: Vec<ApiKeys>,
    pub(crate) key_places: Vec<KeyPlace>,
    pub(crate) preferred: Option<CredentialKind>,
    pub(crate) guest: Option<TrustedCaller>,
}

impl AuthenticatorBuilder {
    pub(crate) fn new(issuers: Vec<Issuer>) -> Self {
        Self {
            issuers,
            answers: Answers::default(),
            clock: None,
            fetch: None,
            backend: None,
            leeway: defaults::LEEWAY,
            max_token_bytes: defaults::MAX_TOKEN_BYTES,
            keys_fresh_for: defaults::KEYS_FRESH_FOR,
            stale_keys_for: defaults::STALE_KEYS_FOR,
            fetch_timeout: defaults::FETCH_TIMEOUT,
            max_keys: defaults::MAX_KEYS,
            max_document_bytes: defaults::MAX_DOCUMENT_BYTES,
            allow_loopback_http: false,
            seed: None,
            require_claims: None,
            cached_tokens: defaults::CACHED_TOKENS,
            revocations: None,
            api_keys: Vec::new(),
            key_places: Vec::new(),
            preferred: None,
            guest: None,
        }
    }

    /// Trusts one more issuer. Issuers are isolated: each has its own keys, rules, budget and refresh.
    pub fn also_trust(mut self, issuer: Issuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Tolerance on `exp`, `nbf` and `iat`. Default [`defaults::LEEWAY`], at most [`defaults::MAX_LEEWAY`].
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The longest token that is looked at, in bytes. Default [`defaults::MAX_TOKEN_BYTES`], from 512 to 65,536.
    pub fn max_token_bytes(mut self, bytes: usize) -> Self {
        self.max_token_bytes = bytes;
        self
    }

    /// How many verified tokens are remembered, so that their signatures need not be checked again. Default
    /// [`defaults::CACHED_TOKENS`], at most [`defaults::MAX_CACHED_TOKENS`]; zero turns it off. Above 1,024 there may
    /// be up to an eighth more, since the table has parts that fill unevenly.
    ///
    /// Tokens are counted, not bytes: one of 1 KiB takes about 1.2 KB, the longest of 16 KiB with thousands of groups
    /// 56 KB, and what an application decodes from them comes on top. Each thread adds about 150 bytes for each token
    /// that it has met twice, of 16,384 at most. When a thread has ended, its share is given back as later tokens are let go.
    ///
    /// When it is full, tokens that are used once or twice do not push out one that is used again and again, as long as
    /// about as many of them come between two of its uses as are remembered: 10,000 by default. Four times as many do.
    ///
    /// A token may be verified even while a thread drops its thread-local values. It panics then in one case: the thread
    /// had met no token before, and something else on it had used the crate `thread_local`.
    ///
    /// Answers are the same with and without: dates are checked for every request, and a change of an issuer's keys
    /// has its tokens verified anew. Tokens themselves are not kept, only what they say.
    pub fn cached_tokens(mut self, tokens: usize) -> Self {
        self.cached_tokens = tokens;
        self
    }

    /// Refuses callers whose claims do not fit `C` before any handler runs, with 401 `invalid_token`. Without it,
    /// the extractor that wants a `C` says so.
    pub fn require_claims<C: DeserializeOwned + Send + Sync + 'static>(mut self) -> Self {
        self.require_claims = Some(|caller| caller.decode::<C>().map(drop));
        self
    }

    /// Refuses the tokens on this list, with 401 `invalid_token`, and everybody with 503 while its
    /// [feed](Revocations::feed) is too far behind. Keep a clone of the handle to revoke with; several
    /// authenticators may share one. Default: none, and nothing is looked up. With a list, a token whose `sid` is no
    /// string is refused too, since its session could not be revoked.
    pub fn revocations(mut self, revocations: Revocations) -> Self {
        self.revocations = Some(revocations);
        self
    }

    /// Accepts API keys and personal access tokens, too: by default in the header field
    /// [`defaults::KEY_HEADER`], see [`api_key_place`](Self::api_key_place). Callers come out as the same
    /// [`Principal`](crate::Principal), of another [kind](crate::Caller::kind). Once: an authenticator takes the keys of one
    /// environment.
    pub fn api_keys(mut self, keys: ApiKeys) -> Self {
        self.api_keys.push(keys);
        self
    }

    /// Takes API keys from this place, instead of the default one; may be called for several. A key in any other place is
    /// not seen, and a request with keys in two of them is 400.
    pub fn api_key_place(mut self, place: KeyPlace) -> Self {
        self.key_places.push(place);
        self
    }

    /// Which kind counts when a request has both a token and a key; the other one is not looked at then. Default: neither,
    /// such a request is 400.
    pub fn prefer(mut self, kind: CredentialKind) -> Self {
        self.preferred = Some(kind);
        self
    }

    /// Who calls where a layer is optional and nothing was presented: a caller of kind
    /// [`Guest`](crate::CallerKind::Guest), with the rights given here. A requirement that a guest does not meet is 401,
    /// not 403. Default: nobody.
    pub fn guest(mut self, guest: TrustedCaller) -> Self {
        self.guest = Some(guest.kind(CallerKind::Guest));
        self
    }

    /// `realm` of the challenge. Default [`defaults::REALM`].
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.answers.realm = realm.into();
        self
    }

    /// Names the resource's metadata document (RFC 9728 §5.1) in every challenge: an absolute https URL.
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.answers.resource_metadata = Some(url.into());
        self
    }

    /// Adds `error_description` to challenges: a fixed sentence per kind of fault, with nothing from the token.
    pub fn describe_refusals(mut self) -> Self {
        self.answers.descriptions = true;
        self
    }

    /// Gives every refusal a body of problem details (RFC 9457): `type` `about:blank`, `title` the status phrase,
    /// `status`, the challenge's `error` and `scope` where there are any, and `detail` with
    /// [`describe_refusals`](Self::describe_refusals). Default: no body. Replaces [`refusal_body`](Self::refusal_body).
    pub fn problem_details(mut self) -> Self {
        self.answers.body = Some(BodyMaker::ProblemDetails);
        self
    }

    /// Gives every refusal a body of your own, made from the error and the status. Status and header fields are
    /// already decided; the body is sent beside them. Show clients no more of the error than its status says. Replaces
    /// [`problem_details`](Self::problem_details).
    pub fn refusal_body(mut self, make: impl Fn(&AuthError, u16) -> RefusalBody + Send + Sync + 'static) -> Self {
        self.answers.body = Some(BodyMaker::Own(Arc::new(make)));
        self
    }

    /// How long fetched keys count as fresh when their server says nothing. Default [`defaults::KEYS_FRESH_FOR`],
    /// from [`defaults::MIN_KEYS_FRESH_FOR`] to [`defaults::MAX_KEYS_FRESH_FOR`]. They are refreshed in the
    /// background before that.
    pub fn keys_fresh_for(mut self, time: Duration) -> Self {
        self.keys_fresh_for = time;
        self
    }

    /// How long keys are used while their endpoint cannot be reached, counted from when they were fetched. Default
    /// [`defaults::STALE_KEYS_FOR`], at most [`defaults::MAX_STALE_KEYS_FOR`]; zero means not beyond their fresh time.
    pub fn stale_keys_for(mut self, time: Duration) -> Self {
        self.stale_keys_for = time;
        self
    }

    /// Limit for one fetch, and for a request that waits for keys. Default [`defaults::FETCH_TIMEOUT`], from 100 ms
    /// to 60 s.
    pub fn fetch_timeout(mut self, timeout: Duration) -> Self {
        self.fetch_timeout = timeout;
        self
    }

    /// The largest number of keys in a fetched set. Default [`defaults::MAX_KEYS`], from 1 to 1,000.
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.max_keys = keys;
        self
    }

    /// The largest key set or discovery document, in bytes. Default [`defaults::MAX_DOCUMENT_BYTES`], from 1 KiB to
    /// 4 MiB.
    pub fn max_document_bytes(mut self, bytes: usize) -> Self {
        self.max_document_bytes = bytes;
        self
    }

    /// Fetches with a client of your own: a proxy, a private certificate authority. See [`Fetch`]; the built-in
    /// client has settings for both.
    pub fn fetch_with(mut self, fetch: impl Fetch) -> Self {
        self.fetch = Some(Arc::new(fetch));
        self
    }

    /// Takes time from another clock. For tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Verifies signatures with this backend. Default: AWS-LC where it is compiled in, else pure Rust.
    pub fn crypto(mut self, backend: CryptoBackend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Starts with keys exported by an earlier process, as old as they are; keys older than the stale limit and keys
    /// of other issuers are left out.
    pub fn seed(mut self, keys: ExportedKeys) -> Self {
        self.seed = Some(keys);
        self
    }

    /// Allows `http://` for issuers and key endpoints on this machine (`127.0.0.0/8`, `[::1]`, `localhost`), for
    /// development and tests. Everything else stays https.
    pub fn allow_loopback_http(mut self) -> Self {
        self.allow_loopback_http = true;
        self
    }

    /// Builds the authenticator. Does no network I/O and needs no runtime; reads key set files.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem, each with what to write instead.
    pub fn build(mut self) -> Result<Authenticator, ConfigError> {
        let mut problems = Problems::default();
        self.check(&mut problems);
        let clock = self.clock.take().unwrap_or_else(|| Arc::new(SystemClock::new()));
        let mut paths = ClaimPaths::new();
        let issuers: Vec<TrustedIssuer> = std::mem::take(&mut self.issuers)
            .into_iter()
            .filter_map(|issuer| TrustedIssuer::build(issuer, &self, &clock, &mut paths, &mut problems))
            .collect();
        let by_name: HashMap<_, _> =
            issuers.iter().enumerate().map(|(index, issuer)| (Arc::clone(&issuer.policy.issuer), index)).collect();
        let mut lenient = issuers.iter().enumerate().filter(|(_, issuer)| issuer.takes_tokens_without_issuer);
        let without_issuer = lenient.next().map(|(index, _)| index);
        if lenient.next().is_some() {
            problems.add(
                "dangerous_accept_tokens_without_issuer",
                "set for more than one issuer",
                "set it for the one issuer that such tokens are taken for",
            );
        }
        let accepted = self.accepted_keys(!issuers.is_empty(), &mut problems);
        problems.into_result()?;
        for waiver in accepted.iter().flat_map(|accepted| accepted.places.waivers()) {
            telemetry::waived(waiver);
        }
        for waiver in issuers.iter().flat_map(|issuer| &issuer.waivers) {
            telemetry::waived(waiver);
        }
        let mut names: Vec<&str> = issuers.iter().take(4).map(|issuer| &*issuer.policy.issuer).collect();
        if issuers.len() > names.len() {
            names.push("…");
        }
        if let Some(accepted) = &accepted {
            let mut schemes: Vec<String> = accepted.places.challenges().into_iter().map(str::to_owned).collect();
            if issuers.is_empty() && !schemes.is_empty() {
                self.answers.scheme = schemes.remove(0);
            }
            self.answers.other_schemes = schemes;
        }
        let answers = Arc::new(self.answers);
        Ok(Authenticator::new(Inner {
            issuer_names: names.join(" or ").into(),
            issuers,
            by_name,
            without_issuer,
            paths,
            guest: self.guest.map(|guest| guest.build_with(Arc::clone(&answers))),
            answers,
            clock,
            max_token_bytes: self.max_token_bytes,
            require_claims: self.require_claims,
            cache: TokenCache::new(self.cached_tokens),
            revocations: self.revocations,
            api_keys: accepted,
            known_header: ArcSwapOption::empty(),
        }))
    }

    /// Keys, and where they are taken from.
    fn accepted_keys(&mut self, tokens: bool, problems: &mut Problems) -> Option<AcceptedKeys> {
        let places = std::mem::take(&mut self.key_places);
        if self.api_keys.len() > 1 {
            let remedy = "build an authenticator for each environment, or accept the keys of one";
            problems.add("api_keys", "given more than once, so keys of all but one would be refused", remedy);
        }
        let Some(keys) = self.api_keys.pop() else {
            if !places.is_empty() || self.preferred.is_some() {
                problems.add("api_key_place, prefer", "there are no keys", "add `api_keys`, or leave these out");
            }
            return None;
        };
        Some(AcceptedKeys { keys, places: Places::build(places, tokens, self.preferred, problems) })
    }

    /// Checks what does not belong to one issuer.
    fn check(&self, problems: &mut Problems) {
        let mut check = |good: bool, setting: &str, problem: &str, remedy: &str| {
            if !good {
                problems.add(setting, problem, remedy);
            }
        };
        check(
            self.leeway <= defaults::MAX_LEEWAY,
            "leeway",
            "more than 300 s would defeat expiry",
            "use 300 s or less; 30 s is the default",
        );
        check(
            (512..=65_536).contains(&self.max_token_bytes),
            "max_token_bytes",
            "outside 512 to 65,536",
            "use a size in that range; 16,384 is the default",
        );
        check(
            (defaults::MIN_KEYS_FRESH_FOR..=defaults::MAX_KEYS_FRESH_FOR).contains(&self.keys_fresh_for),
            "keys_fresh_for",
            "outside 1 minute to 24 hours",
            "use a time in that range; 10 minutes is the default",
        );
        check(
            (Duration::from_millis(100)..=Duration::from_secs(60)).contains(&self.fetch_timeout),
            "fetch_timeout",
            "outside 100 ms to 60 s",
            "use a time in that range; 5 s is the default",
        );
        check(
            self.stale_keys_for <= defaults::MAX_STALE_KEYS_FOR,
            "stale_keys_for",
            "more than 30 days: a withdrawn key would live as long",
            "use 30 days or less; 24 hours is the default",
        );
        check(
            (1..=1000).contains(&self.max_keys),
            "max_keys",
            "outside 1 to 1,000",
            "use a number in that range; 64 is the default",
        );
        check(
            (1024..=4 * 1024 * 1024).contains(&self.max_document_bytes),
            "max_document_bytes",
            "outside 1,024 to 4,194,304",
            "use a size in that range; 262,144 is the default",
        );
        check(
            self.cached_tokens <= defaults::MAX_CACHED_TOKENS,
            "cached_tokens",
            "more than 10,000,000",
            "use that or less; 10,000 is the default, and 0 turns the cache off",
        );
        check(
            challenge::is_field_text(&self.answers.realm) && !self.answers.realm.trim().is_empty(),
            "realm",
            "empty, or not visible ASCII",
            "use visible ASCII characters and spaces",
        );
        if let Some(url) = &self.answers.resource_metadata {
            check(
                check_url(url, false).is_ok(),
                "resource_metadata",
                "not an absolute https URL",
                "use the https URL of the document, percent-encoded",
            );
        }
        let mut seen = HashSet::new();
        for issuer in self.issuers.iter().filter(|issuer| !seen.insert(&issuer.url)) {
            let remedy = "configure each issuer once, with all of its audiences";
            problems.add(format!("issuer {:?}", issuer.shown()), "configured twice", remedy);
        }
    }
}
