//! The story of a token, from the request to the caller.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::api_key::{ApiKeys, Checked};
use crate::authenticating::Authenticating;
use crate::authentication::Authentication;
use crate::builder::AuthenticatorBuilder;
use crate::cache::{Address, CacheStatus, TokenCache};
use crate::challenge::Refusal;
use crate::credential::{self, Credential, CredentialKind, Presented, PresentedKey};
use crate::error::{AuthError, Reason, Stage};
use crate::issuer::Issuer;
use crate::jwks::{ExportedKeys, KeyStatus, NotReady};
use crate::recall::Recalled;
use crate::request::RequestHead;
#[cfg(feature = "__internals")]
use crate::verification::TokenKind;
use crate::verification::{Inner, Obstacle};

/// A resource server's verifier: bearer token in, [`Authentication`] or reasoned refusal out.
///
/// One concrete type, cheap to clone (one reference count); make one at start-up and share it. The last clone
/// dropped ends the background refresh.
///
/// ```
/// use portcullis::Authenticator;
///
/// let auth = Authenticator::builder("https://login.example.com/", "https://api.example.com").build()?;
/// assert_eq!(auth.status()[0].issuer, "https://login.example.com/");
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Authenticator {
    inner: Arc<Inner>,
}

impl Authenticator {
    /// Starts a configuration with one issuer and the audience that identifies this resource server.
    ///
    /// Neither has a default that would be safe, so both are arguments; everything else has one.
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> AuthenticatorBuilder {
        AuthenticatorBuilder::new(vec![Issuer::new(issuer, audience)])
    }

    /// Starts a configuration with an issuer that has settings of its own.
    pub fn trusting(issuer: Issuer) -> AuthenticatorBuilder {
        AuthenticatorBuilder::new(vec![issuer])
    }

    /// Starts a configuration that takes API keys only, and no tokens.
    pub fn api_keys_only(keys: ApiKeys) -> AuthenticatorBuilder {
        AuthenticatorBuilder::new(Vec::new()).api_keys(keys)
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// The steps up to the signature, with the first issuer's keys, and none of those after it.
    #[cfg(feature = "__internals")]
    pub(crate) fn check_signature(&self, token: &str) -> Result<(), Reason> {
        let verified = self.inner.open(token, |compact, header, signature| {
            compact.payload_octets()?;
            self.inner.signed_by(0, TokenKind::Access, compact.signing_input, header, signature)
        });
        match verified {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(Reason::SignatureInvalid),
            Err(Obstacle::Refused(error)) => Err(error.reason()),
            Err(Obstacle::KeyMissing { .. }) => Err(Reason::KeysUnavailable),
        }
    }

    /// The same with that one key for the first issuer, unless there are clones.
    #[cfg(feature = "__internals")]
    pub(crate) fn with_key(mut self, key: crate::jwks::VerificationKey) -> Option<Self> {
        use crate::jwks::{KeySet, KeySource};
        Arc::get_mut(&mut self.inner)?.issuers.first_mut()?.keys = KeySource::Fixed(KeySet::configured(vec![key]));
        Some(self)
    }

    /// Authenticates a request that must present a credential.
    ///
    /// The future is ready at once unless keys must be waited for. Dropping it leaves nothing behind.
    pub fn authenticate<H: RequestHead + ?Sized>(&self, head: &H) -> Authenticating {
        match self.credential(head) {
            Ok(Credential::Bearer(presented)) => self.verify_presented(presented),
            Ok(Credential::ApiKey(presented)) => self.verify_key(presented),
            Ok(Credential::Absent) => Authenticating::ready(Err(Reason::CredentialMissing.into())),
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    fn credential<'a, H: RequestHead + ?Sized>(&self, head: &'a H) -> Result<Credential<'a>, Reason> {
        match &self.inner.api_keys {
            None => Ok(credential::bearer(head)?.map_or(Credential::Absent, Credential::Bearer)),
            Some(accepted) => accepted.places.find(head),
        }
    }

    /// Authenticates a request that may present nothing. Only an absent credential passes as anonymous: one that is
    /// there and bad is refused, and so is one of a scheme that is not served.
    pub fn authenticate_optional<H: RequestHead + ?Sized>(&self, head: &H) -> Authenticating {
        match self.credential(head) {
            Ok(Credential::Bearer(presented)) => self.verify_presented(presented),
            Ok(Credential::ApiKey(presented)) => self.verify_key(presented),
            Ok(Credential::Absent) => {
                let nobody = || Authentication::nobody(Arc::clone(&self.inner.answers));
                Authenticating::ready(Ok(self.inner.guest.clone().unwrap_or_else(nobody)))
            }
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    /// Verifies a token that did not come in an `Authorization` field.
    pub fn verify(&self, token: &str) -> Authenticating {
        match self.inner.recall(token.as_bytes(), CredentialKind::Token) {
            Recalled::Known(caller) => Authenticating::ready(Ok(Authentication::of(caller))),
            Recalled::Refused(error) => Authenticating::ready(Err(error)),
            Recalled::Unknown(address) => self.verify_anew(token, address, || true),
        }
    }

    /// Verifies an API key that did not come in one of the places that keys are taken from: in a message of another
    /// protocol, or typed in. Without API keys configured it is refused like a missing credential.
    pub fn verify_api_key(&self, key: &str) -> Authenticating {
        match credential::PresentedKey::of(key) {
            Ok(presented) => self.verify_key(presented),
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    fn verify_presented(&self, presented: Presented<'_>) -> Authenticating {
        let address = match self.inner.recall(presented.octets(), CredentialKind::Token) {
            Recalled::Known(caller) => return Authenticating::ready(Ok(Authentication::of(caller))),
            Recalled::Refused(error) => return Authenticating::ready(Err(error)),
            Recalled::Unknown(address) => address,
        };
        match presented.text() {
            Ok(token) => self.verify_anew(token, address, || presented.is_token68()),
            Err(reason) => Authenticating::ready(Err(reason.into())),
        }
    }

    fn verify_key(&self, presented: PresentedKey<'_>) -> Authenticating {
        let PresentedKey { text, is_hidden } = presented;
        let address = match self.inner.recall(text.as_bytes(), CredentialKind::ApiKey) {
            Recalled::Known(caller) => return Authenticating::ready(Ok(Authentication::of(caller).hidden(is_hidden))),
            Recalled::Refused(error) => return Authenticating::ready(Err(error)),
            Recalled::Unknown(address) => address,
        };
        // Without them no place is looked at.
        let Some(accepted) = &self.inner.api_keys else {
            return Authenticating::ready(Err(Reason::CredentialMissing.into()));
        };
        match accepted.keys.verify(&text) {
            Checked::Now(outcome) => {
                let outcome = outcome.and_then(|known| self.inner.admit_key(known, &text, address));
                Authenticating::ready(outcome.map(|authentication| authentication.hidden(is_hidden)))
            }
            Checked::Later(outcome) => {
                let (this, text) = (self.clone(), text.into_owned());
                Authenticating::waiting(async move {
                    let known = outcome.await?;
                    this.inner.admit_key(known, &text, address).map(|authentication| authentication.hidden(is_hidden))
                })
            }
        }
    }

    /// Whether it could be a token at all is only asked of one that was refused before all of it was decoded.
    fn verify_anew(&self, token: &str, address: Option<Address>, is_token68: impl FnOnce() -> bool) -> Authenticating {
        let (issuer, kid) = match self.inner.attempt(token) {
            Ok(caller) => return Authenticating::ready(Ok(self.inner.keep(address, token, caller))),
            Err(Obstacle::Refused(error)) if error.stage() == Stage::Token && !is_token68() => {
                return Authenticating::ready(Err(Reason::CredentialMalformed.into()));
            }
            Err(Obstacle::Refused(error)) => return Authenticating::ready(Err(error)),
            Err(Obstacle::KeyMissing { issuer, kid }) => (issuer, kid),
        };
        match self.inner.issuers[issuer].ask_for_key(kid.as_deref()) {
            Err(error) => Authenticating::ready(Err(error)),
            Ok(wait) => {
                let (this, token) = (self.clone(), token.to_owned());
                Authenticating::waiting(async move {
                    let outcome = wait.await;
                    this.inner.attempt_again(&token, outcome).map(|caller| this.inner.keep(address, &token, caller))
                })
            }
        }
    }

    /// Renders a refusal as configured: status, header fields and body, the same on every framework.
    #[must_use]
    pub fn refuse(&self, error: &AuthError) -> Refusal {
        self.inner.answers.refuse(error)
    }

    /// Waits until every issuer has keys. Pending for as long as one cannot be reached; never needed, since requests
    /// work without it, but a readiness probe may want it.
    pub async fn ready(&self) {
        for issuer in &self.inner.issuers {
            issuer.keys.ready(&*self.inner.clock).await;
        }
    }

    /// Waits for keys of every issuer, but not longer than `limit`: for those who would rather not start without.
    ///
    /// # Errors
    /// [`NotReady`] lists the issuers that have none, and the last error of each.
    pub async fn require_keys_within(&self, limit: Duration) -> Result<(), NotReady> {
        let mut ready = pin!(self.ready());
        let mut limit = self.inner.clock.sleep(limit);
        poll_fn(|context| match ready.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending => limit.as_mut().poll(context).map(|()| NotReady::unless_ready(self.status())),
        })
        .await
    }

    /// Asks every issuer for its keys now, and waits until each attempt has ended.
    pub async fn refresh(&self) {
        let waits: Vec<_> = self.inner.issuers.iter().filter_map(|issuer| issuer.keys.refresh()).collect();
        for wait in waits {
            wait.await;
        }
    }

    /// The state of each issuer's keys, in the order of the configuration.
    #[must_use]
    pub fn status(&self) -> Vec<KeyStatus> {
        self.inner.issuers.iter().map(|issuer| issuer.keys.status(&issuer.policy.issuer)).collect()
    }

    /// Are there keys to decide with for every issuer?
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status().iter().all(KeyStatus::is_usable)
    }

    /// How the cache of verified tokens does.
    #[must_use]
    pub fn cache_status(&self) -> CacheStatus {
        self.inner.cache.as_ref().map_or(CacheStatus::OFF, TokenCache::status)
    }

    /// The fetched keys of all issuers, for [`AuthenticatorBuilder::seed`] of the next process. Public keys only.
    #[must_use]
    pub fn export_keys(&self) -> ExportedKeys {
        ExportedKeys::new(self.inner.issuers.iter().filter_map(|issuer| issuer.keys.export()).collect())
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("issuers", &self.inner.issuers)
            .field("answers", &self.inner.answers)
            .finish_non_exhaustive()
    }
}
