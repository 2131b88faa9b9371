//! What happened to requests.

use crate::authentication::Authentication;
use crate::error::AuthError;

/// Target of the events about requests. Fields: `reason`, `stage`, `issuer`, `kid`, `key_age_seconds`, `expected`,
/// `scheme`.
#[cfg(feature = "tracing")]
const AUTH: &str = "portcullis::auth";

/// Counter, by `outcome` (`accepted`, `anonymous`, `refused`), `reason` (empty unless refused) and `scheme`.
#[cfg(feature = "metrics")]
const AUTHENTICATIONS_TOTAL: &str = "portcullis_authentications_total";
/// Counter, by `outcome` (`permitted`, `refused`) and `reason`.
#[cfg(feature = "metrics")]
const DECISIONS_TOTAL: &str = "portcullis_decisions_total";

/// A request was authenticated, or refused. A refusal is the client's fault, so it is DEBUG.
pub(crate) fn authenticated(outcome: &Result<Authentication, AuthError>) {
    if let Err(error) = outcome {
        refused(error);
    }
    #[cfg(feature = "metrics")]
    {
        let (outcome, reason) = match outcome {
            Ok(authentication) if authentication.is_anonymous() => ("anonymous", ""),
            Ok(_) => ("accepted", ""),
            Err(error) => ("refused", error.reason().as_str()),
        };
        metrics::counter!(AUTHENTICATIONS_TOTAL, "outcome" => outcome, "reason" => reason, "scheme" => "bearer")
            .increment(1);
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

/// The application forgot the layer.
pub(crate) fn layer_missing() {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: AUTH,
        reason = "layer_missing",
        "a handler or a requirement of portcullis ran outside of its authentication layer; put the layer around it"
    );
}

/// The application gave up a safety.
pub(crate) fn waived(what: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: AUTH, "a safety was waived: {what}");
}

fn refused(error: &AuthError) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: AUTH,
        reason = error.reason().as_str(),
        stage = error.stage().as_str(),
        issuer = error.issuer(),
        kid = error.kid(),
        key_age_seconds = error.key_age().map(|age| age.as_secs()),
        about = error.subject_of_check(),
        expected = error.expected(),
        scheme = "bearer",
        "request refused"
    );
}
