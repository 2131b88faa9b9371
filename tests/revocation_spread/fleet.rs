//! Instances of one service.

use std::time::{Duration, SystemTime};

use portcullis::{Algorithm, Authenticator, Issuer, Reason, Revocations};
use portcullis_redis::{RedisRevocations, RevokeError};
use portcullis_testing::{ManualClock, TestIssuer};

use crate::Failure;

pub(crate) const INSTANCES: usize = 3;
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct Fleet {
    pub(crate) issuer: TestIssuer,
    pub(crate) instances: Vec<Instance>,
}

pub(crate) struct Instance {
    pub(crate) auth: Authenticator,
    pub(crate) list: Revocations,
    pub(crate) shared: RedisRevocations,
    issuer: String,
}

impl Fleet {
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let issuer = TestIssuer::builder().algorithm(Algorithm::Ed25519).clock(ManualClock::ticking()).build();
        let mut fleet = Self { issuer, instances: Vec::new() };
        for _ in 0..INSTANCES {
            let instance = fleet.another(url, portcullis::defaults::REVOCATIONS_USABLE_FOR).await?;
            fleet.instances.push(instance);
        }
        Ok(fleet)
    }

    pub(crate) async fn another(&self, url: &str, usable_for: Duration) -> Result<Instance, Failure> {
        let list = Revocations::new();
        let shared = RedisRevocations::builder(url).usable_for(usable_for).connect(&list).await?;
        let rules = Issuer::new(self.issuer.url(), self.issuer.audience()).key_set(self.issuer.jwks());
        let auth = Authenticator::trusting(rules).clock(self.issuer.clock()).revocations(list.clone()).build()?;
        Ok(Instance { auth, list, shared, issuer: self.issuer.url().to_owned() })
    }

    pub(crate) fn at(&self, n: usize) -> &Instance {
        &self.instances[n % INSTANCES]
    }

    pub(crate) fn token(&self, jti: &str) -> String {
        self.issuer.token().claim("jti", jti).subject("somebody").expires_in(HOUR).sign()
    }

    /// Twice, so that it is in the cache.
    pub(crate) fn all_accept(&self, token: &str) -> Result<(), Failure> {
        let accepts = |instance: &Instance| instance.accepts(token) && instance.accepts(token);
        if self.instances.iter().all(accepts) { Ok(()) } else { Err("a good token is refused".into()) }
    }
}

impl Instance {
    pub(crate) fn decide(&self, token: &str) -> Option<Reason> {
        let outcome = self.auth.verify(token).now().expect("keys are here");
        outcome.err().map(|error| error.reason())
    }

    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.decide(token).is_none()
    }

    pub(crate) async fn revoke(&self, jti: &str) -> Result<(), RevokeError> {
        self.shared.revoke_token(&self.issuer, jti, SystemTime::now() + HOUR).await
    }
}
