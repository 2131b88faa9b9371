//! The resource server under test: an authenticator over a test issuer's keys, asked as an adapter would ask it.

use std::sync::{Arc, OnceLock};

use portcullis::{
    AuthError, Authentication, Authenticator, AuthenticatorBuilder, Caller, CallerKind, CryptoBackend, Issuer, Reason,
};
use portcullis_testing::{Defect, ScriptedFetch, TestIssuer};

/// Status and challenge, as one line.
pub(crate) const ACCEPTED: &str = "200";
pub(crate) const BARE: &str = r#"401 Bearer realm="api""#;
pub(crate) const INVALID_REQUEST: &str = r#"400 Bearer realm="api", error="invalid_request""#;
pub(crate) const INVALID_TOKEN: &str = r#"401 Bearer realm="api", error="invalid_token""#;

pub(crate) const BACKENDS: [CryptoBackend; 2] = [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto];

/// An issuer that publishes a key for every algorithm.
pub(crate) fn issuer() -> TestIssuer {
    TestIssuer::builder().every_algorithm().build()
}

/// Every bad token of such an issuer. Made once: its keys and the time on its clock are the same in every test.
pub(crate) fn bad_tokens() -> &'static [(Defect, String)] {
    static TOKENS: OnceLock<Vec<(Defect, String)>> = OnceLock::new();
    TOKENS.get_or_init(|| {
        let issuer = issuer();
        Defect::ALL.iter().map(|defect| (*defect, issuer.token().defect(*defect).sign())).collect()
    })
}

/// A resource server. Its keys are given, so every answer is there at once, without a runtime.
pub(crate) struct Api {
    pub(crate) auth: Authenticator,
}

impl Api {
    /// Default settings.
    pub(crate) fn of(issuer: &TestIssuer) -> Self {
        Self::with(issuer, |rules| rules)
    }

    /// Other rules for the issuer.
    pub(crate) fn with(issuer: &TestIssuer, rules: impl FnOnce(Issuer) -> Issuer) -> Self {
        Self::set(issuer, rules, |config| config)
    }

    /// Other rules for the issuer, and other settings.
    pub(crate) fn set(
        issuer: &TestIssuer,
        rules: impl FnOnce(Issuer) -> Issuer,
        settings: impl FnOnce(AuthenticatorBuilder) -> AuthenticatorBuilder,
    ) -> Self {
        let trusted = rules(Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks()));
        Self::trusting(issuer, trusted, settings)
    }

    /// Rules made elsewhere, the issuer's clock.
    pub(crate) fn trusting(
        issuer: &TestIssuer,
        trusted: Issuer,
        settings: impl FnOnce(AuthenticatorBuilder) -> AuthenticatorBuilder,
    ) -> Self {
        let config = Authenticator::trusting(trusted).clock(issuer.clock());
        Self { auth: settings(config).build().expect("a good configuration") }
    }

    pub(crate) fn outcome(&self, token: &str) -> Result<Authentication, AuthError> {
        self.request(&[("Authorization", format!("Bearer {token}").as_bytes())])
    }

    pub(crate) fn request(&self, head: &[(&str, &[u8])]) -> Result<Authentication, AuthError> {
        self.auth.authenticate(head).now().expect("keys are here")
    }

    /// What a client sees of a request with this token.
    pub(crate) fn answer(&self, token: &str) -> String {
        self.seen(&self.outcome(token))
    }

    /// What a client sees of a request with these field lines.
    pub(crate) fn answer_to(&self, head: &[(&str, &[u8])]) -> String {
        self.seen(&self.request(head))
    }

    pub(crate) fn reason(&self, token: &str) -> Option<Reason> {
        self.outcome(token).err().map(|error| error.reason())
    }

    /// The caller behind a token that must be good.
    pub(crate) fn caller(&self, token: &str) -> Arc<Caller> {
        let who = self.outcome(token).unwrap_or_else(|error| panic!("a good token, refused: {error}"));
        Arc::clone(who.caller().expect("a caller"))
    }

    /// Status and challenge; what every refusal must be is checked on the way: one challenge with a parameter after
    /// `Bearer`, each parameter once, nothing to be cached, no body (RFC6750-3-b, RFC6750-3-c, PC-RSP-4).
    pub(crate) fn seen<T>(&self, outcome: &Result<T, AuthError>) -> String {
        let Err(error) = outcome else { return ACCEPTED.to_owned() };
        let refusal = self.auth.refuse(error);
        assert_eq!(refusal.body, b"", "{error}");
        let [(name, challenge), cache] = refusal.headers.as_slice() else { panic!("{:?}", refusal.headers) };
        assert_eq!((*name, cache), ("www-authenticate", &("cache-control", "no-store".into())));
        for parameter in ["realm=", "error=", "error_description=", "scope=", "resource_metadata="] {
            assert!(challenge.matches(&format!(" {parameter}")).count() <= 1, "{challenge}");
        }
        assert!(challenge.starts_with("Bearer realm=\""), "{challenge}");
        format!("{} {challenge}", refusal.status)
    }
}

/// A caller in one line: subject, client, kind, scopes, roles, groups.
pub(crate) fn described(caller: &Caller) -> String {
    let kind = match caller.kind() {
        CallerKind::User => "user",
        CallerKind::Client => "client",
        _ => "other",
    };
    let list = |items: Vec<&str>| items.join(" ");
    format!(
        "{} via {}, {kind}, scopes [{}], roles [{}], groups [{}]",
        caller.subject().unwrap_or("-"),
        caller.client().unwrap_or("-"),
        list(caller.scopes().collect()),
        list(caller.roles().collect()),
        list(caller.groups().collect()),
    )
}

/// A resource server that fetches its keys from that network, and has them now if they can be had.
pub(crate) async fn fetching(issuer: &TestIssuer, network: &ScriptedFetch) -> Authenticator {
    let config = Authenticator::builder(issuer.url(), issuer.audience()).clock(issuer.clock());
    let auth = config.fetch_with(network.clone()).build().expect("a good configuration");
    auth.refresh().await;
    auth
}

/// Every URL that was asked for, in order.
pub(crate) fn asked(network: &ScriptedFetch) -> Vec<String> {
    network.journal().requests().into_iter().map(|request| request.path).collect()
}
