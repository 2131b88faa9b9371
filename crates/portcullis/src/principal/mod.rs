//! Who is calling, once that is certain.

mod caller;
mod decoded;
mod standing;
mod trusted;
mod verified;

pub use caller::{Caller, CallerKind};
pub(crate) use standing::{Basis, Standing};
pub use trusted::TrustedCaller;
pub(crate) use verified::Verified;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::claims::RegisteredClaims;
use crate::error::AuthError;

/// A verified caller together with its claims as the application's own type.
///
/// Dereferences to [`Caller`] for everything that does not depend on the claims type. Cheap to clone (one reference
/// count), whatever `C` is. Two principals are equal when issuer and subject are: a subject alone is unique only
/// within its issuer (RFC 7519 §4.1.2), and a caller without a subject equals nobody.
///
/// **The claims are shared.** They are decoded once per verified token, and all requests with that token have the same
/// `C`, on whatever thread, for as long as the token is [remembered](crate::AuthenticatorBuilder::cached_tokens) or one of
/// those requests goes on. A `C` with state that changes behind `&` (a `Mutex`, a counter, a `OnceLock`) carries it from
/// one request to the next, and loses it without notice when the token is let go: keep such state elsewhere.
pub struct Principal<C = RegisteredClaims> {
    caller: Arc<Caller>,
    /// The claims are kept by the caller, for all principals of it.
    claims: PhantomData<fn() -> C>,
}

impl<C: DeserializeOwned + Send + Sync + 'static> Principal<C> {
    /// Decodes the claims of a caller; once per verified token and claims type, however often this is called.
    ///
    /// # Errors
    /// [`Reason::ClaimsRejected`](crate::Reason::ClaimsRejected) when they do not fit `C`.
    pub fn of(caller: &Arc<Caller>) -> Result<Self, AuthError> {
        caller.decode::<C>()?;
        Ok(Self { caller: Arc::clone(caller), claims: PhantomData })
    }
}

impl<C: Send + Sync + 'static> Principal<C> {
    /// The claims, decoded.
    #[must_use]
    pub fn claims(&self) -> &C {
        self.caller.decoded().expect("a principal is only made of a caller that has decoded its claims")
    }
}

impl<C> Principal<C> {
    /// The caller, without the claims type.
    #[must_use]
    pub fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }
}

impl<C> Deref for Principal<C> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<C> Clone for Principal<C> {
    fn clone(&self) -> Self {
        Self { caller: Arc::clone(&self.caller), claims: PhantomData }
    }
}

impl<C> PartialEq for Principal<C> {
    fn eq(&self, other: &Self) -> bool {
        self.caller.same_subject(&other.caller)
    }
}

/// No claim values: they are personal data.
impl<C> fmt::Debug for Principal<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal").field("caller", &self.caller).finish_non_exhaustive()
    }
}
