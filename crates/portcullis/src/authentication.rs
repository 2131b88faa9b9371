//! What a layer leaves in a request: who is calling, or that nobody said so.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::challenge::{Answers, Refusal};
use crate::error::{AuthError, Reason};
use crate::principal::{Caller, CallerKind, Principal};
use crate::requirement::{Decision, Requirement};
use crate::telemetry;

/// The outcome of authenticating one request that was not refused: a verified caller, or nobody.
///
/// Adapters put it into the request; extractors and requiring layers read it by cheap clone (one reference count)
/// and never remove it.
#[derive(Clone)]
pub struct Authentication {
    who: Who,
    is_hidden: bool,
}

#[derive(Clone)]
enum Who {
    Nobody(Arc<Answers>),
    Caller(Arc<Caller>),
}

impl Authentication {
    pub(crate) fn of(caller: Arc<Caller>) -> Self {
        Self { who: Who::Caller(caller), is_hidden: false }
    }

    pub(crate) fn nobody(answers: Arc<Answers>) -> Self {
        Self { who: Who::Nobody(answers), is_hidden: false }
    }

    /// The credential was in a place that caches know nothing of.
    pub(crate) fn hidden(self, is_hidden: bool) -> Self {
        Self { is_hidden, ..self }
    }

    /// Must the answer be marked `Cache-Control: private`? Shared caches keep no answers to requests with `Authorization`
    /// (RFC 9111 §3.5), but do not know other places of keys. The adapters see to it.
    #[must_use]
    pub fn must_be_private(&self) -> bool {
        self.is_hidden
    }

    /// Do these lines of `Cache-Control` say already that an answer is for one caller only (RFC 9111 §5.2.2.5, §5.2.2.7)?
    pub fn is_private<'a>(cache_control: impl IntoIterator<Item = &'a [u8]>) -> bool {
        let says_so = |one: &[u8]| one.eq_ignore_ascii_case(b"private") || one.eq_ignore_ascii_case(b"no-store");
        let mut directives = cache_control.into_iter().flat_map(|line| line.split(|octet| *octet == b','));
        directives.any(|directive| says_so(directive.trim_ascii()))
    }

    /// The verified caller, unless nothing was presented.
    #[must_use]
    pub fn caller(&self) -> Option<&Arc<Caller>> {
        match &self.who {
            Who::Nobody(_) => None,
            Who::Caller(caller) => Some(caller),
        }
    }

    /// Was nothing presented?
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.caller().is_none()
    }

    /// Turns "nothing was presented" into a refusal.
    ///
    /// # Errors
    /// [`Reason::CredentialMissing`].
    pub fn required(self) -> Result<Self, AuthError> {
        if self.is_anonymous() { Err(Reason::CredentialMissing.into()) } else { Ok(self) }
    }

    /// The caller with its claims as `C`.
    ///
    /// # Errors
    /// [`Reason::CredentialMissing`] when nobody said who is calling, also for a guest whose claims do not fit `C`;
    /// [`Reason::ClaimsRejected`] when those of another caller do not.
    pub fn principal<C: DeserializeOwned + Send + Sync + 'static>(&self) -> Result<Principal<C>, AuthError> {
        let found = self.optional_principal()?;
        found.ok_or_else(|| Self::told(AuthError::from(Reason::CredentialMissing)))
    }

    /// The caller with its claims as `C`, or `None` when nothing was presented.
    ///
    /// # Errors
    /// [`Reason::ClaimsRejected`] when the claims do not fit `C`, and [`Reason::CredentialMissing`] for those of a guest.
    pub fn optional_principal<C: DeserializeOwned + Send + Sync + 'static>(
        &self,
    ) -> Result<Option<Principal<C>>, AuthError> {
        let decoded = self.caller().map(|caller| Principal::of(caller).map_err(|error| self.unless_guest(error)));
        decoded.transpose().map_err(Self::told)
    }

    /// A guest presented nothing that could be blamed.
    fn unless_guest(&self, error: AuthError) -> AuthError {
        let is_guest = self.caller().is_some_and(|caller| caller.kind() == CallerKind::Guest);
        if is_guest { error.instead(Reason::CredentialMissing) } else { error }
    }

    /// A refusal that no requirement made and that would otherwise leave no trace.
    fn told(error: AuthError) -> AuthError {
        telemetry::decided(Err(&error));
        error
    }

    /// Decides a requirement.
    ///
    /// # Errors
    /// [`Reason::CredentialMissing`] for nobody; [`Reason::ScopeInsufficient`], naming the scopes, or
    /// [`Reason::RequirementDenied`] for a caller that may not.
    pub fn require<R: Requirement>(&self) -> Result<(), AuthError> {
        let outcome = self.decide::<R>();
        telemetry::decided(outcome.as_ref().copied());
        outcome
    }

    fn decide<R: Requirement>(&self) -> Result<(), AuthError> {
        let missing = || AuthError::from(Reason::CredentialMissing).by::<R>().needing(R::scopes());
        let Some(caller) = self.caller() else { return Err(missing()) };
        match R::decide(caller) {
            Decision::Permitted => Ok(()),
            // Who is nobody in particular may be somebody after all.
            _ if caller.kind() == CallerKind::Guest => Err(missing()),
            Decision::ScopeInsufficient => {
                Err(caller.locate(AuthError::from(Reason::ScopeInsufficient).by::<R>().needing(R::scopes())))
            }
            Decision::Denied => Err(caller.locate(AuthError::from(Reason::RequirementDenied).by::<R>())),
        }
    }

    /// Renders a refusal the way the authenticator that made this was configured to.
    #[must_use]
    pub fn refuse(&self, error: &AuthError) -> Refusal {
        match &self.who {
            Who::Nobody(answers) => answers.refuse(error),
            Who::Caller(caller) => caller.answers().refuse(error),
        }
    }
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Nobody(_) => f.write_str("Authentication(nobody)"),
            Who::Caller(caller) => f.debug_tuple("Authentication").field(caller).finish(),
        }
    }
}

impl Refusal {
    /// The answer when no layer is there to say how refusals should look: for a missing layer a 500 that names it, in
    /// the body and in the log, and otherwise the default challenge.
    #[must_use]
    pub fn without_layer(error: &AuthError) -> Self {
        let mut refusal = Answers::default().refuse(error);
        if error.reason() == Reason::LayerMissing {
            telemetry::layer_missing(error);
            refusal.headers.push(("content-type", "text/plain; charset=utf-8".into()));
            refusal.body = b"The authentication layer (AuthLayer, on actix-web AuthMiddleware) is missing.\n".to_vec();
        }
        refusal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::principal::TrustedCaller;

    #[derive(Debug, serde::Deserialize)]
    struct Tenant {
        tenant: String,
    }

    /// RFC6750-3.1-e: who presented nothing is not told that a token was bad.
    #[test]
    fn a_guest_whose_claims_do_not_fit_is_asked_who_it_is() {
        let reason = |caller: TrustedCaller| {
            let who = caller.build();
            let errors = [who.principal::<Tenant>().err(), who.optional_principal::<Tenant>().err()];
            let [required, optional] = errors.map(|error| error.map(|error| error.reason()));
            assert_eq!(required, optional);
            required
        };
        let caller = || TrustedCaller::new("https://as.test", "somebody");
        assert_eq!(reason(caller()), Some(Reason::ClaimsRejected));
        let guest = || caller().kind(CallerKind::Guest);
        assert_eq!(reason(guest()), Some(Reason::CredentialMissing));
        assert_eq!(reason(guest().tenant("acme")), None);
        let who: Principal<Tenant> = guest().tenant("acme").build().principal().unwrap();
        assert_eq!(who.claims().tenant, "acme");
    }
}
