//! What happened to requests.

use crate::authentication::Authentication;
use crate::error::AuthError;
use crate::logout::{LoggedOut, LogoutError};

/// Target of the events about requests. Fields: `reason`, `stage`, `scheme`, `issuer`, `kid`, `key_age_seconds`, `about`,
/// `expected`, `seconds_off`, `by`, `scope`; `kind` of a logout.
#[cfg(feature = "tracing")]
const AUTH: &str = "portcullis::auth";

/// Counter, by `outcome` (`accepted`, `anonymous`, `refused`), `reason` (empty unless refused) and `scheme`.
#[cfg(feature = "metrics")]
const AUTHENTICATIONS_TOTAL: &str = "portcullis_authentications_total";
/// Counter, by `outcome` (`hit`, `miss`): tokens that were looked for among those verified before.
#[cfg(feature = "metrics")]
const TOKEN_CACHE_LOOKUPS_TOTAL: &str = "portcullis_token_cache_lookups_total";
/// Counter: tokens let go to make room for others.
#[cfg(feature = "metrics")]
const TOKEN_CACHE_EVICTIONS_TOTAL: &str = "portcullis_token_cache_evictions_total";
/// Gauge: tokens held.
#[cfg(feature = "metrics")]
const TOKEN_CACHE_TOKENS: &str = "portcullis_token_cache_tokens";
/// Counter, by `outcome` (`permitted`, `refused`) and `reason`.
#[cfg(feature = "metrics")]
const DECISIONS_TOTAL: &str = "portcullis_decisions_total";
/// Counter, by `outcome` (`accepted`, `refused`) and `reason` (empty unless refused): requests to the back-channel logout.
#[cfg(feature = "metrics")]
const LOGOUTS_TOTAL: &str = "portcullis_logouts_total";

/// A request was authenticated, or refused. A refusal is the client's fault, so it is DEBUG.
pub(crate) fn authenticated(outcome: &Result<Authentication, AuthError>) {
    if let Err(error) = outcome {
        refused(error);
    }
    #[cfg(feature = "metrics")]
    {
        let (outcome, reason, scheme) = match outcome {
            Ok(authentication) => match scheme_of(authentication) {
                None => ("anonymous", "", ""),
                Some(scheme) => ("accepted", "", scheme),
            },
            Err(error) => ("refused", error.reason().as_str(), scheme(error)),
        };
        metrics::counter!(AUTHENTICATIONS_TOTAL, "outcome" => outcome, "reason" => reason, "scheme" => scheme)
            .increment(1);
    }
}

/// A token was looked for among those verified before.
pub(crate) fn token_looked_up(hit: bool) {
    #[cfg(feature = "metrics")]
    {
        let outcome = if hit { "hit" } else { "miss" };
        metrics::counter!(TOKEN_CACHE_LOOKUPS_TOTAL, "outcome" => outcome).increment(1);
    }
}

/// A token was verified and kept, and so many others were let go for it.
pub(crate) fn token_kept(evicted: u64, tokens: impl FnOnce() -> usize) {
    #[cfg(feature = "metrics")]
    {
        metrics::counter!(TOKEN_CACHE_EVICTIONS_TOTAL).increment(evicted);
        metrics::gauge!(TOKEN_CACHE_TOKENS).set(tokens() as f64);
    }
}

/// A requirement was decided.
pub(crate) fn decided(outcome: Result<(), &AuthError>) {
    if let Err(error) = outcome {
        refused(error);
    }
    #[cfg(feature = "metrics")]
    {
        let (outcome, reason) =
            outcome.map_or_else(|error| ("refused", error.reason().as_str()), |()| ("permitted", ""));
        metrics::counter!(DECISIONS_TOTAL, "outcome" => outcome, "reason" => reason).increment(1);
    }
}

/// The application forgot the layer, or added it in the wrong order.
pub(crate) fn layer_missing(error: &AuthError) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: AUTH,
        reason = "layer_missing",
        by = error.refused_by(),
        "AuthLayer (on actix-web AuthMiddleware) did not run before this; add it around the route, and after what \
         depends on it: what is added last runs first"
    );
}

/// The scheme that was used; a guest used none, and neither did nobody.
#[cfg(feature = "metrics")]
fn scheme_of(authentication: &Authentication) -> Option<&'static str> {
    use crate::principal::CallerKind;
    match authentication.caller()?.kind() {
        CallerKind::ApiKey | CallerKind::PersonalAccessToken => Some("api_key"),
        CallerKind::User | CallerKind::Client => Some("bearer"),
        CallerKind::Guest => None,
    }
}

/// The scheme that was used, once there was a credential of one that is served.
#[cfg(any(feature = "tracing", feature = "metrics"))]
fn scheme(error: &AuthError) -> &'static str {
    match error.stage() {
        crate::error::Stage::Credential | crate::error::Stage::Setup => "",
        crate::error::Stage::ApiKey => "api_key",
        _ if error.issuer().is_some_and(|issuer| issuer.starts_with("api-key:")) => "api_key",
        _ => "bearer",
    }
}

/// The application gave up a safety.
pub(crate) fn waived(what: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: AUTH, "a safety was waived: {what}");
}

/// An issuer told of a logout. Neither whose nor which session: that is personal data.
pub(crate) fn logout_received(outcome: &Result<LoggedOut, LogoutError>) {
    #[cfg(feature = "metrics")]
    {
        let (outcome, reason) = match outcome {
            Ok(_) => ("accepted", ""),
            Err(error) => ("refused", error.as_str()),
        };
        metrics::counter!(LOGOUTS_TOTAL, "outcome" => outcome, "reason" => reason).increment(1);
    }
    #[cfg(feature = "tracing")]
    match outcome {
        Ok(logged_out) => {
            let kind = if logged_out.is_every_session() { "subject" } else { "session" };
            tracing::info!(target: AUTH, kind, issuer = logged_out.issuer(), "logout accepted");
        }
        Err(error) => {
            let token = match error {
                LogoutError::TokenRefused(error) => Some(error),
                _ => None,
            };
            tracing::debug!(
                target: AUTH,
                reason = error.as_str(),
                issuer = token.and_then(AuthError::issuer),
                kid = token.and_then(AuthError::kid),
                key_age_seconds = token.and_then(AuthError::key_age).map(|age| age.as_secs()),
                about = token.and_then(AuthError::subject_of_check),
                expected = token.and_then(AuthError::expected),
                seconds_off = token.and_then(AuthError::seconds_off),
                "logout refused"
            );
        }
    }
}

fn refused(error: &AuthError) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: AUTH,
        reason = error.reason().as_str(),
        stage = error.stage().as_str(),
        scheme = scheme(error),
        issuer = error.issuer(),
        kid = error.kid(),
        key_age_seconds = error.key_age().map(|age| age.as_secs()),
        about = error.subject_of_check(),
        expected = error.expected(),
        seconds_off = error.seconds_off(),
        by = error.refused_by(),
        scope = error.required_scope(),
        "request refused"
    );
}
