//! One library in one setting, and the proof that it does what it should.

use std::time::Duration;

use crate::provider::{Backend, verify_with};
use crate::servers::Alg;
use crate::tokens::{Bad, Issuers, Shape};
use crate::{Asked, Framework, Request, Trust, version_of};

/// One library in one setting.
#[derive(Clone, Copy)]
pub struct Contestant {
    /// Unique.
    pub name: &'static str,
    /// What it is made of, for the versions.
    pub packages: &'static [&'static str],
    pub setting: &'static str,
    pub framework: Framework,
    /// What `jsonwebtoken` 10 and 11 verify with, where it is built on them.
    pub backend: Backend,
    pub shape: Shape,
    /// Whether it is this library.
    pub ours: bool,
    /// Why there are no figures with ECDSA, where there are none.
    pub without_es256: Option<&'static str>,
    /// What becomes of [`Trust::refresh`].
    pub refresh: Refresh,
    pub(crate) build: fn(&Trust, Alg) -> Box<dyn Asked>,
}

/// How often a server fetches its keys again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// As often as it is told.
    AsTold,
    /// As often as it likes, or never.
    Otherwise(&'static str),
}

/// A server that does what it should.
pub struct Checked {
    pub contestant: Contestant,
    server: Box<dyn Asked>,
}

impl Contestant {
    /// Builds it, and asks it once with a good token and with each that has one thing wrong.
    ///
    /// # Errors
    /// Why it is not measured.
    pub fn checked(self, issuers: &Issuers, alg: Alg) -> Result<Checked, String> {
        if let (Alg::Es256, Some(reason)) = (alg, self.without_es256) {
            return Err(reason.to_owned());
        }
        verify_with(self.backend);
        let checked = Checked { contestant: self, server: (self.build)(&issuers.trust(alg), alg) };
        let good = &issuers.good(alg, self.shape, 1)[0];
        // Some say that they are built before they have keys.
        for _ in 0..200 {
            if checked.server.status(good) == 200 {
                break;
            }
            checked.server.wait(Duration::from_millis(10));
        }
        let answer = checked.server.status(good);
        if answer != 200 {
            return Err(format!("answers {answer} to a good token"));
        }
        for bad in [Bad::Signature, Bad::Expired, Bad::Audience] {
            if checked.server.status(&issuers.bad(alg, self.shape, bad, 1)[0]) == 200 {
                return Err(format!("accepts a token with this fault: {}", bad.name()));
            }
        }
        Ok(checked)
    }

    /// Builds it with a refresh every so often, and waits until it has keys.
    ///
    /// # Errors
    /// Why it cannot be told to.
    pub fn refreshing(self, issuers: &Issuers, refresh: Duration) -> Result<Checked, &'static str> {
        if let Refresh::Otherwise(reason) = self.refresh {
            return Err(reason);
        }
        verify_with(self.backend);
        let trust = Trust { refresh: Some(refresh), ..issuers.trust(Alg::Rs256) };
        let server = (self.build)(&trust, Alg::Rs256);
        let good = &issuers.good(Alg::Rs256, self.shape, 1)[0];
        while server.status(good) != 200 {
            server.wait(Duration::from_millis(10));
        }
        Ok(Checked { contestant: self, server })
    }

    /// Its versions, as they were built.
    #[must_use]
    pub fn versions(&self) -> String {
        let versions: Vec<_> = self.packages.iter().map(|package| version_of(package)).collect();
        versions.join(" + ")
    }
}

impl Checked {
    /// With the cryptography it is to have. See [`Asked::ask`].
    pub fn ask(&self, requests: &mut dyn Iterator<Item = &Request>) -> usize {
        verify_with(self.contestant.backend);
        self.server.ask(requests)
    }

    /// The same for [`Asked::status`].
    #[must_use]
    pub fn status(&self, request: &Request) -> u16 {
        verify_with(self.contestant.backend);
        self.server.status(request)
    }
}
