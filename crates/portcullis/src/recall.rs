//! Tokens that were verified before: when that still counts.

use std::sync::Arc;

use crate::authentication::Authentication;
use crate::cache::Address;
use crate::claims::NumericDate;
use crate::credential::CredentialKind;
use crate::error::AuthError;
use crate::principal::{Basis, Caller};
use crate::revocation::Revocations;
use crate::telemetry;
use crate::trusted::TrustedIssuer;
use crate::verification::Inner;

/// What the cache knows of a token.
pub(crate) enum Recalled {
    Known(Arc<Caller>),
    /// It is known and stands, but whether it was revoked cannot be said.
    Refused(AuthError),
    /// With where it would be, if it may be remembered.
    Unknown(Option<Address>),
}

impl Inner {
    /// A token that was verified before, if it would be found good again: by the keys that are in use now, and at this
    /// time.
    ///
    /// As one of that kind: a key is no token, whoever sends it, and a token is no key.
    pub(crate) fn recall(&self, token: &[u8], kind: CredentialKind) -> Recalled {
        // One that is too long was never verified, and is not read to its end for that.
        let Some(cache) = self.cache.as_ref().filter(|_| token.len() <= self.max_token_bytes) else {
            return Recalled::Unknown(None);
        };
        let (address, found) = cache.find(token);
        let found = found.filter(|caller| caller.standing().basis().kind() == Some(kind)).filter(|caller| {
            let stands = self.still_stands(caller);
            if !stands {
                cache.forget(address);
            }
            stands
        });
        telemetry::token_looked_up(found.is_some());
        match found {
            // Kept: it may well be good once the list is in step again.
            Some(caller) => match self.check_age_of_revocations() {
                Ok(()) => Recalled::Known(caller),
                Err(error) => Recalled::Refused(self.locate(error, &caller)),
            },
            None => Recalled::Unknown(Some(address)),
        }
    }

    fn still_stands(&self, caller: &Caller) -> bool {
        let standing = caller.standing();
        self.basis_holds(standing.basis())
            && standing.is_in_time(NumericDate::at(self.clock.now()))
            && self.revocations.as_ref().is_none_or(|revocations| revocations.clear(caller).is_ok())
    }

    fn basis_holds(&self, basis: &Basis) -> bool {
        match basis {
            Basis::Signature { issuer, generation } => {
                let keys = self.issuer_at(*issuer).and_then(|issuer| issuer.keys.current());
                keys.is_some_and(|keys| keys.generation() == *generation)
            }
            Basis::ApiKey(known) => self.api_keys.as_ref().is_some_and(|accepted| accepted.keys.still_stands(known)),
            Basis::Trusted => false,
        }
    }

    fn issuer_at(&self, position: u32) -> Option<&TrustedIssuer> {
        usize::try_from(position).ok().and_then(|position| self.issuers.get(position))
    }

    /// For the operator: whose token it is.
    fn locate(&self, error: AuthError, caller: &Caller) -> AuthError {
        let issuer = match caller.standing().basis() {
            Basis::Signature { issuer, .. } => self.issuer_at(*issuer),
            Basis::ApiKey(_) | Basis::Trusted => None,
        };
        match issuer {
            Some(issuer) => issuer.locate(error, None),
            None => caller.locate(error),
        }
    }

    pub(crate) fn check_age_of_revocations(&self) -> Result<(), AuthError> {
        self.revocations.as_ref().map_or(Ok(()), Revocations::check_age)
    }

    pub(crate) fn keep(&self, address: Option<Address>, token: &str, caller: Arc<Caller>) -> Authentication {
        if let (Some(cache), Some(address)) = (&self.cache, address) {
            cache.keep(address, token.as_bytes(), &caller);
            #[cfg(feature = "__internals")]
            self.compare(token);
        }
        Authentication::of(caller)
    }

    /// Where it was asked for: looks a token up that was just kept, and verifies it once more to compare.
    #[cfg(feature = "__internals")]
    fn compare(&self, token: &str) {
        if !crate::internals::cache::hits_are_compared() {
            return;
        }
        // Keys and clocks may be moved meanwhile: what counts is a hit that stays one.
        let recall = || match self.recall(token.as_bytes(), CredentialKind::Token) {
            Recalled::Known(caller) => Some(caller),
            Recalled::Refused(_) | Recalled::Unknown(_) => None,
        };
        let (Some(_), verified, Some(hit)) = (recall(), self.attempt(token), recall()) else { return };
        let Ok(verified) = verified else { panic!("a token that is refused was a hit") };
        let facts = |caller: &Caller| {
            let lists = [caller.scopes().collect(), caller.roles().collect(), caller.groups().collect::<Vec<_>>()];
            let lists = lists.map(|list: Vec<&str>| list.join(" "));
            let texts = [caller.subject(), caller.client(), caller.token_id(), Some(caller.issuer())];
            let texts = texts.map(|text| text.map(str::to_owned));
            (caller.claims_json().to_owned(), caller.kind(), caller.expires_at(), texts, lists)
        };
        assert_eq!(facts(&hit), facts(&verified), "a hit says something else than the token");
        crate::internals::cache::compared();
    }
}
