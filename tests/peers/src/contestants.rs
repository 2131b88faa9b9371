//! Who is measured, and how each is set.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::provider::{Backend, verify_with};
use crate::servers::portcullis::Cached;
use crate::servers::{
    Alg, actix_web_httpauth, aliri, authkestra, axum_jwt_auth, axum_keycloak_auth, by_hand, huskarl, jwt_authorizer,
    oauth_resource_server, open, portcullis, tower_oauth2_resource_server,
};
use crate::tokens::{Bad, Issuers, Shape};
use crate::{Asked, Server, Trust, runtime};

/// What a server is built in, and the time without authentication to count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    Axum,
    Axum07,
    Actix,
}

impl Framework {
    pub const ALL: [Self; 3] = [Self::Axum, Self::Axum07, Self::Actix];

    /// The row of the route without authentication.
    #[must_use]
    pub fn open(self) -> &'static str {
        match self {
            Self::Axum => "no authentication, axum 0.8",
            Self::Axum07 => "no authentication, axum 0.7",
            Self::Actix => "no authentication, actix-web 4",
        }
    }

    /// The adapter of ours to compare with: the two versions of axum have one.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Axum | Self::Axum07 => "axum",
            Self::Actix => "actix-web",
        }
    }

    /// That route.
    #[must_use]
    pub fn build(self) -> Box<dyn Asked> {
        match self {
            Self::Axum => Box::new(Server::new(runtime(false), async || open::axum())),
            Self::Axum07 => Box::new(Server::new(runtime(false), async || open::axum07())),
            Self::Actix => Box::new(Server::new(runtime(false), open::actix)),
        }
    }
}

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
    build: fn(Runtime, &Trust, Alg) -> Box<dyn Asked>,
}

/// How often a server fetches its keys again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// As often as it is told.
    AsTold,
    /// As often as it likes, or never.
    Otherwise(&'static str),
}

/// Axum 0.8, AWS-LC, usual tokens.
const USUAL: Contestant = Contestant {
    name: "",
    packages: &[],
    setting: "",
    framework: Framework::Axum,
    backend: Backend::AwsLc,
    shape: Shape::Rfc9068,
    ours: false,
    without_es256: None,
    refresh: Refresh::AsTold,
    build: |_, _, _| Framework::Axum.build(),
};

const ONE_OF_OURS: Contestant = Contestant { ours: true, packages: &["portcullis"], ..USUAL };

/// Our rows come first; then the peers, the newest first, each set to its fastest before it is as it comes.
#[must_use]
pub fn contestants() -> Vec<Contestant> {
    [&OURS[..], &PEERS].concat()
}

const OURS: [Contestant; 5] = [
    Contestant {
        name: "portcullis-axum, miss",
        setting: "no cache",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || portcullis::axum(trust, Cached::Nothing))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-axum, all claims typed, miss",
        setting: "no cache",
        build: |runtime, trust, _| {
            Box::new(Server::new(runtime, || portcullis::axum_all_claims(trust, Cached::Nothing)))
        },
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-actix, miss",
        setting: "no cache",
        framework: Framework::Actix,
        build: |runtime, trust, _| Box::new(Server::new(runtime, || portcullis::actix(trust.clone(), Cached::Nothing))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-axum, hit",
        setting: "as shipped",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || portcullis::axum(trust, Cached::AsShipped))),
        ..ONE_OF_OURS
    },
    Contestant {
        name: "portcullis-actix, hit",
        setting: "as shipped",
        framework: Framework::Actix,
        build: |runtime, trust, _| {
            Box::new(Server::new(runtime, || portcullis::actix(trust.clone(), Cached::AsShipped)))
        },
        ..ONE_OF_OURS
    },
];

const PEERS: [Contestant; 15] = [
    Contestant {
        name: "huskarl, fastest",
        packages: &["huskarl-resource-server", "huskarl-axum"],
        setting: "AWS-LC by a platform of our own",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || huskarl::axum_fastest(trust))),
        ..USUAL
    },
    Contestant {
        name: "huskarl, as shipped",
        packages: &["huskarl-resource-server", "huskarl-axum"],
        setting: "RustCrypto",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || huskarl::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "oauth-resource-server",
        packages: &["oauth-resource-server"],
        setting: "ring, its only one",
        refresh: Refresh::Otherwise("every hour, and it cannot be told otherwise"),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || oauth_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "authkestra, fastest",
        packages: &["authkestra-resource", "authkestra-axum"],
        setting: "AWS-LC installed by hand",
        without_es256: Some(authkestra::WITHOUT_ES256),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || authkestra::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "authkestra, as shipped",
        packages: &["authkestra-resource", "authkestra-axum"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        without_es256: Some(authkestra::WITHOUT_ES256),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || authkestra::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "tower-oauth2-resource-server, fastest",
        packages: &["tower-oauth2-resource-server"],
        setting: "AWS-LC by its feature",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || tower_oauth2_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "tower-oauth2-resource-server, as shipped",
        packages: &["tower-oauth2-resource-server"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        build: |runtime, trust, _| Box::new(Server::new(runtime, || tower_oauth2_resource_server::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum-jwt-auth, fastest",
        packages: &["axum-jwt-auth"],
        setting: "AWS-LC installed by hand",
        build: |runtime, trust, alg| Box::new(Server::new(runtime, || axum_jwt_auth::axum(trust, alg))),
        ..USUAL
    },
    Contestant {
        name: "axum-jwt-auth, as shipped",
        packages: &["axum-jwt-auth"],
        setting: "RustCrypto",
        backend: Backend::RustCrypto,
        build: |runtime, trust, alg| Box::new(Server::new(runtime, || axum_jwt_auth::axum(trust, alg))),
        ..USUAL
    },
    Contestant {
        name: "aliri",
        packages: &["aliri_tower", "aliri_axum"],
        setting: "ring and OpenSSL, its only ones",
        build: |runtime, trust, _| Box::new(Server::new(runtime, || aliri::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum-keycloak-auth",
        packages: &["axum-keycloak-auth"],
        setting: "ring, its only one",
        shape: Shape::Keycloak,
        refresh: Refresh::Otherwise("never, while its keys are good"),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || axum_keycloak_auth::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "jwt-authorizer",
        packages: &["jwt-authorizer"],
        setting: "ring, its only one; axum 0.7",
        framework: Framework::Axum07,
        build: |runtime, trust, _| Box::new(Server::new(runtime, || jwt_authorizer::axum07(trust))),
        ..USUAL
    },
    Contestant {
        name: "axum extractor by hand",
        packages: &["jsonwebtoken"],
        setting: "AWS-LC",
        refresh: Refresh::Otherwise("never"),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || by_hand::axum(trust))),
        ..USUAL
    },
    Contestant {
        name: "actix-web-httpauth and jsonwebtoken, fastest",
        packages: &["actix-web-httpauth", "jsonwebtoken"],
        setting: "AWS-LC",
        framework: Framework::Actix,
        refresh: Refresh::Otherwise("never"),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || actix_web_httpauth::actix(trust.clone()))),
        ..USUAL
    },
    Contestant {
        name: "actix-web-httpauth and jsonwebtoken, RustCrypto",
        packages: &["actix-web-httpauth", "jsonwebtoken"],
        setting: "RustCrypto",
        framework: Framework::Actix,
        backend: Backend::RustCrypto,
        refresh: Refresh::Otherwise("never"),
        build: |runtime, trust, _| Box::new(Server::new(runtime, || actix_web_httpauth::actix(trust.clone()))),
        ..USUAL
    },
];

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
        let checked = Checked { contestant: self, server: (self.build)(runtime(false), &issuers.trust(alg), alg) };
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

    /// Builds it with its refresh in the background, every `refresh`, and waits until it has keys.
    ///
    /// # Errors
    /// Why it cannot be told to.
    pub fn refreshing(self, issuers: &Issuers, refresh: Duration) -> Result<Checked, &'static str> {
        if let Refresh::Otherwise(reason) = self.refresh {
            return Err(reason);
        }
        verify_with(self.backend);
        let trust = Trust { refresh: Some(refresh), ..issuers.trust(Alg::Rs256) };
        let server = (self.build)(runtime(true), &trust, Alg::Rs256);
        let good = &issuers.good(Alg::Rs256, self.shape, 1)[0];
        while server.status(good) != 200 {
            server.wait(Duration::from_millis(10));
        }
        Ok(Checked { contestant: self, server })
    }

    /// Its versions, as they were built.
    #[must_use]
    pub fn versions(&self) -> String {
        let versions: Vec<_> = self.packages.iter().map(|package| crate::version_of(package)).collect();
        versions.join(" + ")
    }
}

impl Checked {
    /// With the cryptography it is to have. See [`Asked::ask`].
    pub fn ask(&self, requests: &mut dyn Iterator<Item = &crate::Request>) -> usize {
        verify_with(self.contestant.backend);
        self.server.ask(requests)
    }

    /// The same for [`Asked::status`].
    #[must_use]
    pub fn status(&self, request: &crate::Request) -> u16 {
        verify_with(self.contestant.backend);
        self.server.status(request)
    }
}
