//! From an API key that was found good to a caller.

use std::sync::Arc;

use crate::api_key::{ApiKeys, KnownKey};
use crate::authentication::Authentication;
use crate::cache::Address;
use crate::claims::{NumericDate, Window};
use crate::credential::Places;
use crate::error::{AuthError, Reason};
use crate::principal::{Basis, Caller, Standing, Verified};
use crate::verification::Inner;

/// The keys that an authenticator accepts, and where it takes them from.
pub(crate) struct AcceptedKeys {
    pub(crate) keys: ApiKeys,
    pub(crate) places: Places,
}

impl Inner {
    /// Lets the holder of a good key in, if nothing else is against it, and remembers that.
    pub(crate) fn admit_key(
        &self,
        known: Arc<KnownKey>,
        text: &str,
        address: Option<Address>,
    ) -> Result<Authentication, AuthError> {
        let Some(accepted) = &self.api_keys else { return Err(Reason::CredentialMissing.into()) };
        let (claims, policy) = accepted.keys.claims(&known);
        let window = known.end().map_or(Window::ALWAYS, |end| Window::ALWAYS.before(NumericDate::at(end)));
        let standing = Standing::new(Basis::ApiKey(known), window);
        let caller = Caller::new(Arc::new(Verified::new(claims, policy, Arc::clone(&self.answers), standing)));
        self.admit(&caller).map_err(|error| match error.reason() {
            // With the answer of a key that was revoked in its store.
            Reason::TokenRevoked => caller.locate(Reason::ApiKeyRevoked.into()),
            _ => caller.locate(error),
        })?;
        Ok(self.keep(address, text, Arc::new(caller)))
    }
}
