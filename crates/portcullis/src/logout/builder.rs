//! Configuring the endpoint.

use std::sync::Arc;
use std::time::Duration;

use super::seen::SeenTokens;
use super::{BackChannelLogout, Shared};
use crate::authenticator::Authenticator;
use crate::claims::LogoutPolicy;
use crate::config::{ConfigError, Problems};
use crate::defaults;
use crate::jwks::without_credentials;
use crate::telemetry;
use crate::verification::Inner;

/// The configuration of a [`BackChannelLogout`]. Setters consume and never fail; [`build`](Self::build) reports every
/// problem at once.
#[must_use]
pub struct BackChannelLogoutBuilder {
    inner: Arc<Inner>,
    issuer: String,
    clients: Vec<String>,
    max_token_age: Duration,
    counts_for: Duration,
    every_session: bool,
    typ_required: bool,
    expiry_optional: bool,
}

impl BackChannelLogoutBuilder {
    pub(super) fn new(authenticator: &Authenticator, issuer: String, client_id: String) -> Self {
        Self {
            inner: Arc::clone(authenticator.inner()),
            issuer,
            clients: vec![client_id],
            max_token_age: defaults::MAX_LOGOUT_TOKEN_AGE,
            counts_for: defaults::LOGOUT_COUNTS_FOR,
            every_session: false,
            typ_required: false,
            expiry_optional: false,
        }
    }

    /// Accepts logout tokens for one more client of the issuer: several may share the endpoint.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.clients.push(client_id.into());
        self
    }

    /// How long ago a logout token may have been issued, leeway not counted. Default [`defaults::MAX_LOGOUT_TOKEN_AGE`],
    /// from 1 second to 24 hours.
    pub fn max_token_age(mut self, age: Duration) -> Self {
        self.max_token_age = age;
        self
    }

    /// How long a logout is kept on the list: for as long as access tokens of this issuer live, or longer. Default
    /// [`defaults::LOGOUT_COUNTS_FOR`], from 1 minute to [`defaults::MAX_LOGOUT_COUNTS_FOR`].
    pub fn counts_for(mut self, time: Duration) -> Self {
        self.counts_for = time;
        self
    }

    /// Ends every session of the user, and not only the one that `sid` names, where the token names the user with `sub`:
    /// for issuers whose access tokens have no `sid`. By default such a logout is accepted and ends none of those tokens.
    pub fn every_session(mut self) -> Self {
        self.every_session = true;
        self
    }

    /// Refuses logout tokens whose header does not say `typ` `logout+jwt`, as the errata want it. Default: `JWT` and no
    /// `typ` at all will do.
    pub fn require_logout_typ(mut self) -> Self {
        self.typ_required = true;
        self
    }

    /// Accepts logout tokens without `exp`, which errata set 1 made a must. They are still refused when they are older than
    /// [`max_token_age`](Self::max_token_age). Logged as a warning when the endpoint is built.
    pub fn dangerous_accept_logout_tokens_without_exp(mut self) -> Self {
        self.expiry_optional = true;
        self
    }

    /// Builds the endpoint.
    ///
    /// # Errors
    /// [`ConfigError`] lists every problem, each with what to write instead.
    pub fn build(self) -> Result<BackChannelLogout, ConfigError> {
        let mut problems = Problems::default();
        let shown = without_credentials(&self.issuer).into_owned();
        let mut check = |good: bool, setting: &str, problem: &str, remedy: &str| {
            if !good {
                problems.add(format!("back-channel logout of {shown:?}: {setting}"), problem, remedy);
            }
        };
        let issuer = self.inner.by_name.get(self.issuer.as_str()).copied();
        check(
            issuer.is_some(),
            "issuer",
            "the authenticator does not trust it",
            "use the exact name of one of its issuers",
        );
        check(
            self.inner.revocations.is_some(),
            "revocations",
            "the authenticator has no list to put a logout on",
            "give it one with AuthenticatorBuilder::revocations",
        );
        let odd = |text: &String| text.is_empty() || text.chars().any(char::is_control);
        check(
            !self.clients.iter().any(odd),
            "client_id",
            "empty, or with control characters",
            "use the `client_id` that the issuer knows this endpoint's client by",
        );
        check(
            (Duration::from_secs(1)..=Duration::from_secs(24 * 60 * 60)).contains(&self.max_token_age),
            "max_token_age",
            "outside 1 second to 24 hours",
            "use a time in that range; 10 minutes is the default",
        );
        check(
            (Duration::from_secs(60)..=defaults::MAX_LOGOUT_COUNTS_FOR).contains(&self.counts_for),
            "counts_for",
            "outside 1 minute to 30 days",
            "use the longest life of an access token; 24 hours is the default",
        );
        let Some((issuer, revocations)) = issuer.zip(self.inner.revocations.clone()) else {
            // What is missing is among them.
            return Err(problems.into_error());
        };
        problems.into_result()?;
        if self.expiry_optional {
            telemetry::waived(&format!("the back-channel logout of {shown} accepts tokens without exp"));
        }
        let trusted = &self.inner.issuers[issuer].policy;
        let policy = LogoutPolicy::new(
            Arc::clone(&trusted.issuer),
            self.clients.into_iter().map(Into::into).collect(),
            trusted.leeway,
            self.max_token_age,
            self.expiry_optional,
            self.typ_required,
        );
        let shared = Shared {
            inner: self.inner,
            issuer,
            policy,
            revocations,
            counts_for: self.counts_for,
            every_session: self.every_session,
            seen: SeenTokens::new(defaults::REMEMBERED_LOGOUTS),
        };
        Ok(BackChannelLogout { shared: Arc::new(shared) })
    }
}
