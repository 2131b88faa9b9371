//! From a presented key to what is known of it, or to why it is refused.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::foreign;
use super::format;
use super::keys::ApiKeys;
use super::known::KnownKey;
use super::lookup::{DECOY, Recalled};
use super::under_way::{Landed, Landing};
use crate::claims::{ClaimsPolicy, ValidatedClaims};
use crate::error::{AuthError, Reason, loggable};

/// A key that was found good, or not; or the store has to be asked.
pub(crate) enum Checked {
    Now(Result<Arc<KnownKey>, AuthError>),
    Later(Pin<Box<dyn Future<Output = Result<Arc<KnownKey>, AuthError>> + Send>>),
}

/// Operators should see that somebody sends tokens as keys, which is a mistake that people make.
fn explain(reason: Reason, presented: &str) -> AuthError {
    let error = AuthError::from(reason);
    let is_token = presented.starts_with("eyJ") && presented.bytes().filter(|octet| *octet == b'.').count() == 2;
    if is_token { error.about("a token without `Bearer`") } else { error }
}

/// Under what ids a key would be.
struct Identity {
    /// One, or for a key of a foreign format one for each digest key that it may have been imported under.
    ids: Vec<String>,
    /// It was made here, or cannot be told from one that was.
    is_genuine: bool,
    /// Anybody can invent one.
    is_foreign: bool,
}

impl ApiKeys {
    /// Whether a presented key is good, as far as is known.
    ///
    /// An id that was not made here takes the same steps as one that was: a digest is made of what was presented, and
    /// compared with one that fits nothing.
    pub(crate) fn verify(&self, presented: &str) -> Checked {
        let lookups = &self.shared().lookups;
        let now = lookups.now();
        let mut identity = match self.identify(presented) {
            Ok(identity) => identity,
            Err(reason) => return Checked::Now(Err(explain(reason, presented))),
        };
        // One way through the code for both, since which of two was taken shows in the time.
        let sought = |id| if identity.is_genuine { id } else { DECOY };
        let (mut stale, mut new) = (None, None);
        for (at, id) in identity.ids.iter().enumerate() {
            match lookups.recall(sought(id), now) {
                Recalled::Known(known) => {
                    lookups.keep_fresh(&known, now);
                    return Checked::Now(self.compare(known, id, presented, now));
                }
                Recalled::Stale => stale = stale.or(Some(at)),
                Recalled::Nothing => new = new.or(Some(at)),
                Recalled::Unknown => {}
            }
        }
        // The one that it was known by first: for others, strangers may have left no room.
        match stale.or(new).filter(|_| identity.is_genuine) {
            Some(at) => {
                identity.ids.swap(0, at);
                self.ask(identity, presented)
            }
            None => Checked::Now(Err(self.refuse(Reason::ApiKeyUnknown, &identity.ids[0]))),
        }
    }

    /// Asks the store for the first of the ids, and for the others if there is none of that.
    fn ask(&self, identity: Identity, presented: &str) -> Checked {
        let Some(landing) = self.shared().lookups.ask(&identity.ids[0], identity.is_foreign) else {
            return Checked::Now(self.without_asking(&identity.ids, presented));
        };
        let (keys, presented) = (self.clone(), presented.to_owned());
        Checked::Later(Box::pin(async move {
            let mut first = Some(landing);
            for id in &identity.ids {
                match keys.look_up(id, identity.is_foreign, first.take()).await {
                    Landed::Known(known) => {
                        return keys.compare(known, id, &presented, keys.shared().lookups.now());
                    }
                    Landed::Failed => return keys.without_asking(&identity.ids, &presented),
                    Landed::Unknown => {}
                }
            }
            Err(keys.refuse(Reason::ApiKeyUnknown, &identity.ids[0]))
        }))
    }

    /// By what is known of any of these ids, since the store cannot be asked.
    fn without_asking(&self, ids: &[String], presented: &str) -> Result<Arc<KnownKey>, AuthError> {
        let lookups = &self.shared().lookups;
        match ids.iter().find_map(|id| lookups.bridged(id).map(|known| (known, id))) {
            Some((known, id)) => self.compare(known, id, presented, lookups.now()),
            None => Err(self.refuse(Reason::ApiKeysUnavailable, &ids[0])),
        }
    }

    /// The answer of a look-up that is under way, or of another one.
    async fn look_up(&self, id: &str, is_foreign: bool, landing: Option<Landing>) -> Landed {
        let lookups = &self.shared().lookups;
        let landing = match landing {
            Some(landing) => Some(landing),
            None => match lookups.recall(id, lookups.now()) {
                Recalled::Known(known) => return Landed::Known(known),
                Recalled::Unknown => return Landed::Unknown,
                Recalled::Stale | Recalled::Nothing => lookups.ask(id, is_foreign),
            },
        };
        match landing {
            Some(landing) => lookups.wait(id, landing).await,
            None => lookups.bridged(id).map_or(Landed::Failed, Landed::Known),
        }
    }

    fn identify(&self, presented: &str) -> Result<Identity, Reason> {
        let shared = self.shared();
        let environment = &*shared.environment;
        let reason = match format::parse(environment, presented) {
            Ok(well_formed) => {
                // All of them, whichever fits.
                let made = |digester| format::is_made_here(environment, well_formed.id, digester);
                let is_genuine = shared.digesters.iter().fold(false, |genuine, digester| genuine | made(digester));
                return Ok(Identity { ids: vec![well_formed.id.to_owned()], is_genuine, is_foreign: false });
            }
            Err(reason) => reason,
        };
        if !shared.foreign.iter().any(|format| format.fits(presented)) {
            return Err(reason);
        }
        let id = |digester| foreign::id_of(environment, presented, digester);
        Ok(Identity { ids: shared.digesters.iter().map(id).collect(), is_genuine: true, is_foreign: true })
    }

    /// The secret first, so that nobody without it learns whether a key was revoked. What is compared with the decoy takes
    /// the same steps, and never fits.
    fn compare(&self, known: Arc<KnownKey>, id: &str, presented: &str, now: u64) -> Result<Arc<KnownKey>, AuthError> {
        let shared = self.shared();
        let digest = &known.record.digest;
        let fits = shared
            .digester_of(digest)
            .is_some_and(|digester| digester.digest(&shared.environment, presented) == *digest);
        if !fits | known.is_decoy {
            let reasons = [Reason::ApiKeySecretWrong, Reason::ApiKeyUnknown];
            return Err(self.refuse(reasons[usize::from(known.is_decoy)], id));
        }
        known.judge(shared.lookups.clock.now()).map_err(|reason| self.refuse(reason, id))?;
        self.note_use(&known, now);
        Ok(known)
    }

    /// Whether a key that was found good can still be taken for that.
    pub(crate) fn still_stands(&self, known: &KnownKey) -> bool {
        let lookups = &self.shared().lookups;
        let now = lookups.now();
        if !lookups.is_current(known, now) {
            return false;
        }
        lookups.keep_fresh(known, now);
        self.note_use(known, now);
        true
    }

    pub(crate) fn claims(&self, known: &KnownKey) -> (ValidatedClaims, Arc<ClaimsPolicy>) {
        let policies = &self.shared().policies;
        (policies.claims(&known.record, known.rights(&self.shared().never)), policies.of(known.record.kind))
    }

    fn note_use(&self, known: &KnownKey, now: u64) {
        const MINUTE: u64 = 60_000;
        if known.use_in(now / MINUTE) {
            self.shared().used.note(&self.shared().lookups, &known.record.id);
        }
    }

    /// For the operator: of which environment, and which id, which is no secret.
    fn refuse(&self, reason: Reason, id: &str) -> AuthError {
        AuthError::from(reason).detail(|detail| {
            detail.issuer = Some(Arc::clone(&self.shared().policies.of(super::KeyKind::ApiKey).issuer));
            detail.kid = loggable(id).filter(|id| !id.is_empty());
        })
    }
}
