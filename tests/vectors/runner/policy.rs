//! The policy that the made files come with, as a configuration.

use std::time::{Duration, SystemTime};

use portcullis::{Algorithm, Authenticator, ConfigError, CryptoBackend, Issuer, KeyKind};
use portcullis_testing::ManualClock;

use super::Unreadable;
use super::case::Got;
use super::member::At;

/// Who is trusted, when it is, and with what.
pub(super) struct Policy<'a> {
    issuer: &'a str,
    audience: &'a str,
    now: SystemTime,
    leeway: Duration,
    algorithms: Vec<Algorithm>,
    scheme: &'a str,
    backend: CryptoBackend,
}

impl<'a> Policy<'a> {
    pub(super) fn read(file: &At<'a>, backend: CryptoBackend) -> Result<Self, Unreadable> {
        let policy = file.get("policy")?;
        let algorithm = |name: &str| {
            Algorithm::from_name(name).ok_or_else(|| policy.wrong(&format!("algorithm {name:?} is not known here")))
        };
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(policy.number("now")?));
        Ok(Self {
            issuer: policy.text("issuer")?,
            audience: policy.text("audience")?,
            now: now.ok_or_else(|| policy.wrong("`now` is beyond the clock"))?,
            leeway: Duration::from_secs(policy.number("leeway")?),
            algorithms: policy.texts("algorithms")?.into_iter().map(algorithm).collect::<Result<_, _>>()?,
            scheme: policy.text("scheme")?,
            backend,
        })
    }

    /// A resource server under that policy, with that text as the key set.
    pub(super) fn with_keys(&self, document: &str) -> ResourceServer<'a> {
        let mut issuer =
            Issuer::new(self.issuer, self.audience).key_set(document).algorithms(self.algorithms.iter().copied());
        if self.algorithms.iter().filter(|one| one.key_kind() == KeyKind::Rsa).count() > 1 {
            // The policy allows several for one kind of key, which is not to be had without saying so.
            issuer = issuer.dangerous_share_keys_between_algorithms();
        }
        let auth = Authenticator::trusting(issuer)
            .clock(ManualClock::starting_at(self.now))
            .leeway(self.leeway)
            .crypto(self.backend)
            .build();
        ResourceServer { auth, scheme: self.scheme }
    }
}

pub(super) struct ResourceServer<'a> {
    auth: Result<Authenticator, ConfigError>,
    scheme: &'a str,
}

impl ResourceServer<'_> {
    /// A request with that token in its `Authorization` field.
    pub(super) fn ask(&self, token: &str) -> Got {
        let auth = match &self.auth {
            Ok(auth) => auth,
            Err(error) => return error.into(),
        };
        let field = format!("{} {token}", self.scheme);
        match auth.authenticate(&[("authorization", field.as_bytes())][..]).now() {
            Ok(answer) => answer.into(),
            Err(_) => Got::outcome("waiting for keys, which are fixed"),
        }
    }
}
