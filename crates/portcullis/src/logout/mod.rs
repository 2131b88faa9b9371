//! OpenID Connect Back-Channel Logout 1.0 with errata set 1: the endpoint that the issuer tells of a logout.

mod answer;
mod builder;
mod outcome;
mod request;
mod seen;

pub use answer::LogoutAnswer;
pub use builder::BackChannelLogoutBuilder;
pub use outcome::{LoggedOut, LogoutError};

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use self::seen::SeenTokens;
use crate::authenticator::Authenticator;
use crate::claims::{LogoutClaims, LogoutPolicy, NumericDate};
use crate::defaults;
use crate::error::AuthError;
use crate::request::RequestHead;
use crate::revocation::Revocations;
use crate::telemetry;
use crate::verification::{Inner, Obstacle};

/// Takes logout tokens from an issuer and puts what they end on the authenticator's list of revocations.
///
/// The issuer posts a signed token when a user logs out anywhere ([OpenID Connect Back-Channel Logout 1.0][spec]). It is
/// verified with the keys that the authenticator has for that issuer, by the same rules, and what it names is refused from
/// then on. The adapters make an endpoint of it: `LogoutService` for tower and axum, `logout_resource` for actix-web.
///
/// ```
/// use portcullis::{Authenticator, BackChannelLogout, Revocations};
///
/// let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com")
///     .revocations(Revocations::new())
///     .build()?;
/// // A logout token is meant for a client of the issuer, not for the API.
/// let logout = BackChannelLogout::builder(&auth, "https://login.example.com/", "my-client-id").build()?;
/// # drop(logout);
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
///
/// **What is checked.** A POST of `application/x-www-form-urlencoded` with `logout_token` once; other parameters are passed
/// over. The signature, never `none`, by a key that the issuer published for that algorithm; `typ` `logout+jwt`, `JWT` or
/// absent; `iss`; `aud`; `iat`, not in the future and not older than
/// [`max_token_age`](BackChannelLogoutBuilder::max_token_age); `exp`; `jti`, not seen before; `events` with the logout as an
/// object; `sub` or `sid`; no `nonce`. An access token is no logout token, and a logout token is no access token.
///
/// **What is ended.** With `sid`, that session, whether or not there is a `sub`; with `sub` alone, every token of that user
/// that was issued up to and in the second of the logout token's `iat`. Where access tokens have no `sid`, a session cannot
/// be found by it: see [`every_session`](BackChannelLogoutBuilder::every_session).
///
/// **What is answered.** 200; 400 with `{"error":"invalid_request"}`; 405 for another method than POST; 503 with
/// `Retry-After` when there are no keys to decide with, so that the issuer tries again. Always `Cache-Control: no-store`.
///
/// It needs no credentials, so it stands outside of the layer that authenticates. For how long a body may take is the server's
/// business, as for every request. Clones are the same endpoint; it shares keys with the authenticator, and keeps them being
/// refreshed as a clone of that does.
///
/// [spec]: https://openid.net/specs/openid-connect-backchannel-1_0.html
#[derive(Clone)]
pub struct BackChannelLogout {
    shared: Arc<Shared>,
}

struct Shared {
    /// The authenticator's.
    inner: Arc<Inner>,
    issuer: usize,
    policy: LogoutPolicy,
    revocations: Revocations,
    counts_for: Duration,
    every_session: bool,
    seen: SeenTokens,
}

impl BackChannelLogout {
    /// Starts a configuration for the logout tokens of one of the authenticator's issuers, and the client that they are
    /// meant for: the `client_id` under which the URL of the endpoint is registered there.
    pub fn builder(
        authenticator: &Authenticator,
        issuer: impl Into<String>,
        client_id: impl Into<String>,
    ) -> BackChannelLogoutBuilder {
        BackChannelLogoutBuilder::new(authenticator, issuer.into(), client_id.into())
    }

    /// Decides a request, and revokes what it names. Adapters call this; [`LogoutAnswer::to`] says what to send.
    ///
    /// `read` is called after method and content type were found good, with the largest number of bytes that the body may
    /// have, and fails with [`LogoutError::BodyTooLarge`] or [`LogoutError::BodyUnreadable`].
    ///
    /// Pending only while the body is read and while keys have to be waited for. Cancel safe: dropped before it is ready, it
    /// has revoked nothing.
    ///
    /// # Errors
    /// [`LogoutError`] says why, to the operator.
    pub async fn receive<H, B, F>(
        &self,
        method: &str,
        head: &H,
        read: impl FnOnce(usize) -> F,
    ) -> Result<LoggedOut, LogoutError>
    where
        H: RequestHead + ?Sized,
        B: AsRef<[u8]>,
        F: Future<Output = Result<B, LogoutError>>,
    {
        let outcome = self.decide(method, head, read).await;
        telemetry::logout_received(&outcome);
        outcome
    }

    async fn decide<H, B, F>(
        &self,
        method: &str,
        head: &H,
        read: impl FnOnce(usize) -> F,
    ) -> Result<LoggedOut, LogoutError>
    where
        H: RequestHead + ?Sized,
        B: AsRef<[u8]>,
        F: Future<Output = Result<B, LogoutError>>,
    {
        request::check_head(method, head)?;
        let limit = self.shared.inner.max_token_bytes + defaults::LOGOUT_FORM_SLACK;
        let token = {
            let body = read(limit).await?;
            request::logout_token(body.as_ref(), limit)?
        };
        let claims = self.verify(&token).await.map_err(LogoutError::TokenRefused)?;
        self.carry_out(claims)
    }

    async fn verify(&self, token: &str) -> Result<LogoutClaims, AuthError> {
        let Shared { inner, issuer, policy, .. } = &*self.shared;
        let kid = match inner.attempt_logout(*issuer, policy, token) {
            Ok(claims) => return Ok(claims),
            Err(Obstacle::Refused(error)) => return Err(error),
            Err(Obstacle::KeyMissing { kid, .. }) => kid,
        };
        let trusted = &inner.issuers[*issuer];
        let outcome = trusted.ask_for_key(kid.as_deref())?.await;
        match inner.attempt_logout(*issuer, policy, token) {
            Ok(claims) => Ok(claims),
            Err(Obstacle::Refused(error)) => Err(error),
            Err(Obstacle::KeyMissing { kid, .. }) => Err(trusted.still_without_key(kid.as_deref(), outcome)),
        }
    }

    /// Revokes what the token names, unless it was here before.
    fn carry_out(&self, claims: LogoutClaims) -> Result<LoggedOut, LogoutError> {
        let Shared { inner, policy, revocations, counts_for, every_session, seen, .. } = &*self.shared;
        let LogoutClaims { jti, iat, end, sub, sid } = claims;
        let now = NumericDate::at(inner.clock.now());
        if !seen.is_new(&jti, end, now) {
            return Err(LogoutError::TokenReplayed);
        }
        let (issuer, until) = (policy.issuer(), now.plus(*counts_for).to_system_time());
        if let Some(sid) = &sid {
            revocations.revoke_session(issuer, sid, until);
        }
        let by_subject = *every_session || sid.is_none();
        if let Some(sub) = sub.as_deref().filter(|_| by_subject) {
            // Issuers date tokens in whole seconds: one of the same second may be of before the logout.
            let issued_before = iat.plus(Duration::from_secs(1)).to_system_time();
            revocations.revoke_subject(issuer, sub, issued_before, until);
        }
        Ok(LoggedOut::new(Arc::clone(issuer), sub, sid, by_subject))
    }
}

impl fmt::Debug for BackChannelLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackChannelLogout")
            .field("policy", &self.shared.policy)
            .field("counts_for", &self.shared.counts_for)
            .field("every_session", &self.shared.every_session)
            .finish_non_exhaustive()
    }
}
